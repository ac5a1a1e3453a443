"""How well a face can be seen: light, size and turn, from what the path has computed anyway (pure).

A face costs two microseconds; what is too dark or too far away, and in which words, is for the page to say.
"""

import cv2

from server.vision.types import Box, Detection, Grey, Quality


def quality(crop: Grey, face: Detection, box: Box, shape: tuple[int, ...]) -> Quality:
    """Measures one face.

    Args:
        crop: what the classifier sees of it, uint8 [size, size].
        face: as detected.
        box: of the answer, fractions of the frame.
        shape: height and width of the frame in pixels, in which an eye distance can be measured.
    """
    return Quality(cv2.mean(crop)[0] / 255, box[2], _turn(face, shape))


def _turn(face: Detection, shape: tuple[int, ...]) -> float | None:
    """Where the nose tip lies beside the middle of the eyes, along the line through them, in eye distances.

    Along that line, so that a tilted head is not taken for a turned one. 0.5 is the place of an eye: about 45
    degrees; a profile goes beyond 1, where nothing more is to be told.
    """
    if face.landmarks is None:
        return None
    height, width = shape[:2]
    (left_x, left_y), (right_x, right_y), (nose_x, nose_y) = face.landmarks[:3].tolist()
    across_x, across_y = (right_x - left_x) * width, (right_y - left_y) * height
    beside_x, beside_y = (nose_x - (left_x + right_x) / 2) * width, (nose_y - (left_y + right_y) / 2) * height
    distance = across_x**2 + across_y**2
    if distance < 1e-6:  # both eyes on one spot: nothing to measure by
        return None
    turn: float = (beside_x * across_x + beside_y * across_y) / distance
    return max(-1.0, min(1.0, turn))
