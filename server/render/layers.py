"""SVG to pixels, and layers onto pictures. A layer has alpha, a picture has not."""

from typing import TypeAlias

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]


def render_svg(svg: str, width: int, height: int, system_fonts: bool = False) -> Pixels:
    """Render an SVG document as a layer of this size.

    Raises:
        ValueError: it cannot be rendered; says why.
    """
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=not system_fonts)
    layer = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if layer is None:
        raise ValueError("the SVG gave no image")
    return with_alpha(layer.astype(np.uint8, copy=False))


def with_alpha(picture: Pixels) -> Pixels:
    """Convert any image that OpenCV reads (grey, colour, with alpha) to a layer."""
    if picture.ndim == 3 and picture.shape[2] == 4:
        return picture
    code = cv2.COLOR_GRAY2BGRA if picture.ndim == 2 else cv2.COLOR_BGR2BGRA
    return cv2.cvtColor(picture, code).astype(np.uint8, copy=False)


def fit_square(layer: Pixels, size: int) -> Pixels:
    """Scale a layer and centre it in a transparent square."""
    height, width = layer.shape[:2]
    scale = size / max(height, width)
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    # Premultiply by alpha while scaling, so that the colour of transparent pixels does not bleed in.
    premultiplied = layer.astype(np.float32)
    premultiplied[..., :3] = premultiplied[..., :3] * (premultiplied[..., 3:] / 255)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.clip(cv2.resize(premultiplied, (columns, rows), interpolation=method), 0, 255)
    small[..., :3] = small[..., :3] * (255 / np.maximum(small[..., 3:], 1))
    square = np.zeros((size, size, 4), np.uint8)
    y, x = (size - rows) // 2, (size - columns) // 2
    square[y : y + rows, x : x + columns] = np.clip(small + 0.5, 0, 255)
    return square


def overlay(picture: Pixels, layer: Pixels, x: int, y: int) -> None:
    """Draw a layer onto a picture with its upper left corner at x, y, cut off at the edges."""
    height, width = picture.shape[:2]
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(layer.shape[1], width - x), min(layer.shape[0], height - y)
    if right <= left or bottom <= top:
        return
    part = layer[top:bottom, left:right]
    under = picture[y + top : y + bottom, x + left : x + right]
    alpha = part[..., 3:].astype(np.uint16)
    under[:] = (under * (255 - alpha) + part[..., :3] * alpha + 127) // 255
