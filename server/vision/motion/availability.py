"""Whether motion can be followed here: its networks are there, and the detector finds landmarks."""

from server.vision.detectors.registry import WITHOUT_LANDMARKS
from server.vision.errors import ModelFilesError
from server.vision.mesh import network
from server.vision.model_files import find_packaged
from server.vision.motion import eyes


def check_motion(detector: str) -> None:
    """Check that motion can be followed.

    Args:
        detector: the name of the face detector.

    Raises:
        ModelFilesError: the weights of a network are missing or damaged, or the detector finds no landmarks.
    """
    if detector in WITHOUT_LANDMARKS:
        raise ModelFilesError(f"motion needs a detector that finds landmarks, such as blazeface; {detector} does not")
    for weights in (network.WEIGHTS, eyes.WEIGHTS):
        find_packaged(weights)
