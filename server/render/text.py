"""Text as layers, in a font of the system. On a system without fonts, drawings have no text."""

from functools import lru_cache
from html import escape

import numpy as np

from server.render.layers import Pixels, render_svg
from server.render.palette import INK

# Fonts of Windows, macOS, Android and common Linux systems; resvg takes the first that exists.
FONT_FAMILIES = (
    "Segoe UI, SF Pro Display, Helvetica Neue, Roboto, Inter, Cantarell, Ubuntu, Noto Sans, Open Sans, Arial, "
    "Liberation Sans, DejaVu Sans, FreeSans, Helvetica, sans-serif"
)
BASELINE = 1.05  # from the top of a layer, in font sizes
LINE_HEIGHT = 1.4  # height of a layer, in font sizes


@lru_cache(maxsize=1024)  # names and percentages repeat
def render_text(
    text: str, size: int, bold: bool = False, colour: str = INK, system_fonts: bool = True
) -> Pixels | None:
    """Render a line of text, cropped to its width; None if no font has its letters.

    Args:
        text: one line.
        size: of the font in pixels; the layer is LINE_HEIGHT times as high.
        bold: weight 700 instead of 400.
        colour: `#rrggbb`.
        system_fonts: False behaves as on a system without fonts.
    """
    width, height = round((len(text) + 2) * size), round(LINE_HEIGHT * size)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="{size // 2}" y="{BASELINE * size:.1f}" font-family="{FONT_FAMILIES}" font-size="{size}" '
        f'font-weight="{700 if bold else 400}" fill="{colour}">{escape(text)}</text></svg>'
    )
    layer = render_svg(svg, width, height, system_fonts)
    columns = np.flatnonzero(layer[..., 3].any(axis=0))
    return layer[:, columns[0] : columns[-1] + 1] if len(columns) else None
