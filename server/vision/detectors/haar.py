"""The tutorial's face detector with better settings: OpenCV's Haar cascade (Viola and Jones, 2001).

For learners and for comparison: it is some twenty times slower than BlazeFace, finds no landmarks and misses tilted
faces.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.errors import ModelFilesError
from server.vision.types import Box, Certainty, Detection, DetectionResult, DetectorState

# The tutorial takes haarcascade_frontalface_default at full size with scale 1.3 and 5 neighbours: of 104 small
# faces in crowds it finds 35, and a face in 2 of 179 photographs of animals. These settings start a track on 37 and 1
# (continue it on 46 and 1), in 26 instead of 88 ms on one 640x480 frame. Equalising the histogram found fewer faces
# and more animals.
CASCADE = "haarcascade_frontalface_alt2.xml"
_LONG_SIDE_PX = 320  # 400 keeps 54 of the small faces instead of 46, for twice the time
_SCALE_STEP = 1.15
_MIN_FACE_PX = 24  # in the shrunk frame
# Neighbours: the windows that agree on a face.
_MIN_NEIGHBOURS = 3
_LIKELY_NEIGHBOURS = 6
# Of 41 portraits the one with the fewest has 14; of 179 photographs of animals one has 8, the others none.
_CERTAIN_NEIGHBOURS = 12
_HALF_SCORE_NEIGHBOURS = 5.5  # n neighbours become the score n / (n + 5.5)


class HaarDetector:
    """Finds upright frontal faces. Not thread-safe: the cascade has buffers of its own."""

    def __init__(self) -> None:
        """Loads the cascade that OpenCV ships. Raises ModelFilesError if this OpenCV does not have it."""
        path = Path(cv2.__file__).parent / "data" / CASCADE
        if not hasattr(cv2, "CascadeClassifier") or not path.exists():
            raise ModelFilesError(
                f"OpenCV {cv2.__version__} has no Haar cascades; run pip install 'opencv-python-headless>=4.12,<5'"
            )
        self._cascade = cv2.CascadeClassifier(str(path))

    def min_face_width(self, tracked: Sequence[Box], clock: float, state: DetectorState) -> float:
        """0: the cascade searches every frame for faces of any size."""
        return 0.0

    def follow(self, grey: Grey, tracked: Sequence[Box], clock: float, state: DetectorState) -> DetectionResult:
        """The same as `detect`: the cascade has no cheaper way to find a tracked face again."""
        return DetectionResult(self.detect(grey), state)

    def detect(self, grey: Grey) -> list[Detection]:
        """Finds the faces of a frame, uint8 [height, width]: square boxes without landmarks."""
        height, width = grey.shape
        scale = min(1.0, _LONG_SIDE_PX / max(height, width))
        rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
        small = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
        boxes, neighbours = self._cascade.detectMultiScale2(
            small, scaleFactor=_SCALE_STEP, minNeighbors=_MIN_NEIGHBOURS, minSize=(_MIN_FACE_PX, _MIN_FACE_PX)
        )
        return [
            Detection(
                (x / columns, y / rows, w / columns, h / rows),
                float(n / (n + _HALF_SCORE_NEIGHBOURS)),
                certainty=_certainty(n),
            )
            for (x, y, w, h), n in zip(np.asarray(boxes).tolist(), neighbours, strict=True)
        ]


def _certainty(neighbours: int) -> Certainty:
    if neighbours >= _CERTAIN_NEIGHBOURS:
        return Certainty.CERTAIN
    return Certainty.LIKELY if neighbours >= _LIKELY_NEIGHBOURS else Certainty.WEAK
