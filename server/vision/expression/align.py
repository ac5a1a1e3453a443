"""Aligns a face: cuts out the crop that the classifier expects.

FER2013's faces are registered: eyes, nose and mouth lie near the same points in every picture. A live face is rotated,
scaled and shifted to those points; otherwise the classifier would see another distribution than it was trained on.
"""

import cv2
import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.types import Box, Detection

# Where a box without landmarks (OpenCV's Haar cascade) lies in the crop: x, y, width, height as fractions of it.
# Medians: (0.012, 0.006, 0.962, 0.962) over 1,362 pictures of FER2013's PublicTest in which the cascade finds the
# face, (0.019, -0.017, 0.994, 0.994) over 101 faces in photographs, against their crops by landmarks.
BOX_IN_CROP: Box = (0.015, 0.0, 0.97, 0.97)

# A face larger than the crop is sampled at a multiple of the crop's size and then averaged down; otherwise hair and
# skin alias. A face of 170 px takes a factor of 4 and 0.06 ms; a factor of 8 takes 0.25 ms.
MAX_OVERSAMPLING = 8


def similarity(source: Floats, target: Floats) -> Floats:
    """The rotation, scale and shift, without mirroring, that maps points to others with the least squared error.

    This is Umeyama (1991) in the plane: with points as complex numbers, z -> a z + b rotates by the angle of a, scales
    by its length, and cannot mirror; a is the regression coefficient of target on source.

    Args:
        source: float32 [n, 2], n >= 2; should not all coincide.
        target: float32 [n, 2].

    Returns:
        float32 [2, 3] for cv2.warpAffine: target ~ matrix[:, :2] @ source + matrix[:, 2].
    """
    z, w = source @ _COMPLEX, target @ _COMPLEX
    deviation = z - z.mean()
    spread = max(float(np.vdot(deviation, deviation).real), 1e-12)
    a = np.vdot(deviation, w) / spread  # vdot conjugates its first argument
    b = w.mean() - a * z.mean()
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]], np.float32)


_COMPLEX = np.array([1, 1j], np.complex64)


def crop_face(grey: Grey, face: Detection, template_points: Floats, size: int) -> Grey:
    """The crop of one face.

    Args:
        grey: uint8 [height, width], the frame.
        face: aligned by its eyes, nose and mouth if it has landmarks, otherwise by its box.
        template_points: float32 [4, 2], where those four belong, as fractions of the crop.
        size: side of the crop in pixels.

    Returns:
        uint8 [size, size]. Pixels outside the frame repeat its edge: hardly any picture of FER2013 has a black border.
    """
    if face.landmarks is None:
        source, target = _corners(face.box), _corners(BOX_IN_CROP)
    else:
        source, target = np.array(face.landmarks[:4], np.float32), template_points
    # Fractions count from the edge of the first pixel; cv2 counts from its centre, half a pixel further in.
    height, width = grey.shape
    source = source * np.array((width, height), np.float32) - np.float32(0.5)
    matrix = similarity(source, target)
    return warped(grey, matrix, size)


def warped(grey: Grey, matrix: Floats, size: int) -> Grey:
    """A square of the frame, turned and scaled.

    Args:
        grey: uint8 [height, width], the frame.
        matrix: float32 [2, 3], from pixels of the frame (as cv2 counts them) to fractions of the square.
        size: side of the square in pixels.

    Returns:
        uint8 [size, size]. Pixels outside the frame repeat its edge.
    """
    shrink = 1 / (size * float(np.hypot(matrix[0, 0], matrix[1, 0])) + 1e-6)  # frame pixels per pixel of the square
    oversampling = min(max(1, round(shrink)), MAX_OVERSAMPLING)
    side = size * oversampling
    scaled = matrix * np.float32(side)
    scaled[:, 2] -= 0.5
    square = cv2.warpAffine(grey, scaled, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if oversampling > 1:
        square = cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA)
    return square  # type: ignore[return-value]  # cv2's stubs have no dtype; it is that of the frame


def _corners(box: Box) -> Floats:
    x, y, width, height = box
    return np.array([(x, y), (x + width, y), (x, y + height), (x + width, y + height)], np.float32)
