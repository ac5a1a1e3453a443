"""Antialiased shapes, drawn into a picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from server.render.layers import Pixels
from server.render.palette import Colour

_SHIFT = 4  # OpenCV takes coordinates in sixteenths of a pixel
_STEPS = 9  # points of a quarter circle


def rounded_rectangle(x: float, y: float, width: float, height: float, radius: float) -> NDArray[np.int32]:
    """The outline of a rectangle with rounded corners, for `fill` and `stroke`."""
    radius = max(0.0, min(radius, width / 2, height / 2))
    angles_of_quarter = np.linspace(0, np.pi / 2, _STEPS)
    corners = []
    for quarter, (cx, cy) in enumerate(
        (
            (x + width - radius, y + height - radius),
            (x + radius, y + height - radius),
            (x + radius, y + radius),
            (x + width - radius, y + radius),
        )
    ):
        angles = angles_of_quarter + quarter * np.pi / 2
        corners.append(np.stack((cx + radius * np.cos(angles), cy + radius * np.sin(angles)), axis=1))
    outline: NDArray[np.int32] = np.rint(np.concatenate(corners) * 2**_SHIFT).astype(np.int32)
    return outline


def fill(picture: Pixels, outline: NDArray[np.int32], colour: Colour) -> None:
    """Fill an outline."""
    cv2.fillPoly(picture, [outline], colour, cv2.LINE_AA, _SHIFT)


def stroke(picture: Pixels, outline: NDArray[np.int32], colour: Colour, thickness: int) -> None:
    """Draw along an outline."""
    cv2.polylines(picture, [outline], True, colour, thickness, cv2.LINE_AA, _SHIFT)
