"""Measures the costs of frames, faces, connections and threads: `python -m lab.capacity.measure`.

Writes lab/data/costs.json, the input of `python -m lab.capacity` and of the simulation in lab/simulate. Takes ten
minutes on an idle machine; `--quick` only shows that everything works.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
from threadpoolctl import threadpool_limits
from websockets.sync.client import connect

from lab.bench.camera_frames import frame_with_faces, moving
from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving
from lab.bench.machine import describe, headline
from lab.bench.stats import median
from lab.capacity.costs import COSTS, Costs, load_costs
from server.cli.serve import analyser_factory
from server.live import protocol
from server.settings import load_settings
from server.vision.expression.manifest import load_manifest
from server.vision.pipeline import Pipeline
from server.vision.state import State

FACES = (0, 1, 2, 5, 10)
SIZES = ((320, 240), (480, 360), (640, 480), (1280, 720), (1920, 1080))
FPS = 10.0
FRAMES = 20  # a round: two seconds at FPS, with the searches due in two seconds
ROUNDS = 5
UNITS = 10  # a round
# Sizes for which costs.json keeps the single times that the simulation draws from.
SIMULATED_SIZES = ((480, 360), (640, 480))


class Camera:
    """The server's own pipeline, fed with the frames of one scene at FPS by a simulated clock."""

    def __init__(self, pipeline: Pipeline, jpegs: Sequence[bytes]) -> None:
        """Process the first frame, which costs more."""
        self._pipeline, self._jpegs = pipeline, jpegs
        self._state, self._clock, self._at = State.initial(), 0.0, 0
        self.faces: list[int] = []
        self.answer_bytes: list[int] = []
        self.usual: list[list[float]] = []
        self.search: list[list[float]] = []
        self.first_ms, _ = self._frame()

    def round(self) -> None:
        """Process a round of frames; CPU milliseconds of each on this thread go to `search` or to `usual`."""
        kinds: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(FRAMES):
            spent, searched = self._frame()
            kinds[searched].append(spent)
        self.usual.append(kinds[False])
        self.search.append(kinds[True])

    @property
    def searches_per_s(self) -> float:
        """Searches for new faces a second."""
        return sum(map(len, self.search)) / (len(self.search) * FRAMES / FPS)

    def _frame(self) -> tuple[float, bool]:
        """Process one frame up to its serialised answer; returns CPU milliseconds, and whether it was searched."""
        self._clock += 1 / FPS
        before = self._state.detector
        started = time.thread_time()
        analysis, self._state = self._pipeline.analyse(self._jpegs[self._at], self._clock, self._state)
        spent = 1000 * (time.thread_time() - started)
        self._at = (self._at + 1) % len(self._jpegs)
        self.faces.append(len(analysis.faces))
        self.answer_bytes.append(len(protocol.result(10_000, analysis, 0.12, 2.34)))
        return spent, self._state.detector != before


def unit() -> float:
    """CPU milliseconds of one unit on this thread."""
    a, b = np.random.default_rng(0).random((2, 512, 512), np.float32)
    started = time.thread_time()
    for _ in range(UNITS):
        a @ b
    return 1000 * (time.thread_time() - started) / UNITS


def mean_of(rounds: Sequence[Sequence[float]]) -> float:
    """The median of the rounds' means, which ignores single rounds disturbed by other load."""
    return median([statistics.mean(times) for times in rounds if times])


def frames(quick: bool, say: Callable[[str], None]) -> tuple[list[dict[str, Any]], float]:
    """A row for each number of faces and size of frame, and the milliseconds of a unit, timed in between."""
    settings = load_settings({}, {})
    pipeline = analyser_factory(settings, load_manifest(settings.model))()
    pipeline.warm_up()
    units, rows = [], []
    cv2.setNumThreads(1)  # as in the server
    with threadpool_limits(1):
        for width, height in SIZES:
            for faces in FACES:
                jpegs = moving(frame_with_faces(faces, width, height), FRAMES)
                cameras = Camera(pipeline, jpegs), Camera(pipeline, jpegs[:1])
                for _ in range(1 if quick else ROUNDS):
                    for camera in cameras:
                        camera.round()
                    units.append(unit())
                row = _row(faces, width, height, *cameras)
                rows.append(row | {"jpeg_bytes": round(statistics.mean(map(len, jpegs)))})
                say(
                    "{width}x{height}, {faces} faces ({found} found): {usual_ms} ms, with a search {search_ms}, still "
                    "{still_ms}, {jpeg_bytes} bytes".format(**rows[-1])
                )
    return rows, median(units)


def _row(faces: int, width: int, height: int, moved: Camera, still: Camera) -> dict[str, Any]:
    row: dict[str, Any] = {
        "faces": faces,
        "width": width,
        "height": height,
        "found": round(statistics.mean(moved.faces), 2),
        "usual_ms": round(mean_of(moved.usual), 3),
        "still_ms": round(mean_of(still.usual), 3),
        "search_ms": round(mean_of(moved.search), 3),
        "searches_per_s": round(moved.searches_per_s, 2),
        "first_ms": round(min(moved.first_ms, still.first_ms), 3),
        "answer_bytes": round(statistics.mean(moved.answer_bytes[1:])),
    }
    if faces == 1 and (width, height) in SIMULATED_SIZES:
        row["times_ms"] = {"usual": _rounded(moved.usual), "search": _rounded(moved.search)}
    return row


