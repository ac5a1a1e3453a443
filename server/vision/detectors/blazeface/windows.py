"""The windows of a frame that BlazeFace is run on (pure)."""

import math
from typing import NamedTuple

# A search covers the whole frame, then square tiles that overlap by a quarter and more. Their side is a share of the
# frame's long side: a face of 8 % of a small frame's width, and of 5 % of a large one's, fills 13 % of a tile and so
# is well within the range of the network.
TILE_SHARE, LARGE_FRAME_TILE_SHARE = 0.6, 0.4
LARGE_FRAME_PX = 1024
MIN_TILE_PX = 192  # smaller ones would only be enlarged


# A window with a border reaches beyond the frame on each side by this share of its long side.
BORDER_SHARE = 0.5


class Window(NamedTuple):
    """A part of a frame in pixels; it may reach beyond the frame."""

    left: int
    top: int
    width: int
    height: int


def window_around(corners: list[float], width: int, height: int, scale: float) -> Window:
    """A square window around a box, moved and cut so that it lies within the frame.

    Args:
        corners: left, top, right and bottom of the box in pixels.
        width: of the frame in pixels.
        height: of the frame in pixels.
        scale: side of the window in multiples of the longer side of the box.
    """
    left, top, right, bottom = corners
    side = round(scale * max(right - left, bottom - top))
    columns, rows = min(max(side, 1), width), min(max(side, 1), height)
    x, y = (left + right - columns) / 2, (top + bottom - rows) / 2
    return Window(round(min(max(x, 0), width - columns)), round(min(max(y, 0), height - rows)), columns, rows)


def follow_window(corners: list[float], width: int, height: int, scale: float) -> Window:
    """The same, but a window larger than the frame is not cut: a face that fills the picture keeps its border."""
    left, top, right, bottom = corners
    side = round(scale * max(right - left, bottom - top))
    # A box that reaches far beyond the frame would leave hardly any pixels in the window.
    if max(width, height) < side < 3 * max(width, height):
        x, y = round((left + right - side) / 2), round((top + bottom - side) / 2)
        return Window(min(max(x, width - side), 0), min(max(y, height - side), 0), side, side)
    return window_around(corners, width, height, scale)


def window_with_border(width: int, height: int) -> Window:
    """The whole frame with a border around it."""
    border = round(BORDER_SHARE * max(width, height))
    return Window(-border, -border, width + 2 * border, height + 2 * border)


def search_windows(width: int, height: int) -> list[Window]:
    """The windows of a complete search of a frame: the whole frame first, then the tiles."""
    windows = [Window(0, 0, width, height)]
    long_side = max(width, height)
    side = round(long_side * (TILE_SHARE if long_side < LARGE_FRAME_PX else LARGE_FRAME_TILE_SHARE))
    if side >= MIN_TILE_PX:
        columns, rows = min(side, width), min(side, height)
        windows += [Window(x, y, columns, rows) for y in _starts(height, rows) for x in _starts(width, columns)]
    return windows


def _starts(length: int, tile: int) -> list[int]:
    """Where tiles start that cover a length, each overlapping the next by a quarter at least."""
    steps = math.ceil((length - tile) / (0.75 * tile))
    return [round(k * (length - tile) / max(steps, 1)) for k in range(steps + 1)]
