"""Measures how well a face can be read: light, size, turn and detail, from its crop and landmarks.

The page decides what is too dark or too far away. What cannot be read at all is decided here.
"""

import cv2

from server.vision.arrays import Grey
from server.vision.types import Box, Detection, Quality

# A face beyond either limit is not named. Chosen on FER2013's PublicTest, pasted into frames and read through detector
# and alignment, as found, blurred and shrunk; what it costs is in model/README.md.
MAX_TURN = 0.55  # beyond, 66 % are read rightly instead of 81 %, and sad is said twice too often
MIN_DETAIL = 5.0  # 1 of 1000 faces as found has less, 7 of 10 of those that are blurred until half are wrong


def quality(crop: Grey, face: Detection, box: Box, shape: tuple[int, ...]) -> Quality:
    """Measures one face.

    Args:
        crop: of the face, uint8 [size, size].
        face: as detected.
        box: of the answer, fractions of the frame.
        shape: height and width of the frame in pixels.
    """
    detail = cv2.norm(cv2.Laplacian(crop, cv2.CV_16S), cv2.NORM_L1) / crop.size  # half the time of numpy's mean
    return Quality(cv2.mean(crop)[0] / 255, box[2], _turn(face, shape), detail)


def is_readable(quality: Quality) -> bool:
    """Whether an expression can be named: the face is not turned too far, and not too blurred, small or flat."""
    return abs(quality.turn or 0.0) <= MAX_TURN and quality.detail >= MIN_DETAIL


def _turn(face: Detection, shape: tuple[int, ...]) -> float | None:
    """The offset of the nose tip from the middle of the eyes, along the line through them, in eye distances.

    Along that line, so that a tilted head does not count as turned. 0.5 is where an eye is: about 45 degrees; a profile
    would exceed 1.
    """
    if face.landmarks is None:
        return None
    height, width = shape[:2]
    (left_x, left_y), (right_x, right_y), (nose_x, nose_y) = face.landmarks[:3]
    across_x, across_y = (right_x - left_x) * width, (right_y - left_y) * height
    beside_x, beside_y = (nose_x - (left_x + right_x) / 2) * width, (nose_y - (left_y + right_y) / 2) * height
    distance = across_x**2 + across_y**2
    if distance < 1e-6:  # both eyes at one point: the turn cannot be measured
        return None
    turn: float = (beside_x * across_x + beside_y * across_y) / distance
    return max(-1.0, min(1.0, turn))
