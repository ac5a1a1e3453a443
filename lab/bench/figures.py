"""The figures of the benchmark with their required and desired values, and the table that shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Target:
    """The required and the desired value of a figure.

    Attributes:
        title: the row's title in the table.
        unit: the unit of the measured, required and desired values.
        better: whether more or less is better.
        must: the required value.
        aim: the desired value; None if there is none beyond `must`.
    """

    title: str
    unit: str
    better: Literal["more", "less"]
    must: float
    aim: float | None = None

    def meets(self, measured: float, wanted: float) -> bool:
        """Whether a measured value is at least as good as the wanted one."""
        return measured >= wanted if self.better == "more" else measured <= wanted


# In the order of the table; the keys name them in the JSON.
TARGETS: Mapping[str, Target] = {
    "pipeline_speedup": Target("decode to track, against the tutorial's loop", "times faster", "more", 25, 45),
    "pipeline_units": Target("decode to track, one thread", "units", "less", 1.2, 0.7),
    "throughput": Target("results over real sockets, one server", "per second", "more", 320, 500),
    "server_overhead": Target("server CPU per result beyond the pipeline", "ms", "less", 1.0, 0.4),
    "clients20_p50": Target("20 clients at 10 frames/s: age p50", "ms", "less", 15, 6),
    "clients20_p95": Target("20 clients at 10 frames/s: age p95", "ms", "less", 40, 15),
    "overload_fairness": Target("100 clients at 10/s: fewest results / mean", "", "more", 0.5, 0.8),
    "overload_p95": Target("100 clients at 10/s: age p95", "ms", "less", 400, 150),
    "browser_p95": Target("browser: the camera's picture to its result on the screen p95", "ms", "less", 120, 50),
    "memory": Target("server memory with 100 clients (resident)", "MB", "less", 250, 150),
    "start": Target("start to /readyz", "s", "less", 1.5, 0.7),
    "twice_p95": Target("twice the load it can carry, adaptive: age p95", "ms", "less", 300),
    "twice_fewest": Target("the same: fewest results of any client", "per second", "more", 2),
    "flood_ratio": Target("one client floods: the others' p95, with / without", "times", "less", 1.5),
}

Measured = Mapping[str, float]
COLUMNS = ("figure", "measured", "unit", "must", "aim", "met")


def missed(measured: Measured) -> list[str]:
    """The keys of the measured figures that miss their required value."""
    return [key for key, value in measured.items() if not TARGETS[key].meets(value, TARGETS[key].must)]


def table(measured: Measured) -> str:
    """The measured figures, one a line, in the order of TARGETS."""
    rows = [_row(target, measured[key]) for key, target in TARGETS.items() if key in measured]
    widths = [max(len(row[i]) for row in (COLUMNS, *rows)) for i in range(len(COLUMNS))]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([_line(COLUMNS, widths), rule, *(_line(row, widths) for row in rows)])


def _row(target: Target, value: float) -> tuple[str, ...]:
    aim = "" if target.aim is None else f"{target.aim:g}"
    if not target.meets(value, target.must):
        met = "NO"
    else:
        met = "aim" if target.aim is not None and target.meets(value, target.aim) else "must"
    return target.title, _number(value), target.unit, f"{target.must:g}", aim, met


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
