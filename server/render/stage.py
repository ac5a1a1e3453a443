"""The picture with its boxes on the left, the panel on the right, on a ground in the colour of the mood."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from server.render.boxes import draw_boxes
from server.render.emojis import NO_FACE, Emojis
from server.render.layers import Pixels
from server.render.palette import Colour, bgr, mixed, mood
from server.render.panel import WIDTH, Panel
from server.render.shapes import fill, rounded
from server.vision.types import Face

# The picture is scaled into this width and height, and up to LEAST pixels of height when it is small.
MOST = (1280, 960)
LEAST = 480
MARGIN = 24  # at scale 1
EASE_S = 0.25  # in which the ground takes on two thirds of a new colour


class Stage:
    """Draws pictures of one size, or the frames of a video; its ground changes gently from frame to frame."""

    def __init__(self, width: int, height: int, emojis: Emojis, labels: Sequence[str], fonts: bool = True) -> None:
        """For pictures of this size in pixels; see `Panel` for the rest."""
        self._fit = _fit(width, height)
        self._height = max(self._fit[1], LEAST)
        self._scale = min(2.0, self._height / LEAST)
        self._margin, self._width = round(MARGIN * self._scale), round(WIDTH * self._scale)
        self._panel, self._fonts = Panel(emojis, labels, fonts), fonts
        self._round = _corners(*self._fit, round(20 * self._scale))
        self._ground: Colour | None = None
        self._at = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is drawn: even numbers, as video wants them."""
        width, height = self._fit[0] + 3 * self._margin + self._width, self._height + 2 * self._margin
        return width + width % 2, height + height % 2

    def draw(self, picture: Pixels, faces: Sequence[Face], at: float = 0.0) -> Pixels:
        """One picture, uint8 [height, width, 3], `at` seconds; returns the drawing, of `size`."""
        ground = self._eased(bgr(mood(faces[0].label if faces else NO_FACE)), at)
        canvas = np.empty((self.size[1], self.size[0], 3), np.uint8)
        canvas[:] = ground
        width, height = self._fit
        shown = _scaled(picture, width, height)
        draw_boxes(shown, faces, self._scale, self._fonts)
        for (rows, columns), outside in self._round:
            corner = shown[rows, columns] * (255 - outside) + np.array(ground, np.uint16) * outside
            shown[rows, columns] = corner // 255
        x, y = self._margin, (canvas.shape[0] - height) // 2
        canvas[y : y + height, x : x + width] = shown
        left = x + width + self._margin
        area = canvas[self._margin : self._margin + self._height, left : left + self._width]
        self._panel.draw(area, faces, ground, self._scale)
        return canvas

    def _eased(self, wanted: Colour, at: float) -> Colour:
        share = 1.0 if self._ground is None else 1 - float(np.exp(-max(0.0, at - self._at) / EASE_S))
        self._ground = mixed(self._ground or wanted, wanted, share)
        self._at = at
        return self._ground


def _fit(width: int, height: int) -> tuple[int, int]:
    """The size at which a picture is shown: within MOST, and as near to LEAST of height as that allows."""
    scale = min(MOST[0] / width, MOST[1] / height, max(1.0, LEAST / height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _scaled(picture: Pixels, width: int, height: int) -> Pixels:
    if picture.shape[:2] == (height, width):
        return picture.copy()
    method = cv2.INTER_AREA if picture.shape[0] > height else cv2.INTER_CUBIC
    return cv2.resize(picture, (width, height), interpolation=method).astype(np.uint8, copy=False)


def _corners(width: int, height: int, radius: int) -> list[tuple[tuple[slice, slice], NDArray[np.uint16]]]:
    """The four corners of a picture, and how much (0 to 255) of each of their pixels lies outside the round."""
    radius = min(radius, width // 2, height // 2)
    inside = np.zeros((height, width, 1), np.uint8)
    fill(inside, rounded(0, 0, width - 1, height - 1, radius), (255, 255, 255))
    ends = (slice(0, radius), slice(-radius, None)) if radius else ()
    return [((rows, columns), 255 - inside[rows, columns].astype(np.uint16)) for rows in ends for columns in ends]
