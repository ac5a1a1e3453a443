"""What OpenCV leaves out when it decodes transparency: the ground behind it, eight bits a channel, the orientation."""

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS = 256  # at once, so that a large picture needs no second copy of full depth
ORIENTATION = 0x0112  # EXIF 3.0, 4.6.5.1
# How to show what is stored under an orientation: flip left to right first, then turn by quarters counter-clockwise.
_UPRIGHT = {2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3), 7: (True, 3), 8: (False, 1)}


def on_white(pixels: NDArray[np.uint8] | NDArray[np.uint16], colour: bool) -> NDArray[np.uint8]:
    """A decoded picture without transparency, as on white paper.

    Args:
        pixels: [height, width], or [height, width, channels] with 3 channels, or 4 with alpha (not premultiplied).
        colour: whether to return colour.

    Returns:
        uint8 [height, width, 3], blue, green, red, or uint8 [height, width].
    """
    height, width = pixels.shape[:2]
    result = np.empty((height, width, 3) if colour else (height, width), np.uint8)
    for top in range(0, height, ROWS):
        result[top : top + ROWS] = _rows_on_white(pixels[top : top + ROWS], colour)
    return result


def upright(pixels: NDArray[np.uint8], exif: bytes) -> NDArray[np.uint8]:
    """A picture turned as its EXIF data says; `exif` starts with its byte order, and may be empty."""
    flip, quarters = _UPRIGHT.get(_orientation(exif), (False, 0))
    turned = np.rot90(pixels[:, ::-1] if flip else pixels, quarters)
    return np.ascontiguousarray(turned)


def _rows_on_white(rows: NDArray[np.uint8] | NDArray[np.uint16], colour: bool) -> NDArray[np.uint8]:
    small = rows if rows.dtype == np.uint8 else cv2.convertScaleAbs(rows, alpha=255 / 65535)
    if small.ndim == 2 or small.shape[2] == 1:
        return cv2.cvtColor(small, cv2.COLOR_GRAY2BGR) if colour else small.reshape(small.shape[:2])  # type: ignore[return-value]
    bgr = small
    if small.shape[2] == 4:
        alpha = cv2.cvtColor(small[..., 3], cv2.COLOR_GRAY2BGR)
        bgr = cv2.add(cv2.multiply(small[..., :3], alpha, scale=1 / 255), 255 - alpha)
    return bgr if colour else cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)  # type: ignore[return-value]


def _orientation(exif: bytes) -> int:
    """The orientation, 1 to 8; 1 if there is none (TIFF 6.0, section 2: a directory of entries of 12 bytes)."""
    order = {b"II": "little", b"MM": "big"}.get(exif[:2])
    if order is None:
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)  # type: ignore[arg-type]

    first = number(4, 4)
    entries = (first + 2 + 12 * n for n in range(number(first, 2)))
    return next((number(at + 8, 2) for at in entries if number(at, 2) == ORIENTATION), 1)
