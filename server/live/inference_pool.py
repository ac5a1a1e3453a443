"""The inference threads: each owns an analyser (its interpreters) and nothing else.

A thread takes one job at a time. One that works longer than the deadline is abandoned: its job is answered
`None`, whatever it finds later is thrown away, and a fresh thread takes its place. Not for flow control: who
may use a thread when is the scheduler's business.
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

from server.logs import fields
from server.vision.errors import FrameError
from server.vision.state import State
from server.vision.types import Analysis

log = logging.getLogger(__name__)

# A second abandoned thread means that threads hang for a reason that a new thread does not mend.
MAX_ABANDONED = 2
# Seconds by which a deadline may be noticed late before the whole process must have stood still (Ctrl-Z, a
# paused container): finished results then wait behind the deadline, and no thread is to blame.
LATE = 0.5
# Seconds for which a Python thread may keep the others from running Python. With the default, 5 ms, an inference
# thread that comes back from a network waits so long for an event loop that is busy, several times a frame.
SWITCH_S = 0.0005


class Analyser(Protocol):
    """What a thread runs; made inside the thread, since an interpreter is not thread-safe."""

    def warm_up(self) -> None:
        """Do the whole work once, so that the first frame is not slower than the others."""

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        """Find and read the faces of one frame; raises FrameError on bad input."""


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """What became of a job: an analysis with the new state, or an error; `started_at` in monotonic seconds."""

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
        """Start the thread; `ready` hears when it is warm, or why it failed."""
        self._make, self._loop, self._ready = make, loop, ready
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)
        self._thread.start()

    def work(self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult], None]) -> None:
        """Hand over one job; `done` is called in the event loop."""
        self._jobs.put(_Job(jpeg, received_at, state, done))

    def stop(self) -> None:
        """Let the thread end after its job. Does not wait: it is a daemon."""
        self._jobs.put(None)

    def _run(self) -> None:
        try:
            analyser = self._make()
            analyser.warm_up()
        except Exception as error:
            log.exception("an inference thread could not start")
            self._tell(self._ready, self, error)
            return
        self._tell(self._ready, self, None)
        while (job := self._jobs.get()) is not None:
            self._tell(job.done, _run_job(analyser, job))
            del job  # or the picture would stay until the next one comes

    def _tell(self, call: Callable[..., None], *values: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *values)
        except RuntimeError:  # the loop has closed: the server is gone, and so is whoever asked
            log.debug("event loop closed before a thread could answer")


def _run_job(analyser: Analyser, job: _Job) -> InferenceResult:
    started_at = time.monotonic()
    try:
        analysis, state = analyser.analyse(job.jpeg, job.received_at, job.state)
    except FrameError as error:
        return InferenceResult(started_at, error)
    except BaseException:
        # The thread must outlive any fault of a stage, and whatever a library raises in place of one: the frame would
        # have no answer. The log gets the traceback, never the picture.
        log.exception("a frame could not be analysed")
        failed = FrameError("internal", "The server failed on this frame; send the next one.")
        return InferenceResult(started_at, failed)
    return InferenceResult(started_at, analysis, state)


class Timer(Protocol):
    """A callback that is due at some time."""

    def cancel(self) -> None:
        """Do not call back."""


class Timers(Protocol):
    """A clock that calls back: the event loop, or a test's own clock."""

    def time(self) -> float:
        """Seconds."""

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call back when the clock shows `when`."""


class _Deadline:
    """Calls back after some seconds, unless cancelled; seconds in which the whole process stood still do not count."""

    def __init__(self, timers: Timers, seconds: float, expired: Callable[[], None]) -> None:
        self._timers, self._seconds, self._expired = timers, seconds, expired
        self._arm()

    def cancel(self) -> None:
        self._timer.cancel()

    def _arm(self) -> None:
        self._due = self._timers.time() + self._seconds
        self._timer = self._timers.call_at(self._due, self._check)

    def _check(self) -> None:
        if self._timers.time() - self._due > LATE:
            self._arm()
        else:
            self._expired()


class InferencePool:
    """The threads: which are idle, and what to do with one that hangs. Lives in the event loop."""

    def __init__(
        self, make: Callable[[], Analyser], size: int, deadline: float, timers: Timers | None = None
    ) -> None:
        """Plan for `size` threads and `deadline` seconds a job; `start` starts them.

        `timers` is the clock of the deadlines: that of the running event loop unless a test gives its own.
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
        """Let every thread end."""
        for worker in self._all:
            worker.stop()
        if self._switch_interval is not None:
            sys.setswitchinterval(self._switch_interval)
            self._switch_interval = None

    @property
    def has_idle(self) -> bool:
        """Whether a thread is free for a job."""
        return bool(self._idle)

    @property
    def threads(self) -> int:
        """Threads that there are, without those that were abandoned."""
        return len(self._all)

    @property
    def busy(self) -> int:
        """Those of them that have a job, or are not yet warm."""
        return len(self._all) - len(self._idle)

    @property
    def healthy(self) -> bool:
        """False once the process should be replaced: threads could not start, or too many hang."""
        return not self.broken.is_set()

    def work(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        """Give a job to an idle thread; `done` gets its outcome, or None after the deadline."""
        worker = self._idle.pop()

        def abandon() -> None:
            log.error("an inference thread hangs: it is replaced", extra=fields(deadline=self._deadline))
            self._all.discard(worker)
            done(None)
            self._replace()

        def finish(outcome: InferenceResult) -> None:
            if worker not in self._all:  # abandoned meanwhile: nobody waits for this any more
                worker.stop()
                return
            deadline.cancel()
            self._idle.append(worker)
            done(outcome)
            self.on_idle()

        deadline = _Deadline(self._timers or asyncio.get_running_loop(), self._deadline, abandon)
        worker.work(jpeg, received_at, state, finish)

    def _replace(self) -> None:
        self.abandoned += 1
        if self.abandoned >= MAX_ABANDONED:
            self.failed = RuntimeError(f"{self.abandoned} inference threads hang")
            self.broken.set()
        self._add()

    def _add(self) -> None:
        self._all.add(InferenceThread(self._make, asyncio.get_running_loop(), self._warm))

    def _warm(self, worker: InferenceThread, error: Exception | None) -> None:
        if error is not None:
            self.failed = error
            self._all.discard(worker)
            self.broken.set()
            return
        self._idle.append(worker)
        self._warm_ups += 1
        if self._warm_ups >= self._size:
            self.ready.set()
        self.on_idle()
