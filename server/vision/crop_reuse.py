"""Whether a face is still where it was: then it need not be looked for (pure).

Somebody who watches a screen hardly moves from one frame to the next. The crop that the classifier is to see is made
at the old place first, which costs a twentieth of a look, and if it shows what it showed when the face was last found,
it is the crop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2

from server.vision.types import Detection, Grey

# Mean difference of two crops, in standard deviations of the first, up to which they show the same at the same place.
# A webcam's noise alone makes 0.02 to 0.06. A shift by 4 % of the eyes' distance makes 0.18, a turn by two degrees
# 0.13; the detector's own landmarks waver by 8 %. Medians over 80 faces.
STILL = 0.2
# Frames in a row without a look. One more saves little, and a face that goes should be missed soon.
MAX_REPEATS = 2
FLAT = 4.0  # grey levels: a darker or duller crop than this deviation could be anything


@dataclass(frozen=True, slots=True, eq=False)
class SeenFace:
    """A face as it was when it was last looked for.

    Attributes:
        face: what the detector said.
        crop: what the classifier was shown, uint8 [size, size].
        repeats: frames since then in which it was not looked for.
    """

    face: Detection
    crop: Grey
    repeats: int = 0

    def shows(self, crop: Grey) -> bool:
        """Whether a crop made at the same place of a later frame shows the same."""
        (_,), (deviation,) = (values.ravel().tolist() for values in cv2.meanStdDev(self.crop))
        return deviation > FLAT and float(cv2.norm(self.crop, crop, cv2.NORM_L1)) <= STILL * deviation * crop.size

    def again(self) -> "SeenFace":
        """The same after a frame in which it was still there."""
        return replace(self, repeats=self.repeats + 1)


def may_be_still(seen: Mapping[int, SeenFace], ids: Sequence[int]) -> bool:
    """Whether all faces of these ids were there in the last frame and have been looked for lately."""
    return bool(ids) and all(id in seen and seen[id].repeats < MAX_REPEATS for id in ids)
