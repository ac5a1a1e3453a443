"""What every face detector offers."""

from collections.abc import Sequence
from typing import Protocol

from server.vision.arrays import Grey
from server.vision.types import Box, Detection, DetectionResult, DetectorState


class Detector(Protocol):
    """Finds faces. One object belongs to one thread; all memory of a connection lies in its DetectorState."""

    def detect(self, grey: Grey) -> list[Detection]:
        """The faces of a still picture, uint8 [height, width]; may be empty."""

    def min_face_width(self, tracked: Sequence[Box], clock: float, state: DetectorState) -> float:
        """The width of the smallest face that the next frame must show, as a share of its width; 0 if any may matter.

        A frame that need not show small faces is decoded at a smaller size, which is cheaper; while the result is above
        0, a frame in which no face has moved is not given to `follow` at all. The arguments are those of `follow`.
        """

    def follow(self, grey: Grey, tracked: Sequence[Box], clock: float, state: DetectorState) -> DetectionResult:
        """The faces of the next frame of a video.

        Args:
            grey: uint8 [height, width].
            tracked: where the faces of earlier frames are expected, fractions of the frame, the last seen first.
            clock: seconds; later than at the frame before.
            state: as the frame before left it; None at the first frame.
        """
