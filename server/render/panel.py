"""The panel beside a picture: a large emoji with all scores for one face, or a card for each of several faces."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.render.emojis import NO_FACE, Emojis
from server.render.layers import Pixels, overlay
from server.render.palette import INK, PAPER, Colour, bgr, blend
from server.render.shapes import fill, rounded_rectangle
from server.render.text import LINE_HEIGHT, render_text
from server.vision.types import UNSURE, Face

WIDTH = 320  # pixels at scale 1, that is, for a height of 480
MIN_ROW = 15  # at scale 1: the height of a row whose text can be read
LONG_LABEL = 8  # characters; own expressions may have longer names than those of the models
DARK = bgr(INK)


@dataclass(frozen=True)
class Panel:
    """Draws the panel.

    Attributes:
        emojis: the pack.
        labels: in the order of `Face.smoothed`.
        fonts: False leaves out the text.
    """

    emojis: Emojis
    labels: Sequence[str]
    fonts: bool = True

    def draw(self, area: Pixels, faces: Sequence[Face], background: Colour, scale: float) -> None:
        """Draw onto an area that has its background, uint8 [height, width, 3]; `scale` is 1 for a height of 480."""
        if not faces:
            self._emoji_with_caption(area, None, scale, 0.5)
        elif len(faces) == 1:
            self._single_face(area, faces[0], background, scale)
        else:
            self._face_cards(area, faces, background, scale)

    def _single_face(self, area: Pixels, face: Face, background: Colour, scale: float) -> None:
        top = self._emoji_with_caption(area, face, scale, 0.0)
        left = area.shape[0] - top
        labels = self._likeliest(face, int(left / (MIN_ROW * scale)))
        row = min(left / len(labels), 34 * scale)
        at = top + (left - row * len(labels)) / 2
        for index, label in enumerate(labels):
            self._score_row(area, label, face, (at + index * row, row), background, scale)

    def _likeliest(self, face: Face, count: int) -> list[str]:
        """As many labels as have room, in their order; equal ones, such as those of 0 %, are the same in each frame."""
        best = sorted(self.labels, key=lambda label: -round(face.smoothed[self.labels.index(label)], 2))
        return sorted(best[: max(1, count)], key=self.labels.index)

    def _emoji_with_caption(self, area: Pixels, face: Face | None, scale: float, position: float) -> float:
        """Draw a large emoji with its name below, at a position from 0 (top) to 1; returns its lower end."""
        name, share = (face.label, named_share(face)) if face else ("no face", "")
        height, width = area.shape[:2]
        size = int(min(0.44 * height, 0.8 * width))
        font_px = round(34 * scale)
        block = round(size + LINE_HEIGHT * font_px)
        top = round(position * (height - block))
        emoji = self.emojis.of_face(face, self.labels, size) if face else self.emojis.image(NO_FACE, size)
        overlay(area, emoji, (width - size) // 2, top)
        title = self._text_within(name.capitalize(), font_px, 0.72 * width)
        share_px = round(0.6 * font_px)
        beside = render_text(share, share_px, system_fonts=self.fonts) if share else None
        gap = round(0.3 * font_px)
        total = sum(part.shape[1] for part in (title, beside) if part is not None) + (gap if beside is not None else 0)
        x = (width - total) // 2
        if title is not None:
            overlay(area, title, x, top + size)
            x += title.shape[1] + gap
        if beside is not None:  # on the same baseline
            overlay(area, beside, x, top + size + round(1.05 * (font_px - share_px)))
        return float(top + block + 6 * scale)

    def _score_row(
        self, area: Pixels, label: str, face: Face, row: tuple[float, float], background: Colour, scale: float
    ) -> None:
        top, height = row
        share, leads = face.smoothed[self.labels.index(label)], label == face.label
        # Own expressions make rows that are lower than the text of seven labels.
        size, font_px = round(0.78 * min(height, 26 * scale)), round(min(14 * scale, 0.8 * height))
        middle = top + height / 2
        overlay(area, self.emojis.image(label, size), 0, round(middle - size / 2))
        column = (70 if max(map(len, self.labels)) <= LONG_LABEL else 110) * scale
        name = self._text_within(label, font_px, column, leads)
        x = round(size + 7 * scale)
        if name is not None:
            overlay(area, name, x, round(middle - 0.7 * font_px))
            x += round(column + 2 * scale)
        figure = render_text(percent(share), font_px, bold=leads, system_fonts=self.fonts)
        right = area.shape[1]
        if figure is not None:
            overlay(area, figure, right - figure.shape[1], round(middle - 0.7 * font_px))
            right -= round(54 * scale)
        thick = min(8 * scale, 0.6 * height)
        self._bar(area, (x, middle - thick / 2, right - x, thick), share, background)

    def _bar(self, area: Pixels, place: tuple[float, float, float, float], share: float, background: Colour) -> None:
        x, y, width, height = place
        fill(area, rounded_rectangle(x, y, width, height, height / 2), blend(background, DARK, 0.14))
        fill(area, rounded_rectangle(x, y, height + share * (width - height), height, height / 2), DARK)

    def _face_cards(self, area: Pixels, faces: Sequence[Face], background: Colour, scale: float) -> None:
        height = area.shape[0]
        row = min(height / len(faces), 108 * scale)
        top = (height - row * len(faces)) / 2
        for number, face in enumerate(faces, 1):
            self._card(area, number, face, (round(top + (number - 1) * row), round(row)), scale)

    def _card(self, area: Pixels, number: int, face: Face, place: tuple[int, int], scale: float) -> None:
        """A card: number, emoji, name and confidence."""
        top, row = place
        width, gap = area.shape[1], max(3, round(0.05 * row))
        height = row - 2 * gap
        card = bgr(PAPER)
        fill(area, rounded_rectangle(0, top + gap, width - 1, height, min(0.3 * height, 22 * scale)), card)
        size = round(0.8 * height)
        font_px = round(min(25 * scale, 0.34 * height))
        middle, x = top + row / 2, round(0.2 * height)
        order = render_text(str(number), font_px, bold=True, system_fonts=self.fonts)
        if order is not None:
            overlay(area, order, x, round(middle - 0.7 * font_px))
            x += round(1.3 * font_px)
        overlay(area, self.emojis.of_face(face, self.labels, size), x, round(middle - size / 2))
        x += size + round(0.6 * font_px)
        right = width - round(0.25 * height)
        name = self._text_within(face.label.capitalize(), font_px, right - x)
        small, thick = round(0.7 * font_px), max(4.0, 0.24 * font_px)
        figure = render_text(percent(face.confidence), small, system_fonts=self.fonts)
        if name is not None:
            overlay(area, name, x, round(middle - 1.2 * font_px))
        down = 0.6 * font_px if name is not None else 0.0  # the middle of the bar and of the percentage
        if figure is not None:
            if named_share(face):
                overlay(area, figure, right - figure.shape[1], round(middle + down - 0.7 * small))
            right -= round(3.8 * small)
        self._bar(area, (x, middle + down - thick / 2, right - x, thick), face.confidence, card)

    def _text_within(self, text: str, font_px: int, max_width: float, bold: bool = True) -> Pixels | None:
        """Text of this font size, or smaller if it would be wider than `max_width`."""
        layer = render_text(text, font_px, bold, system_fonts=self.fonts)
        if layer is None or layer.shape[1] <= max_width:
            return layer
        return render_text(text, max(6, int(font_px * max_width / layer.shape[1])), bold, system_fonts=self.fonts)


def face_count(count: int) -> str:
    """`no face`, `1 face`, `2 faces`."""
    return "no face" if count == 0 else "1 face" if count == 1 else f"{count} faces"


def named_share(face: Face) -> str:
    """The share beside the name of a face's label; empty for UNSURE, and while another label has a larger share."""
    leads = face.label != UNSURE and face.confidence >= max(face.smoothed)
    return percent(face.confidence) if leads else ""


def percent(share: float) -> str:
    """Format a share: `93 %`."""
    return f"{100 * share:.0f} %"
