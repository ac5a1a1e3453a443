"""The picture with its boxes on the left, the panel on the right; the background has the colour of the label."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from server.render.boxes import draw_boxes
from server.render.emojis import NO_FACE, Emojis
from server.render.layers import Pixels
from server.render.palette import Colour, bgr, blend, label_colour
from server.render.panel import WIDTH, Panel
from server.render.shapes import fill, rounded_rectangle
from server.vision.types import Face

# A picture is scaled to fit into MAX_SIZE (width, height), and up to MIN_HEIGHT pixels if it is small.
MAX_SIZE = (1280, 960)
MIN_HEIGHT = 480
MARGIN = 24  # at scale 1
FADE_S = 0.25  # time constant of a change of the background: after it, 63 % of the new colour is reached


class Canvas:
    """Draws pictures of one size, or the frames of a video, whose background changes gradually."""

    def __init__(self, width: int, height: int, emojis: Emojis, labels: Sequence[str], fonts: bool = True) -> None:
        """Prepare for pictures of this size in pixels; see `Panel` for the rest."""
        self._picture_size = _fit(width, height)
        self._height = max(self._picture_size[1], MIN_HEIGHT)
        self._scale = min(2.0, self._height / MIN_HEIGHT)
        self._margin, self._panel_width = round(MARGIN * self._scale), round(WIDTH * self._scale)
        self._panel, self._fonts = Panel(emojis, labels, fonts), fonts
        self._corners = _corners(*self._picture_size, round(20 * self._scale))
        self._background: Colour | None = None
        self._last_s = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing: even numbers, as H.264 requires."""
        width, height = self._picture_size[0] + 3 * self._margin + self._panel_width, self._height + 2 * self._margin
        return width + width % 2, height + height % 2

    def draw(self, picture: Pixels, faces: Sequence[Face], time_s: float = 0.0) -> Pixels:
        """Draw one picture, uint8 [height, width, 3], of a video at `time_s` seconds; returns an image of `size`.

        A picture of another shape than the first is shown whole and unstretched.
        """
        background = self._faded(bgr(label_colour(faces[0].label if faces else NO_FACE)), time_s)
        canvas = np.empty((self.size[1], self.size[0], 3), np.uint8)
        canvas[:] = background
        width, height = self._picture_size
        shown = _scaled(picture, *_within(picture, width, height))
        draw_boxes(shown, faces, self._scale, self._fonts)
        shown = _centred(shown, width, height, background)
        for (rows, columns), outside in self._corners:
            corner = shown[rows, columns] * (255 - outside) + np.array(background, np.uint16) * outside
            shown[rows, columns] = corner // 255
        x, y = self._margin, (canvas.shape[0] - height) // 2
        canvas[y : y + height, x : x + width] = shown
        left = x + width + self._margin
        area = canvas[self._margin : self._margin + self._height, left : left + self._panel_width]
        self._panel.draw(area, faces, background, self._scale)
        return canvas

    def _faded(self, target: Colour, time_s: float) -> Colour:
        share = 1.0 if self._background is None else 1 - float(np.exp(-max(0.0, time_s - self._last_s) / FADE_S))
        self._background = blend(self._background or target, target, share)
        self._last_s = time_s
        return self._background


def _fit(width: int, height: int) -> tuple[int, int]:
    """The size at which a picture is shown: at least MIN_HEIGHT high, as far as MAX_SIZE allows."""
    scale = min(MAX_SIZE[0] / width, MAX_SIZE[1] / height, max(1.0, MIN_HEIGHT / height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _within(picture: Pixels, width: int, height: int) -> tuple[int, int]:
    """The size at which a picture fits: that of the canvas, or of another shape where a video changes its size."""
    rows, columns = picture.shape[:2]
    scale = min(width / columns, height / rows)
    fitted = min(width, round(columns * scale)), min(height, round(rows * scale))
    near = abs(fitted[0] - width) <= 1 and abs(fitted[1] - height) <= 1  # by rounding
    return (width, height) if near else (max(1, fitted[0]), max(1, fitted[1]))


def _centred(picture: Pixels, width: int, height: int, background: Colour) -> Pixels:
    rows, columns = picture.shape[:2]
    if (columns, rows) == (width, height):
        return picture
    ground = np.empty((height, width, 3), np.uint8)
    ground[:] = background
    top, left = (height - rows) // 2, (width - columns) // 2
    ground[top : top + rows, left : left + columns] = picture
    return ground


def _scaled(picture: Pixels, width: int, height: int) -> Pixels:
    if picture.shape[:2] == (height, width):
        return picture.copy()
    method = cv2.INTER_AREA if picture.shape[0] > height else cv2.INTER_CUBIC
    return cv2.resize(picture, (width, height), interpolation=method).astype(np.uint8, copy=False)


def _corners(width: int, height: int, radius: int) -> list[tuple[tuple[slice, slice], NDArray[np.uint16]]]:
    """The four corners of a picture, and how much (0 to 255) of each pixel lies outside the rounded edge."""
    radius = min(radius, width // 2, height // 2)
    inside = np.zeros((height, width, 1), np.uint8)
    fill(inside, rounded_rectangle(0, 0, width - 1, height - 1, radius), (255, 255, 255))
    ends = (slice(0, radius), slice(-radius, None)) if radius else ()
    return [((rows, columns), 255 - inside[rows, columns].astype(np.uint16)) for rows in ends for columns in ends]
