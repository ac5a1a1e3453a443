"""Further stages of the pipeline: named values for each face besides its expression."""

from collections.abc import Mapping
from typing import Protocol

from server.vision.arrays import Grey
from server.vision.types import Detection


class OutputStage(Protocol):
    """Computes named values of a face. One object belongs to one thread; its time counts as `classify`."""

    @property
    def name(self) -> str:
        """For messages about the stage."""

    def run(self, grey: Grey, detection: Detection, crop: Grey) -> Mapping[str, tuple[float, ...]]:
        """The values by name; they are merged into `Face.outputs`, so names of different stages must differ.

        Args:
            grey: uint8 [height, width], the frame.
            detection: the face.
            crop: uint8 [size, size], its crop as the classifier gets it.
        """
