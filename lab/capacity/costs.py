"""What things cost: costs.json, as `python -m lab.capacity.measure` measured it, and what lies between its rows."""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

COSTS = Path(__file__).parents[1] / "data" / "costs.json"


class OutOfRangeError(ValueError):
    """Nobody measured that; the message says what was."""


@dataclass(frozen=True, slots=True)
class FrameCost:
    """One frame.

    Attributes:
        usual_ms: CPU of the pipeline in milliseconds, for faces that move.
        still_ms: for faces that do not.
        search_ms: for a frame in which new faces are searched for.
        searches_per_s: how often they are: by the clock, so that of many frames a second few are such.
        first_ms: for the first frame of a connection, which is searched all over.
        jpeg_bytes, answer_bytes: what goes up and down.
    """

    usual_ms: float
    still_ms: float
    search_ms: float
    searches_per_s: float
    first_ms: float
    jpeg_bytes: float
    answer_bytes: float

    def cpu_ms(self, fps: float, still: bool = False) -> float:
        """CPU of the pipeline, the mean over the frames of a connection at this rate."""
        usual = self.still_ms if still else self.usual_ms
        return usual + (self.search_ms - usual) * min(1.0, self.searches_per_s / fps)


@dataclass(frozen=True, slots=True)
class ServerCost:
    """What one process costs beyond the pipeline.

    Attributes:
        result_cpu_ms: CPU of the web around one frame: receiving, scheduling, answering.
        connect_cpu_ms: CPU of one connection from handshake to hello and goodbye.
        connection_mb: memory of an open connection, in millions of bytes.
        thread_mb: of an inference thread with its networks.
        process_mb: of a process without them.
        page_bytes: what the first visit of the page fetches, uncompressed.
    """

    result_cpu_ms: float
    connect_cpu_ms: float
    connection_mb: float
    thread_mb: float
    process_mb: float
    page_bytes: float


class Costs:
    """The measured table, for any number of faces and size of frame within it."""

    def __init__(self, report: dict[str, Any]) -> None:
        """Take what `lab.capacity.measure` wrote."""
        self.machine: dict[str, Any] = report["machine"]
        self.unit_ms: float = report["unit_ms"]
        self.server = ServerCost(**report["server"])
        self.rows: list[dict[str, Any]] = report["frames"]
        self.faces = sorted({row["faces"] for row in self.rows})
        self.sizes = sorted({(row["width"], row["height"]) for row in self.rows}, key=lambda size: size[0] * size[1])

    def frame(self, faces: float, width: int, height: int) -> FrameCost:
        """What one frame costs on the machine that was measured.

        Between rows it is linear in the faces, which may be a mean such as 1.3, and in the pixels.

        Raises:
            OutOfRangeError: more faces than a frame's answer may have, or a size that was not measured.
        """
        least, most = self.sizes[0], self.sizes[-1]
        if not self.faces[0] <= faces <= self.faces[-1]:
            raise OutOfRangeError(f"faces: {self.faces[0]} to {self.faces[-1]} a frame, not {faces:g}")
        pixels = width * height
        if not least[0] * least[1] <= pixels <= most[0] * most[1]:
            raise OutOfRangeError(
                f"size: measured from {least[0]}x{least[1]} to {most[0]}x{most[1]}, not {width}x{height}"
            )
        return FrameCost(*(self._between(name, faces, pixels) for name in FrameCost.__slots__))

    def _between(self, name: str, faces: float, pixels: int) -> float:
        table = {(row["faces"], row["width"] * row["height"]): float(row[name]) for row in self.rows}
        areas = [width * height for width, height in self.sizes]
        columns = [interpolate(self.faces, [table[count, area] for count in self.faces], faces) for area in areas]
        return interpolate(areas, columns, pixels)


def interpolate(at: Sequence[float], values: Sequence[float], x: float) -> float:
    """The value at `x`, on the straight lines between the points; `x` lies within them."""
    steps = list(pairwise(zip(at, values, strict=True)))
    (left, low), (right, high) = steps[max(0, bisect_left(at, x) - 1)]
    return low + (high - low) * (x - left) / (right - left)


def load_costs(file: Path = COSTS) -> Costs:
    """Read a file of `lab.capacity.measure`. Raises OSError and ValueError."""
    return Costs(json.loads(file.read_text()))
