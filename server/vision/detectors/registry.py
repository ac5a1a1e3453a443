"""The face detectors by name. A new detector is added to DetectorName and to DETECTORS."""

from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:  # it needs numpy
    from server.vision.detectors.protocol import Detector

DetectorName = Literal["blazeface", "haar"]

# Module and class of each detector. They are imported when they are made, so that the settings can list the names
# without loading OpenCV.
DETECTORS: dict[str, str] = {
    "blazeface": "server.vision.detectors.blazeface.detector:BlazeFaceDetector",
    "haar": "server.vision.detectors.haar:HaarDetector",
}


# Detectors that find boxes only.
WITHOUT_LANDMARKS = frozenset({"haar"})


def make_detector(name: str) -> "Detector":
    """Makes a detector.

    Args:
        name: a key of DETECTORS.

    Raises:
        ValueError: there is no detector of that name.
        ModelFilesError: its weights are missing or damaged.
    """
    if name not in DETECTORS:
        raise ValueError(f"no face detector {name!r}; available: {', '.join(DETECTORS)}")
    module, _, attribute = DETECTORS[name].partition(":")
    return cast("Detector", getattr(import_module(module), attribute)())
