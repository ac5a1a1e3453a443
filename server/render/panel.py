"""The panel beside a picture: one face's emoji in large with all its scores, or a row for each of several faces."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.render.emojis import NO_FACE, Emojis
from server.render.layers import Pixels, put
from server.render.lettering import LINE, words
from server.render.palette import INK, PAPER, Colour, bgr, mixed
from server.render.shapes import fill, rounded
from server.vision.types import Face

WIDTH = 320  # pixels at scale 1, which is for a height of 480
DARK = bgr(INK)


@dataclass(frozen=True)
class Panel:
    """Draws the panel.

    Attributes:
        emojis: the pack.
        labels: of the model, in the order of scores.
        fonts: False leaves out the words.
    """

    emojis: Emojis
    labels: Sequence[str]
    fonts: bool = True

    def draw(self, area: Pixels, faces: Sequence[Face], ground: Colour, scale: float) -> None:
        """Draw onto an area that has its background, uint8 [height, width, 3]; `scale` 1 suits 480 pixels of height."""
        if not faces:
            self._say(area, NO_FACE, "no face", "", scale, 0.5)
        elif len(faces) == 1:
            self._one(area, faces[0], ground, scale)
        else:
            self._several(area, faces, ground, scale)

    def _one(self, area: Pixels, face: Face, ground: Colour, scale: float) -> None:
        top = self._say(area, face.label, face.label, percent(face.confidence), scale, 0.0)
        left = area.shape[0] - top
        row = min(left / len(self.labels), 34 * scale)
        at = top + (left - row * len(self.labels)) / 2
        for index, label in enumerate(self.labels):
            self._bar(area, label, face, (at + index * row, row), ground, scale)

    def _say(self, area: Pixels, label: str, name: str, share: str, scale: float, place: float) -> float:
        """The emoji in large with its name below, at a place from 0 (top) to 1; returns where it ends."""
        height, width = area.shape[:2]
        size = int(min(0.44 * height, 0.8 * width))
        letters = round(34 * scale)
        block = round(size + LINE * letters)
        top = round(place * (height - block))
        put(area, self.emojis.picture(label, size), (width - size) // 2, top)
        title = self._fitting(name.capitalize(), letters, 0.72 * width)
        share_px = round(0.6 * letters)
        beside = words(share, share_px, system_fonts=self.fonts) if share else None
        gap = round(0.3 * letters)
        total = sum(part.shape[1] for part in (title, beside) if part is not None) + (gap if beside is not None else 0)
        x = (width - total) // 2
        if title is not None:
            put(area, title, x, top + size)
            x += title.shape[1] + gap
        if beside is not None:  # on the same baseline
            put(area, beside, x, top + size + round(1.05 * (letters - share_px)))
        return float(top + block + 6 * scale)

    def _bar(
        self, area: Pixels, label: str, face: Face, row: tuple[float, float], ground: Colour, scale: float
    ) -> None:
        top, height = row
        share, leads = face.smoothed[self.labels.index(label)], label == face.label
        size, letters = round(0.78 * min(height, 26 * scale)), round(14 * scale)
        middle = top + height / 2
        put(area, self.emojis.picture(label, size), 0, round(middle - size / 2))
        name = self._fitting(label, letters, 70 * scale, leads)
        x = round(size + 7 * scale)
        if name is not None:
            put(area, name, x, round(middle - 0.7 * letters))
            x += round(72 * scale)
        figure = words(percent(share), letters, bold=leads, system_fonts=self.fonts)
        right = area.shape[1]
        if figure is not None:
            put(area, figure, right - figure.shape[1], round(middle - 0.7 * letters))
            right -= round(54 * scale)
        self._track(area, (x, middle - 4 * scale, right - x, 8 * scale), share, ground)

    def _track(self, area: Pixels, place: tuple[float, float, float, float], share: float, ground: Colour) -> None:
        x, y, width, height = place
        fill(area, rounded(x, y, width, height, height / 2), mixed(ground, DARK, 0.14))
        fill(area, rounded(x, y, height + share * (width - height), height, height / 2), DARK)

    def _several(self, area: Pixels, faces: Sequence[Face], ground: Colour, scale: float) -> None:
        height = area.shape[0]
        row = min(height / len(faces), 108 * scale)
        top = (height - row * len(faces)) / 2
        for number, face in enumerate(faces, 1):
            self._row(area, number, face, (round(top + (number - 1) * row), round(row)), scale)

    def _row(self, area: Pixels, number: int, face: Face, place: tuple[int, int], scale: float) -> None:
        """A card: number, emoji, name, and how sure it is."""
        top, row = place
        width, gap = area.shape[1], max(3, round(0.05 * row))
        height = row - 2 * gap
        card = bgr(PAPER)
        fill(area, rounded(0, top + gap, width - 1, height, min(0.3 * height, 22 * scale)), card)
        size = round(0.8 * height)
        letters = round(min(25 * scale, 0.34 * height))
        middle, x = top + row / 2, round(0.2 * height)
        order = words(str(number), letters, bold=True, system_fonts=self.fonts)
        if order is not None:
            put(area, order, x, round(middle - 0.7 * letters))
            x += round(1.3 * letters)
        put(area, self.emojis.picture(face.label, size), x, round(middle - size / 2))
        x += size + round(0.6 * letters)
        right = width - round(0.25 * height)
        name = self._fitting(face.label.capitalize(), letters, right - x)
        small, thick = round(0.7 * letters), max(4.0, 0.24 * letters)
        figure = words(percent(face.confidence), small, system_fonts=self.fonts)
        if name is not None:
            put(area, name, x, round(middle - 1.2 * letters))
        down = 0.6 * letters if name is not None else 0.0  # the middle of the bar, and of the figure beside it
        if figure is not None:
            put(area, figure, right - figure.shape[1], round(middle + down - 0.7 * small))
            right -= round(3.8 * small)
        self._track(area, (x, middle + down - thick / 2, right - x, thick), face.confidence, card)

    def _fitting(self, text: str, letters: int, room: float, bold: bool = True) -> Pixels | None:
        """Words in letters of this size, or smaller where they would be wider than `room`."""
        layer = words(text, letters, bold, system_fonts=self.fonts)
        if layer is None or layer.shape[1] <= room:
            return layer
        return words(text, max(6, int(letters * room / layer.shape[1])), bold, system_fonts=self.fonts)


def percent(share: float) -> str:
    """`93 %`."""
    return f"{100 * share:.0f} %"
