"""Reuses the last detection while a face does not move, which saves running the detector.

People who watch a screen hardly move from one frame to the next. The classifier's crop is first made where the face
was last detected; this costs a twentieth of a detection. If it shows what it showed then, the face has not moved.
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.types import SeenFace

# Mean difference of two crops, in standard deviations of the first, up to which a face counts as unmoved. A webcam's
# noise alone makes 0.02 to 0.06; a shift by 4 % of the distance of the eyes makes 0.18, a turn by two degrees 0.13.
# The detector's own landmarks vary by 8 %. Medians over 80 faces.
MAX_DIFFERENCE = 0.2
# Frames in a row without a detection. One more saves little, and a face that leaves should be missed soon.
MAX_REPEATS = 2
MIN_DEVIATION = 4.0  # grey levels: a crop with less contrast could show anything


def may_reuse(seen: Mapping[int, SeenFace], ids: Sequence[int]) -> bool:
    """Whether all tracked faces were in the last frame and were detected within the last MAX_REPEATS frames."""
    return bool(ids) and all(id in seen and seen[id].repeats < MAX_REPEATS for id in ids)


def shows_same(seen: SeenFace, crop: Grey) -> bool:
    """Whether a crop made at the same place of a later frame, uint8 [size, size], shows the same."""
    before = np.frombuffer(seen.crop, np.uint8).reshape(crop.shape)
    (_,), (deviation,) = (values.ravel().tolist() for values in cv2.meanStdDev(before))
    if deviation <= MIN_DEVIATION:
        return False
    return float(cv2.norm(before, crop, cv2.NORM_L1)) <= MAX_DIFFERENCE * deviation * crop.size
