"""What every face detector offers, and how to get one by name."""

from collections.abc import Sequence
from typing import Protocol

from server.vision.detectors.blazeface.detector import BlazeFaceDetector
from server.vision.detectors.haar import HaarDetector
from server.vision.types import Box, Detection, DetectionResult, Grey, Search


class Detector(Protocol):
    """Finds faces. One object belongs to one thread."""

    def detect(self, grey: Grey) -> list[Detection]:
        """The faces of a single picture, uint8 [height, width]; maybe none."""

    def detail(self, known: Sequence[Box], clock: float, search: Search) -> float:
        """How small a face the next frame must show well: its width as a share of the frame's; 0 if any may matter.

        The arguments are those of `follow`, which comes with that frame. A frame with large faces only is cheaper to
        decode.
        """

    def follow(self, grey: Grey, known: Sequence[Box], clock: float, search: Search) -> DetectionResult:
        """The faces of one frame of a video.

        Args:
            grey: uint8 [height, width].
            known: where the faces of the frames before should be by now, fractions of the frame.
            clock: seconds; later than at the frame before.
            search: as the frame before left it.
        """


_MAKERS: dict[str, type[BlazeFaceDetector] | type[HaarDetector]] = {
    "blazeface": BlazeFaceDetector,
    "haar": HaarDetector,
}


def make_detector(name: str) -> Detector:
    """Makes a detector.

    Args:
        name: `blazeface` or `haar`.

    Raises:
        ValueError: of another name.
        ModelFilesError: its weights are missing or damaged.
    """
    if name not in _MAKERS:
        raise ValueError(f"no face detector {name!r}; there are {', '.join(_MAKERS)}")
    return _MAKERS[name]()
