"""The inference threads. Each owns an analyser (its interpreters) and nothing else.

A thread runs one job at a time. A thread that exceeds the deadline is abandoned: its job is answered None, its late
result is discarded, and a new thread replaces it. The scheduler decides which connection may use a thread.
"""

import asyncio
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from server.live.deadline import Deadline, Timers
from server.logs import fields
from server.vision.errors import FrameError
from server.vision.state import State
from server.vision.types import Analysis

log = logging.getLogger(__name__)

# A second abandoned thread means that threads hang for a reason that a new thread does not remove.
MAX_ABANDONED = 2
# Seconds after which a Python thread must release the GIL to a waiting one. With the default of 5 ms, an inference
# thread that returns from a network waits that long for a busy event loop, several times a frame.
SWITCH_S = 0.0005


class Analyser(Protocol):
    """What a thread runs. Created in that thread, since an interpreter is not thread-safe."""

    def warm_up(self) -> None:
        """Run every stage once, so that the first frame is not slower than the others."""

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        """Find the faces of one frame and classify their expressions; raises FrameError on bad input."""


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """The result of a job: an analysis with the new state, or an error; `started_at` in monotonic seconds."""

    started_at: float
    answer: Analysis | FrameError
    state: State | None = None


@dataclass(slots=True)
class _Job:
    jpeg: bytes
    received_at: float
    state: State
    done: Callable[[InferenceResult], None]


class InferenceThread:
    """A thread with its analyser. Its callbacks run in the event loop."""

    def __init__(
        self,
        make: Callable[[], Analyser],
        loop: asyncio.AbstractEventLoop,
        ready: Callable[["InferenceThread", Exception | None], None],
    ) -> None:
        """Start the thread; `ready` is called when it is warm, or with the reason why it could not start."""
        self._make, self._loop, self._ready = make, loop, ready
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)
        self._thread.start()

    def infer(self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult], None]) -> None:
        """Queue one job; `done` is called in the event loop."""
        self._jobs.put(_Job(jpeg, received_at, state, done))

    def stop(self) -> None:
        """End the thread after its job; does not wait (it is a daemon)."""
        self._jobs.put(None)

    def _run(self) -> None:
        try:
            analyser = self._make()
            analyser.warm_up()
        except Exception as error:
            log.exception("an inference thread could not start")
            self._call_in_loop(self._ready, self, error)
            return
        self._call_in_loop(self._ready, self, None)
        while (job := self._jobs.get()) is not None:
            self._call_in_loop(job.done, _run_job(analyser, job))
            del job  # else the picture would stay in memory until the next one comes

    def _call_in_loop(self, call: Callable[..., None], *values: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *values)
        except RuntimeError:  # the event loop has closed, so the server has shut down
            log.debug("the event loop closed before a thread could answer")


def _run_job(analyser: Analyser, job: _Job) -> InferenceResult:
    started_at = time.monotonic()
    try:
        analysis, state = analyser.analyse(job.jpeg, job.received_at, job.state)
    except FrameError as error:
        return InferenceResult(started_at, error)
    except BaseException:
        # BaseException, since libraries raise more than Exception: the thread must survive, and the frame needs an
        # answer. The log gets the traceback, never the picture.
        log.exception("a frame could not be analysed")
        failed = FrameError("internal", "The server failed on this frame; send another frame.")
        return InferenceResult(started_at, failed)
    return InferenceResult(started_at, analysis, state)


class InferencePool:
    """The inference threads: which are idle, and the replacement of those that hang. Lives in the event loop."""

    def __init__(
        self, make: Callable[[], Analyser], size: int, deadline: float, timers: Timers | None = None
    ) -> None:
        """Prepare `size` threads with `deadline` seconds for each job; `start` starts them.

        `timers` is the clock of the deadlines, by default that of the running event loop.
        """
        self._timers = timers
        self._make, self._size, self._deadline = make, size, deadline
        self._idle: list[InferenceThread] = []
        self._all: set[InferenceThread] = set()
        self._warm_ups = 0
        self._switch_interval: float | None = None
        self.abandoned = 0
        self.ready = asyncio.Event()
        self.broken = asyncio.Event()
        self.failed: Exception | None = None
        self.on_idle: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start the threads; `ready` is set when all of them are warm, `broken` when they cannot do their work."""
        self._switch_interval = sys.getswitchinterval()  # of the whole process: `stop` restores it
        sys.setswitchinterval(SWITCH_S)
        for _ in range(self._size):
            self._add()

    def stop(self) -> None:
        """End every thread after its job."""
        for thread in self._all:
            thread.stop()
        if self._switch_interval is not None:
            sys.setswitchinterval(self._switch_interval)
            self._switch_interval = None

    @property
    def has_idle(self) -> bool:
        """Whether a thread is idle."""
        return bool(self._idle)

    @property
    def threads(self) -> int:
        """Number of threads, without those that were abandoned."""
        return len(self._all)

    @property
    def busy(self) -> int:
        """Number of threads that run a job or are not yet warm."""
        return len(self._all) - len(self._idle)

    @property
    def healthy(self) -> bool:
        """False once the process should be replaced: a thread could not start, or too many hang."""
        return not self.broken.is_set()

    def infer(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        """Give a job to an idle thread; `done` is called with its result, or with None after the deadline."""
        thread = self._idle.pop()

        def abandon() -> None:
            log.error("an inference thread hangs and is replaced", extra=fields(deadline=self._deadline))
            self._all.discard(thread)
            done(None)
            self._replace()

        def finish(result: InferenceResult) -> None:
            if thread not in self._all:  # abandoned meanwhile: the job has been answered
                thread.stop()
                return
            deadline.cancel()
            self._idle.append(thread)
            done(result)
            self.on_idle()

        deadline = Deadline(self._timers or asyncio.get_running_loop(), self._deadline, abandon)
        thread.infer(jpeg, received_at, state, finish)

    def _replace(self) -> None:
        self.abandoned += 1
        if self.abandoned >= MAX_ABANDONED:
            self.failed = RuntimeError(f"{self.abandoned} inference threads hang")
            self.broken.set()
        self._add()

    def _add(self) -> None:
        self._all.add(InferenceThread(self._make, asyncio.get_running_loop(), self._warm))

    def _warm(self, thread: InferenceThread, error: Exception | None) -> None:
        if error is not None:
            self.failed = error
            self._all.discard(thread)
            self.broken.set()
            return
        self._idle.append(thread)
        self._warm_ups += 1
        if self._warm_ups >= self._size:
            self.ready.set()
        self.on_idle()
