"""The pixels of a video's frame as players show them: square, upright, on white where they are transparent."""

import math
import struct
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from server.vision.images.picture import MAX_LONG_SIDE_PX
from server.vision.images.transparency import on_white

# Films have 0.5 to 2.5 (anamorphic). Beyond these bounds the number is a mistake.
MIN_RATIO, MAX_RATIO = Fraction(1, 8), Fraction(8)


def displayed(frame: av.VideoFrame, pixel_ratio: Fraction | None) -> NDArray[np.uint8]:
    """The pixels to look at.

    Args:
        frame: as decoded.
        pixel_ratio: width of a stored pixel divided by its height (the sample aspect ratio); None or 0 if unknown.

    Returns:
        uint8 [height, width, 3], blue, green, red; the long side at most MAX_LONG_SIDE_PX.
    """
    width, height = _square_size(frame.width, frame.height, pixel_ratio)
    if has_alpha(frame):
        pixels = on_white(frame.to_ndarray(format="bgra").astype(np.uint8, copy=False), colour=True)
    else:
        pixels = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
    if (width, height) != (frame.width, frame.height):
        smaller = width * height < frame.width * frame.height
        pixels = cv2.resize(  # type: ignore[assignment]  # cv2's stubs have no dtype
            pixels, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        )
    flip, quarters = _orientation(frame)
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1] if flip else pixels, quarters))


def has_alpha(frame: av.VideoFrame) -> bool:
    """Whether the frame's format has an alpha channel or a palette with one."""
    format = frame.format
    return format.has_palette or len(format.components) in (2, 4)


def _square_size(width: int, height: int, pixel_ratio: Fraction | None) -> tuple[int, int]:
    """The size in square pixels: the short direction grows, then both shrink to the limit."""
    ratio = pixel_ratio if pixel_ratio and MIN_RATIO <= pixel_ratio <= MAX_RATIO else Fraction(1)
    wide, high = (width * ratio, Fraction(height)) if ratio >= 1 else (Fraction(width), height / ratio)
    scale = min(Fraction(1), MAX_LONG_SIDE_PX / max(wide, high))
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _orientation(frame: av.VideoFrame) -> tuple[bool, int]:
    """Whether to flip the frame left to right, then how many quarters to turn it counter-clockwise.

    The display matrix of FFmpeg (libavutil/display.h) gives the place of a stored pixel on the screen.
    """
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False, 0
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
    flip = a * d < b * c
    if flip:
        a, b = -a, -b
    return flip, round(-math.atan2(b, a) / (math.pi / 2)) % 4
