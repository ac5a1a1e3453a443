"""A face in a frame to the crop that the classifier learned from (pure).

FER2013's faces are registered: eyes, nose and mouth lie at much the same places in every picture. A live face is
turned, scaled and shifted to those places, or the classifier sees another distribution than it learned.
"""

import cv2
import numpy as np

from server.vision.types import Box, Detection, Floats, Grey

# Where a box without landmarks (OpenCV's Haar cascade) lies in the crop: x, y, width, height as fractions of it.
# Medians: (0.012, 0.006, 0.962, 0.962) over 1,362 pictures of FER2013's PublicTest in which the cascade finds the
# face, (0.019, -0.017, 0.994, 0.994) over 101 faces in photographs, against their crops by landmarks.
BOX_PLACE: Box = (0.015, 0.0, 0.97, 0.97)

# A face larger than the crop is sampled at a multiple of its size, then averaged down; without that, hair and skin
# alias. A face of 170 px takes a factor of 4 and 0.06 ms, and 8 takes 0.25 ms.
MAX_OVERSAMPLING = 8


def similarity(source: Floats, target: Floats) -> Floats:
    """The turn, scale and shift, without mirroring, that takes points nearest to others by least squares.

    In the plane this is Umeyama (1991) in one line: with points as complex numbers, z -> a z + b turns by the
    angle of a and scales by its length, and cannot mirror; a is the regression coefficient of target on source.

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


def crop_face(grey: Grey, face: Detection, places: Floats, size: int) -> Grey:
    """Cuts out one face as the classifier wants it.

    Args:
        grey: uint8 [height, width], the frame.
        face: by its eyes, nose and mouth if it has landmarks, by its box otherwise.
        places: float32 [4, 2], where those four belong, as fractions of the crop.
        size: side of the crop in pixels.

    Returns:
        uint8 [size, size]. What lies outside the frame repeats its edge, for a black border is an edge that
        hardly any picture of FER2013 has.
    """
    if face.landmarks is None:
        source, target = _corners(face.box), _corners(BOX_PLACE)
    else:
        source, target = face.landmarks[:4], places
    # Pixel centres lie half a pixel into the picture: 0.0 is the left edge of the first one, -0.5 in cv2's terms.
    height, width = grey.shape
    source = source * np.array((width, height), np.float32) - np.float32(0.5)
    matrix = similarity(source, target)
    shrink = 1 / (size * float(np.hypot(matrix[0, 0], matrix[1, 0])) + 1e-6)  # frame pixels to one of the crop
    times = min(max(1, round(shrink)), MAX_OVERSAMPLING)
    side = size * times
    matrix *= side
    matrix[:, 2] -= 0.5
    crop = cv2.warpAffine(grey, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if times > 1:
        crop = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA)
    return crop  # type: ignore[return-value]  # cv2's stubs know no dtype; it is that of the frame


def _corners(box: Box) -> Floats:
    x, y, width, height = box
    return np.array([(x, y), (x + width, y), (x, y + height), (x + width, y + height)], np.float32)
