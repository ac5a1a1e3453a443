"""OpenCV's Haar cascade: what is special about it. All else is in test_detectors."""

import numpy as np

from server.vision.detectors.haar import HaarDetector
from tests.support.portrait import PARTS, SIZE, TEMPLATE, portrait, positions_in_crop


def test_the_crop_by_a_box_of_haar_lies_as_the_crop_by_landmarks() -> None:
    """To three pixels of 48; a box has no tilt."""
    astronaut = portrait()
    (face,) = HaarDetector().detect(astronaut)
    assert np.linalg.norm(positions_in_crop(face, astronaut, PARTS) - SIZE * TEMPLATE, axis=1).max() < 6
    assert np.linalg.norm(positions_in_crop(face, astronaut, PARTS).mean(axis=0) - SIZE * TEMPLATE.mean(axis=0)) < 3
