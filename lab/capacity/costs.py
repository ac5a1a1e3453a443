"""The measured costs in costs.json (by `python -m lab.capacity.measure`), interpolated between its rows."""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

COSTS = Path(__file__).parents[1] / "data" / "costs.json"


class OutOfRangeError(ValueError):
    """The costs were not measured for this input; the message gives the measured range."""


@dataclass(frozen=True, slots=True)
class FrameCost:
    """The cost of one frame; CPU milliseconds are those of the pipeline.

    Attributes:
        usual_ms: for faces that move.
        still_ms: for faces that do not move.
        search_ms: for a frame that is searched for new faces.
        searches_per_s: searches a second of a connection, independent of its frame rate.
        first_ms: for the first frame of a connection, which is searched completely.
        jpeg_bytes, answer_bytes: bytes sent to and by the server.
    """

    usual_ms: float
    still_ms: float
    search_ms: float
    searches_per_s: float
    first_ms: float
    jpeg_bytes: float
    answer_bytes: float

    def cpu_ms(self, fps: float, still: bool = False) -> float:
        """Mean CPU milliseconds of a frame on a connection with this frame rate."""
        usual = self.still_ms if still else self.usual_ms
        return usual + (self.search_ms - usual) * min(1.0, self.searches_per_s / fps)


@dataclass(frozen=True, slots=True)
class ServerCost:
    """The costs of one process beyond the pipeline; 1 MB is 10^6 bytes.

    Attributes:
        result_cpu_ms: CPU of receiving, scheduling and answering one frame.
        connect_cpu_ms: CPU of one connection: handshake, `hello` and close.
        connection_mb: memory of an open connection.
        thread_mb: memory of an inference thread with its networks.
        process_mb: memory of a process without inference threads.
        page_bytes: bytes of a first visit to the page, uncompressed.
    """

    result_cpu_ms: float
    connect_cpu_ms: float
    connection_mb: float
    thread_mb: float
    process_mb: float
    page_bytes: float


class Costs:
    """The measured table, interpolated for any number of faces and size of frame within it."""

    def __init__(self, report: dict[str, Any]) -> None:
        """Take the report of `lab.capacity.measure`."""
        self.machine: dict[str, Any] = report["machine"]
        self.unit_ms: float = report["unit_ms"]
        self.server = ServerCost(**report["server"])
        self.rows: list[dict[str, Any]] = report["frames"]
        self.faces = sorted({row["faces"] for row in self.rows})
        self.sizes = sorted({(row["width"], row["height"]) for row in self.rows}, key=lambda size: size[0] * size[1])

    def frame(self, faces: float, width: int, height: int) -> FrameCost:
        """The cost of one frame on the measured machine.

        Interpolates linearly in the number of faces, which may be a mean such as 1.3, and in the number of pixels.

        Raises:
            OutOfRangeError: the number of faces or the size lies outside the measured range.
        """
        smallest, largest = self.sizes[0], self.sizes[-1]
        if not self.faces[0] <= faces <= self.faces[-1]:
            raise OutOfRangeError(f"faces: expected {self.faces[0]} to {self.faces[-1]} (measured), got {faces:g}")
        pixels = width * height
        if not smallest[0] * smallest[1] <= pixels <= largest[0] * largest[1]:
            raise OutOfRangeError(
                f"size: expected {smallest[0]}x{smallest[1]} to {largest[0]}x{largest[1]} (measured), "
                f"got {width}x{height}"
            )
        return FrameCost(*(self._between(name, faces, pixels) for name in FrameCost.__slots__))

    def _between(self, name: str, faces: float, pixels: int) -> float:
        table = {(row["faces"], row["width"] * row["height"]): float(row[name]) for row in self.rows}
        areas = [width * height for width, height in self.sizes]
        columns = [interpolate(self.faces, [table[count, area] for count in self.faces], faces) for area in areas]
        return interpolate(areas, columns, pixels)


def interpolate(at: Sequence[float], values: Sequence[float], x: float) -> float:
    """Linear interpolation at `x`, which lies within the points."""
    steps = list(pairwise(zip(at, values, strict=True)))
    (left, low), (right, high) = steps[max(0, bisect_left(at, x) - 1)]
    return low + (high - low) * (x - left) / (right - left)


def load_costs(file: Path = COSTS) -> Costs:
    """Read a file of `lab.capacity.measure`; raises OSError or ValueError."""
    return Costs(json.loads(file.read_text()))