def _rounded(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [round(value, 3) for times in rounds for value in times]


def server(context: Context) -> dict[str, float]:
    """CPU of a result beyond the pipeline, and the costs of connections, measured on real server processes."""
    with serving("--clients", "1000", "--workers", "2") as running:
        process = psutil.Process(running.process.pid)
        usual = put_load(running, [Group("page", 20, fps=FPS)], context.pictures, 2, context.seconds(15))
        with_twenty = usual.resident_bytes
        many = put_load(running, [Group("page", 420, fps=0.5)], context.pictures, 3, context.seconds(8))
        count = 20 if context.quick else 300
        handshakes = _cpu_of(process, lambda: _hellos(running.port, count)) / count
    threads = {workers: _resident(context, workers) for workers in (1, 4)}
    per_thread = (threads[4] - threads[1]) / 3
    return {
        "result_cpu_ms": round(1000 * usual.loop_cpu_seconds / usual.results, 4),
        "connect_cpu_ms": round(1000 * handshakes, 3),
        "connection_mb": round((many.resident_bytes - with_twenty) / 400 / 1e6, 4),
        "thread_mb": round(per_thread / 1e6, 1),
        "process_mb": round((threads[1] - per_thread) / 1e6, 1),
        "page_bytes": _page_bytes(),
    }


def _resident(context: Context, workers: int) -> int:
    """Resident bytes of a server after each of its inference threads was used."""
    with serving("--workers", str(workers)) as running:
        group = Group("saturating", 2 * workers)
        return put_load(running, [group], context.pictures, 1, context.seconds(3)).resident_bytes


def _hellos(port: int, count: int) -> None:
    for _ in range(count):
        with connect(f"ws://localhost:{port}/ws") as socket:
            socket.recv()


def _cpu_of(process: psutil.Process, call: Callable[[], None]) -> float:
    before = process.cpu_times()
    call()
    after = process.cpu_times()
    return after.user - before.user + after.system - before.system


def _page_bytes() -> int:
    """Bytes of everything under web/ and of one emoji pack: the maximum of a first visit, before compression."""
    root = Path(__file__).parents[2]
    files = [*(root / "web").rglob("*"), *(root / "emojis" / "default").glob("*")]
    return sum(file.stat().st_size for file in files if file.is_file() and "samples" not in file.parts)


def table(costs: Costs) -> str:
    """The tables of docs/scaling.md."""
    heads = " | ".join("1 face" if faces == 1 else f"{faces} faces" for faces in costs.faces)
    lines = [f"| CPU of a frame, ms | {heads} | up, kB | down, kB |", "|---|" + "---|" * (len(costs.faces) + 2)]
    for width, height in costs.sizes:
        row = [costs.frame(faces, width, height) for faces in costs.faces]
        one = costs.frame(1, width, height)
        cells = [f"{cost.cpu_ms(FPS):.1f}" for cost in row]
        cells += [f"{one.jpeg_bytes / 1000:.0f}", f"{one.answer_bytes / 1000:.2f}"]
        lines.append(f"| {width}x{height} | {' | '.join(cells)} |")
    server = costs.server
    lines += [
        "",
        "| One process | Measured |",
        "|---|---|",
        f"| CPU of the web around a frame: receiving, scheduling, answering | {server.result_cpu_ms:.2f} ms |",
        f"| CPU of a connection, from handshake to close | {server.connect_cpu_ms:.1f} ms |",
        f"| memory of the process without threads | {server.process_mb:.0f} MB |",
        f"| memory of an inference thread with its networks | {server.thread_mb:.0f} MB |",
        f"| memory of a connection | {server.connection_mb:.2f} MB |",
        f"| the complete page, uncompressed | {server.page_bytes / 1000:.0f} kB |",
        f"| a unit: 512x512 float32 product, one thread | {costs.unit_ms:.2f} ms |",
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the file, or print its tables."""
    parser = argparse.ArgumentParser(prog="python -m lab.capacity.measure", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure briefly; the figures mean little")
    parser.add_argument("--json", type=Path, default=COSTS, help="file to write (default lab/data/costs.json)")
    parser.add_argument("--table", action="store_true", help="print the file as the tables of docs/scaling.md")
    options = parser.parse_args(arguments)
    if options.table:
        print(table(load_costs(options.json)))
        return 0
    machine = describe()
    print(headline(machine), flush=True)
    rows, unit_ms = frames(options.quick, lambda line: print(line, flush=True))
    with tempfile.TemporaryDirectory() as folder:
        process = server(Context(options.quick, Path(folder)))
    report = {"machine": machine, "unit_ms": round(unit_ms, 3), "server": process, "frames": rows}
    options.json.write_text(json.dumps(report, indent=1) + "\n")
    print(table(load_costs(options.json)), f"written: {options.json}; copy these tables to docs/scaling.md", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
