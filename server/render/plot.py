"""The plot of a video: for each face a band over time, in which every expression takes up its share of the height."""

import itertools
import math
from collections.abc import Iterator

import numpy as np

from server.render.emojis import NO_FACE, Emojis
from server.render.history import History, Slice, runs
from server.render.layers import Pixels, put, render
from server.render.lettering import FAMILIES, words
from server.render.palette import INK, PAPER, bgr, mood
from server.render.shapes import fill, rounded

WIDTH = 1200
LEFT, RIGHT, TOP, BOTTOM = 110, 30, 30, 108
BAND, GAP = 150, 34
MAX_BANDS = 6  # faces: the ones seen longest
EMOJI = 40  # pixels; an expression that lasts shorter than that gets none
GAP_S = 0.5  # for which a face may be away without its band being interrupted: that long its track lives
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)  # seconds between two marks


def draw_plot(history: History, emojis: Emojis) -> Pixels:
    """Draw it, uint8 [height, WIDTH, 3]."""
    tracks = history.longest(MAX_BANDS)
    bands = max(1, len(tracks))
    height = TOP + bands * BAND + (bands - 1) * GAP + BOTTOM
    chart = _Chart(history, height)
    parts = [f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>']
    for index, (id, track) in enumerate(tracks):
        parts += chart.band(f"Face {id}", track, TOP + index * (BAND + GAP))
    if not tracks:
        parts.append(_text(WIDTH / 2, TOP + BAND / 2, "no face in this video", "middle"))
    parts += chart.axis(height - BOTTOM + 10)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">{"".join(parts)}</svg>'
    picture = np.ascontiguousarray(render(svg, WIDTH, height, system_fonts=True)[..., :3])
    for index, (_, track) in enumerate(tracks):
        for label, x in chart.long_runs(track):
            y = TOP + index * (BAND + GAP) + (BAND - EMOJI) // 2
            put(picture, emojis.picture(label, EMOJI), round(x - EMOJI / 2), y)
    if not tracks:
        put(picture, emojis.picture(NO_FACE, EMOJI), LEFT, TOP + (BAND - EMOJI) // 2)
    _legend(picture, history, emojis, height - 50)
    return picture


class _Chart:
    """Places and shapes of one plot."""

    def __init__(self, history: History, height: int) -> None:
        self._history, self._height = history, height
        self._seconds = max(history.end, history.slice_s)
        self._gap = max(1, math.ceil(GAP_S / history.slice_s))

    def x(self, seconds: float) -> float:
        """Where a time lies."""
        return LEFT + min(1.0, seconds / self._seconds) * (WIDTH - LEFT - RIGHT)

    def band(self, name: str, track: dict[int, Slice], top: float) -> Iterator[str]:
        """The areas of one face, the first label on top."""
        frame = f'<rect x="{LEFT}" y="{top}" width="{WIDTH - LEFT - RIGHT}" height="{BAND}" rx="12" fill="#f1edee"/>'
        yield f'{frame}<clipPath id="b{top}">{frame}</clipPath><g clip-path="url(#b{top})">'
        for piece in runs(track, self._gap):
            shares = [[score / track[n].count for score in track[n].scores] for n in piece]
            heights = [list(itertools.accumulate(row, initial=0.0)) for row in shares]
            for index, label in enumerate(self._history.labels):
                yield self._area(piece, [(row[index], row[index + 1]) for row in heights], label, top)
        yield "</g>"
        yield _text(LEFT - 14, top + BAND / 2 + 6, name, "end", 17, 700)

    def _area(self, piece: list[int], edges: list[tuple[float, float]], label: str, top: float) -> str:
        ends = [n * self._history.slice_s for n in piece] + [(piece[-1] + 1) * self._history.slice_s]
        rows = [*edges, edges[-1]]
        over = [f"{self.x(s):.1f},{top + BAND * a:.1f}" for s, (a, _) in zip(ends, rows, strict=True)]
        under = [f"{self.x(s):.1f},{top + BAND * b:.1f}" for s, (_, b) in zip(ends, rows, strict=True)]
        return f'<polygon points="{" ".join(over + under[::-1])}" fill="{mood(label)}"/>'

    def long_runs(self, track: dict[int, Slice]) -> Iterator[tuple[str, float]]:
        """The expressions that lasted long enough for an emoji, and where the middle of each lies."""
        for piece in runs(track, self._gap):
            for label, numbers in itertools.groupby(piece, lambda number: track[number].label):
                group = list(numbers)
                left, right = self.x(group[0] * self._history.slice_s), self.x((group[-1] + 1) * self._history.slice_s)
                if right - left >= EMOJI + 8:
                    yield label, (left + right) / 2

    def axis(self, top: float) -> Iterator[str]:
        """Marks of seconds or minutes."""
        step = next((s for s in STEPS if self._seconds / s <= 12), STEPS[-1])
        for index in range(int(self._seconds / step + 1e-6) + 1):
            x = self.x(index * step)
            yield f'<path d="M{x:.1f} {top - 6}v7" stroke="{INK}" stroke-width="1.5"/>'
            yield _text(x, top + 20, _time(index * step, step), "middle", 14)


def _time(seconds: float, step: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s" if step < 1 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _text(x: float, y: float, text: str, anchor: str, size: int = 17, weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-family="{FAMILIES}" font-size="{size}" '
        f'font-weight="{weight}" fill="{INK}">{text}</text>'
    )


def _legend(picture: Pixels, history: History, emojis: Emojis, top: int) -> None:
    """Emoji, colour and name of each label, in a row."""
    column = (WIDTH - LEFT - RIGHT) // len(history.labels)
    for index, label in enumerate(history.labels):
        x = LEFT + index * column
        put(picture, emojis.picture(label, 30), x, top)
        fill(picture, rounded(x + 37, top + 8, 14, 14, 4), bgr(mood(label)))
        if (name := words(label, 15)) is not None:
            put(picture, name, x + 57, top + 5)
