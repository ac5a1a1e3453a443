"""Colours between colours: mixed in Oklab, in which equal steps look equal, and kept from turning grey.

Björn Ottosson, "A perceptual color space for image processing" (2020), https://bottosson.github.io/posts/oklab/.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Of the chroma that mixing loses, the share that is given back; and the chroma at which half of that is.
KEPT_CHROMA, GREY_CHROMA = 0.8, 0.02
_FROM_LAB, _FROM_CONES = np.linalg.inv(_TO_LAB), np.linalg.inv(_TO_CONES)


def blend_colours(colours: Sequence[Sequence[str]], shares: NDArray[np.float64]) -> list[str]:
    """Each colour, given as #rrggbb by expression, mixed by the shares of the expressions; as #rrggbb."""
    mixed = []
    for by_label in colours:
        shown = {colour for colour, share in zip(by_label, shares, strict=True) if share}
        if len(shown) == 1:
            mixed.append(shown.pop())
        else:
            labs = np.array([_lab(colour) for colour in by_label])
            mixed.append(_hex(_vivid(shares @ labs, float(shares @ np.hypot(labs[:, 1], labs[:, 2])))))
    return mixed


def _vivid(lab: NDArray[np.float64], mean_chroma: float) -> NDArray[np.float64]:
    """A mixture with most of the chroma that its parts have: opposite colours mix to a grey, which says nothing."""
    chroma = math.hypot(lab[1], lab[2])
    # A mixture without a hue stays grey, so that no small change of the shares turns it into another colour.
    kept = KEPT_CHROMA * chroma / (chroma + GREY_CHROMA)
    factor = 1 + kept * (mean_chroma / max(chroma, 1e-6) - 1)
    return np.asarray(lab * (1, factor, factor), np.float64)


def _lab(colour: str) -> NDArray[np.float64]:
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(_TO_LAB @ np.cbrt(_TO_CONES @ linear), np.float64)


def _hex(lab: NDArray[np.float64]) -> str:
    linear = np.clip(_FROM_CONES @ (_FROM_LAB @ lab) ** 3, 0, 1)
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * float(channel)):02x}" for channel in rgb)
