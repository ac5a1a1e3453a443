"""One frame from JPEG to track on one thread, measured alternately with the tutorial's loop and the unit."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from lab.bench.context import Context
from lab.bench.stats import median
from server.cli.serve import analyser_factory
from server.settings import load_settings
from server.vision.expression.manifest import load_manifest
from server.vision.state import State
from tests.support import ROOT

ROUNDS = 60
# Frames a round. Following a known face costs less than a search, which is due every few frames. A round averages over
# both, so that the median of rounds is the mean cost of a frame, not that of the most frequent kind.
FRAMES = 40
UNITS = 10  # a round
BETWEEN_FRAMES_S = 0.1


class PipelineTimer:
    """Times the server's own pipeline on one frame, repeated at a camera's rate."""

    def __init__(self, jpeg: bytes) -> None:
        """Load the models and run the first frames, which are slower."""
        settings = load_settings({}, {})
        self._analyser = analyser_factory(settings, load_manifest(settings.model))()
        self._analyser.warm_up()
        self._jpeg, self._state, self._clock = jpeg, State.initial(), 0.0
        for _ in range(FRAMES):
            assert len(self._frame()) == 1, "the astronaut has one face"

    def round(self) -> tuple[float, float]:
        """Milliseconds of one frame, the mean of FRAMES: wall time, and CPU time of this thread."""
        started, used = time.perf_counter(), time.thread_time()
        for _ in range(FRAMES):
            self._frame()
        used, elapsed = time.thread_time() - used, time.perf_counter() - started
        return 1000 * elapsed / FRAMES, 1000 * used / FRAMES

    def _frame(self) -> tuple[object, ...]:
        self._clock += BETWEEN_FRAMES_S
        analysis, self._state = self._analyser.analyse(self._jpeg, self._clock, self._state)
        return analysis.faces


def cpu_per_frame(context: Context) -> float:
    """CPU milliseconds of one frame, measured once in a run."""
    if "pipeline_cpu_ms" not in context.details:
        timer = PipelineTimer(context.frame)
        context.details["pipeline_cpu_ms"] = median([timer.round()[1] for _ in range(context.rounds(ROUNDS))])
    cpu: float = context.details["pipeline_cpu_ms"]
    return cpu


def run(context: Context) -> None:
    """Measure `pipeline_speedup` and `pipeline_units`."""
    timer = PipelineTimer(context.frame)
    unit_round = make_unit()
    ours, cpu, theirs, unit = [], [], [], []
    cv2.setNumThreads(1)  # as in the server
    with tutorial(context) as tutorial_round, threadpool_limits(1):
        for _ in range(context.rounds(ROUNDS)):
            wall_ms, cpu_ms = timer.round()
            ours.append(wall_ms)
            cpu.append(cpu_ms)
            unit.append(unit_round())
            theirs.append(tutorial_round())
    context.details["pipeline_cpu_ms"] = median(cpu)
    context.details["pipeline"] = {
        "rounds": len(ours),
        "frame_ms": median(ours),
        "tutorial_ms": median(theirs),
        "unit_ms": median(unit),
        "tutorial_units": median([slow / one for slow, one in zip(theirs, unit, strict=True)]),
    }
    # The median of the ratios of adjacent measurements, since other load on the machine slows both alike.
    context.measured["pipeline_speedup"] = median([slow / fast for slow, fast in zip(theirs, ours, strict=True)])
    context.measured["pipeline_units"] = median([fast / one for fast, one in zip(ours, unit, strict=True)])


def make_unit() -> Callable[[], float]:
    """Make a function that times one unit: milliseconds of a 512x512 float32 matrix product, the mean of UNITS."""
    a, b = np.random.default_rng(0).random((2, 512, 512), np.float32)

    def unit_round() -> float:
        started = time.perf_counter()
        for _ in range(UNITS):
            a @ b
        return 1000 * (time.perf_counter() - started) / UNITS

    return unit_round


@contextlib.contextmanager
def tutorial(context: Context) -> Iterator[Callable[[], float]]:
    """Run the tutorial's loop in its own process; yields a function that times one frame of it in milliseconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.bench.tutorial_loop", str(context.pictures[0])],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    to, answers = process.stdin, process.stdout

    def one_round() -> float:
        to.write("\n")
        to.flush()
        return float(answers.readline())

    try:
        if not any(line.strip() == "ready" for line in answers):
            raise RuntimeError("the tutorial's loop did not start: run python -m lab.bench.tutorial_loop PICTURE")
        yield one_round
    finally:
        process.kill()
        process.communicate()
