"""Measures how well a face can be read: light, size and turn, from values that the pipeline has computed anyway.

It takes two microseconds for each face. The page decides what is too dark or too far away.
"""

import cv2

from server.vision.arrays import Grey
from server.vision.types import Box, Detection, Quality


def quality(crop: Grey, face: Detection, box: Box, shape: tuple[int, ...]) -> Quality:
    """Measures one face.

    Args:
        crop: of the face, uint8 [size, size].
        face: as detected.
        box: of the answer, fractions of the frame.
        shape: height and width of the frame in pixels.
    """
    return Quality(cv2.mean(crop)[0] / 255, box[2], _turn(face, shape))


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
