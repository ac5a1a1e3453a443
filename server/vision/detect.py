"""What every face detector offers, and how to get one by name."""

from typing import Protocol

from server.vision.blazeface import BlazeFace
from server.vision.haar import Haar
from server.vision.types import Detection, Grey


class Detector(Protocol):
    """Finds faces. One object belongs to one thread."""

    def detect(self, grey: Grey) -> list[Detection]:
        """The faces of a frame, uint8 [height, width], with a score of KEEP_SCORE and more; maybe none."""


_MAKERS: dict[str, type[BlazeFace] | type[Haar]] = {"blazeface": BlazeFace, "haar": Haar}


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
