"""Closes the eyes of a photograph, partly or entirely: the skin of the upper lid is drawn down over the eye.

Made, because pictures of one person with open and with closed eyes are rare and a blink takes every state between.
"""

import cv2
import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.mesh.normalise import LEFT_EYE, RIGHT_EYE
from server.vision.motion.eyes import SCALE, SIZE, EyeNetwork, crop_eyes
from server.vision.types import Mesh

# In widths of the eye: how much of the skin above the eye is stretched; how much of it, next to the eye, is left out,
# since it is lashes; how far below the lower lid the upper one comes to lie.
SKIN, LASHES, OVERLAP = 0.45, 0.1, 0.04
LID_LINE = 0.6  # darkness of the line of lashes of a closed eye


class Eyelids:
    """The eyes of one photograph."""

    def __init__(self, grey: Grey, mesh: Mesh) -> None:
        """Find the lids.

        Args:
            grey: uint8 [height, width], a face with open eyes.
            mesh: its points.
        """
        self._grey = grey
        network, size = EyeNetwork(), np.array(grey.shape[::-1], np.float32)
        contours = [network.contour(crop)[:16] / np.float32(SIZE) for crop in crop_eyes(grey, mesh)]
        contours[1][:, 0] = 1 - contours[1][:, 0]  # the crop of that eye is mirrored
        corners = [mesh.points[list(eye), :2] * size for eye in (LEFT_EYE, RIGHT_EYE)]
        self._eyes = [_in_frame(contour, eye) for contour, eye in zip(contours, corners, strict=True)]

    def closed(self, left: float, right: float) -> Grey:
        """The photograph with the eye at its left and the one at its right closed by so much, 0 to 1."""
        picture = self._grey
        for contour, shut in zip(self._eyes, (left, right), strict=True):
            if shut > 0:
                picture = _close(picture, contour, shut)
        return picture


def _in_frame(contour: Floats, corners: Floats) -> Floats:
    """The contour from fractions of the crop of an eye, whose corners lie level, to pixels of the frame."""
    (left, right), (unit, shift) = corners @ _COMPLEX, (0.5 - 0.5 / SCALE, 0.5)
    z = contour @ _COMPLEX
    placed = left + (z - complex(unit, shift)) * SCALE * (right - left)
    return np.stack((placed.real, placed.imag), axis=1).astype(np.float32)


def _close(grey: Grey, contour: Floats, shut: float) -> Grey:
    lower, upper = contour[:9], contour[[0, *range(9, 16), 8]]
    if lower[0, 0] > lower[-1, 0]:
        lower, upper = lower[::-1], upper[::-1]
    start, across = lower[0], lower[-1] - lower[0]
    width = float(np.hypot(*across))
    right = across / width
    down = np.array((-right[1], right[0]))
    area = (slice(int(start[1] - 0.9 * width), int(start[1] + 0.7 * width)),
            slice(int(start[0] - 0.6 * width), int(start[0] + 1.6 * width)))  # fmt: skip
    patch = grey[area]
    y, x = np.mgrid[area].astype(np.float32)
    along = ((x - start[0]) * right[0] + (y - start[1]) * right[1]) / width
    depth = ((x - start[0]) * down[0] + (y - start[1]) * down[1]) / width
    lid = np.polyval(_curve(upper, start, right, down, width, 4), along.clip(0, 1)) - 0.02
    edge = np.polyval(_curve(lower, start, right, down, width, 2), along.clip(-0.15, 1.12)) + OVERLAP
    near = np.minimum((along + 0.3) / 0.25, (1.2 - along) / 0.15).clip(0, 1)
    near = near * near * (3 - 2 * near)
    line = lid + (edge - lid) * shut
    top, skin_end = lid - SKIN, lid - LASHES * min(1.0, 2 * shut) * near
    stretched = top + (depth - top) / np.maximum(line - top, 1e-6) * (skin_end - top)
    shift = np.where((depth > top) & (depth <= line), stretched - depth, 0) * near * width
    rows, columns = np.mgrid[: patch.shape[0], : patch.shape[1]].astype(np.float32)
    maps = ((columns + shift * down[0]).astype(np.float32), (rows + shift * down[1]).astype(np.float32))
    drawn = cv2.remap(patch, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    ends = np.minimum((along + 0.12) / 0.15, (1.03 - along) / 0.1).clip(0, 1)
    lashes = np.exp(-(((depth - line) / 0.035) ** 2)) * ends * min(1.0, 1.5 * shut)
    closed = grey.copy()
    closed[area] = (drawn * (1 - LID_LINE * lashes)).clip(0, 255)
    return closed


def _curve(lid: Floats, start: Floats, right: Floats, down: Floats, width: float, degree: int) -> Floats:
    """A polynomial through a lid: depth by place along the eye, both in widths of the eye."""
    return np.asarray(np.polyfit((lid - start) @ right / width, (lid - start) @ down / width, degree), np.float32)


_COMPLEX = np.array([1, 1j], np.complex64)
