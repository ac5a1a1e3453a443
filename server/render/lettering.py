"""Words as layers, in a font of the system; where there is none, there are no words and the drawings do without."""

from functools import lru_cache
from html import escape

import numpy as np

from server.render.layers import Pixels, render
from server.render.palette import INK

# Of Windows, macOS, Android, and of the usual Linux systems: resvg takes the first that there is.
FAMILIES = (
    "Segoe UI, SF Pro Display, Helvetica Neue, Roboto, Inter, Cantarell, Ubuntu, Noto Sans, Open Sans, Arial, "
    "Liberation Sans, DejaVu Sans, FreeSans, Helvetica, sans-serif"
)
BASELINE = 1.05  # of the size, from the top of a layer; its height is LINE sizes
LINE = 1.4


@lru_cache(maxsize=1024)  # names and percentages come again and again
def words(text: str, size: int, bold: bool = False, colour: str = INK, system_fonts: bool = True) -> Pixels | None:
    """A line of text, cut to its width; None where no font has its letters.

    Args:
        text: one line.
        size: of the font, pixels; the layer is LINE times as high.
        bold: heavier.
        colour: `#rrggbb`.
        system_fonts: False is as on a system without fonts.
    """
    width, height = round((len(text) + 2) * size), round(LINE * size)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="{size // 2}" y="{BASELINE * size:.1f}" font-family="{FAMILIES}" font-size="{size}" '
        f'font-weight="{700 if bold else 400}" fill="{colour}">{escape(text)}</text></svg>'
    )
    layer = render(svg, width, height, system_fonts)
    columns = np.flatnonzero(layer[..., 3].any(axis=0))
    return layer[:, columns[0] : columns[-1] + 1] if len(columns) else None
