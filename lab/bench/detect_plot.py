"""The plot of lab.bench.detect."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Curve:
    """The figures of one setting.

    Attributes:
        name: for the legend.
        edges: upper edges of the face sizes, shares of the frame's width.
        by_size: share of the faces of each size that is found at the shipped score.
        line: (score, share of pictures without people with a face, share of the faces of 8 % and more that is found).
    """

    name: str
    edges: tuple[float, ...]
    by_size: list[float]
    line: list[tuple[float, float, float]]


def draw(curves: list[Curve], chosen: float, path: Path) -> None:
    """Write the PNG: recall by size, and recall against false faces over the range of score thresholds."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    edges = curves[0].edges
    ticks = [f"{100 * low:.0f}-{100 * high:.0f}" for low, high in zip((0.0, *edges), edges[:-1], strict=False)]
    for curve in curves:
        (line,) = left.plot(range(len(edges)), [100 * value for value in curve.by_size], "o-", label=curve.name)
        places = [(100 * false, 100 * recall) for _, false, recall in curve.line]
        right.plot(*zip(*places, strict=True), "-", color=line.get_color())
        at = min(curve.line, key=lambda entry: abs(entry[0] - chosen))
        right.plot(100 * at[1], 100 * at[2], "o", color=line.get_color())
    left.set_xticks(range(len(edges)), [*ticks, f">{100 * edges[-2]:.0f}"])
    left.set(xlabel="width of the face, % of the picture's", ylabel="found, %", ylim=(0, 100))
    left.set_title(f"faces in crowds, at the score {chosen:g}")
    left.legend(frameon=False)
    right.axvline(3, color="grey", linestyle=":")
    right.set(xlabel="pictures of animals with a face, %", ylabel="found of faces of 8 % and more, %")
    right.set(xlim=(0, 20), ylim=(0, 100), title=f"over the range of scores (dot: {chosen:g}; dotted: the limit)")
    figure.savefig(path, dpi=110)
