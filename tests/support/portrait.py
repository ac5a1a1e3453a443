"""scikit-image's astronaut (NASA, public domain), 512x512, with the positions in her face."""

import cv2
import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.expression.align import crop_face
from server.vision.types import Detection

# Where a face belongs in a crop of 48x48: eyes, nose and mouth, as fractions of it.
TEMPLATE = np.array([(0.315, 0.386), (0.687, 0.387), (0.505, 0.602), (0.500, 0.776)], np.float32)
SIZE = 48
# Her eyes, nose and mouth and the width of her face, pixels, measured by eye.
PARTS = np.array([(196, 99), (245, 100), (218, 121), (218, 143)], np.float32)
FACE_PX = 98


def portrait() -> Grey:
    """The photograph, uint8 [512, 512]."""
    from skimage.data import astronaut

    grey: Grey = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2GRAY).astype(np.uint8)
    return grey


def posed_portrait(scale: float, turn: float = 0) -> tuple[Grey, Floats]:
    """Her face in the middle of a frame of 640x480, scaled, and rotated by degrees.

    Returns:
        The frame; and her eyes, nose and mouth in it, pixels float32 [4, 2].
    """
    matrix = np.asarray(cv2.getRotationMatrix2D((220, 118), turn, scale), np.float64)
    matrix[:, 2] += np.array((320 - 220, 240 - 118))
    frame = cv2.warpAffine(portrait(), matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return frame.astype(np.uint8), (PARTS @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def positions_in_crop(face: Detection, frame: Grey, points: Floats) -> Floats:
    """Where points of a frame lie in the crop of a face, pixels [n, 2], measured with one white dot at a time."""
    positions = []
    for x, y in points.tolist():
        dot = np.zeros_like(frame)
        cv2.circle(dot, (round(x), round(y)), 5, 255, -1)
        moments = cv2.moments(crop_face(dot, face, TEMPLATE, SIZE))
        positions.append((moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]))
    return np.array(positions, np.float32)
