"""The style of the figures, and their common elements."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

Numbers = npt.NDArray[np.float64] | npt.NDArray[np.int64]

# Blue, orange and green of Okabe and Ito's palette (2008): distinct with any colour blindness, and in grey.
BLUE, ORANGE, GREEN = "#0072b2", "#e69f00", "#009e73"
INK, FAINT = "#1f2328", "#d0d7de"
STYLE: dict[Any, Any] = {  # Any: newer versions of matplotlib type the names, older ones do not
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#e6eaee",
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "lines.linewidth": 2,
}


@contextmanager
def picture(path: Path, width: float, height: float) -> Iterator[Figure]:
    """A figure of this size in inches, written as PNG to `path` at the end of the block."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=110, layout="constrained", facecolor="white")
        yield figure
        # Without the version of matplotlib, the same data gives the same file.
        figure.savefig(path, metadata={"Software": None})


def share_axis(axes: Axes, which: str) -> None:
    """Scale the x or y axis from 0 to 100 %, with faint grid lines."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xlim if which == "x" else axes.set_ylim)(0, 1)
    axis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="x" if which == "x" else "y")


def heat_map(axes: Axes, counts: Numbers, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Draw counts [rows, columns]; each cell shows its share of the row and the count, darker for a larger share."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.55 else INK
        axes.text(column, row - 0.1, f"{share:.0%}", ha="center", va="center", color=colour, fontsize=11)
        count = f"{int(counts[row, column]):,}"
        axes.text(column, row + 0.25, count, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), [f"{name}\n{int(n):,}" for name, n in zip(rows, counts.sum(axis=1), strict=True)])
    axes.spines[:].set_visible(False)


def paired_bars(
    axes: Axes, names: Sequence[str], pairs: Sequence[tuple[str, Numbers]], format_value: str, upright: bool = True
) -> None:
    """Draw bars in groups, one group for each name and one colour for each series, with values at the ends.

    Args:
        axes: to draw on.
        names: of the groups.
        pairs: one or two series: name and values [groups].
        format_value: such as "{:.0%}".
        upright: vertical bars, or else horizontal bars with the first group at the top.
    """
    thick = 0.88 / len(pairs)
    for index, (series, values) in enumerate(pairs):
        places = np.arange(len(names)) + (index - (len(pairs) - 1) / 2) * thick
        draw = axes.bar if upright else axes.barh
        bars = draw(places, values, thick * 0.94, label=series, color=(BLUE, ORANGE)[index])
        axes.bar_label(bars, [format_value.format(value) for value in values], padding=3, fontsize=8 if upright else 9)
    if upright:
        axes.set_xticks(range(len(names)), names)
    else:
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
