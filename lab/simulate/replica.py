"""One simulated server process: the server's own Scheduler and LatestFrame on simulated threads and event loop."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol

from simpy import Environment

from lab.simulate.cores import Cores, Runs, Turns, after
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.messages import Limits
from server.live.scheduler import ScheduledConnection, Scheduler
from server.settings import Settings
from server.vision.detectors.blazeface.detector import SEARCH_INTERVAL_S, Search
from server.vision.state import State
from server.vision.types import STAGES, Analysis, ExpressionSettings

NOBODY = Analysis((), dict.fromkeys(STAGES, 0.0))


@dataclass(frozen=True, slots=True)
class Service:
    """The measured times of a replica, in seconds.

    Attributes:
        usual: CPU of the pipeline, of many frames: drawn from.
        search: of frames in which new faces are searched for, which a connection has once a second.
        first: of the first frame of a connection.
        receive, answer: CPU of the event loop for a frame that comes and for an answer that goes.
        connect: CPU of the event loop for a connection.
        hop: delay from the event loop to a thread, and back: somebody must wake up.
        python: the part of a thread's work in which it holds Python's lock, as the event loop does all the time.
        cold: how many times as long a frame takes that comes while no other is worked on: caches have gone cold.
        sizes: the part of the CPU that a frame takes at each of the sizes that a page goes down to.
        search_sizes: the same for those that are searched: the networks that search see the same size.
    """

    usual: tuple[float, ...]
    search: tuple[float, ...]
    first: float
    receive: float
    answer: float
    connect: float = 0.0
    hop: float = 0.0
    python: float = 0.0
    cold: float = 1.0
    sizes: tuple[float, ...] = (1.0, 1.0, 1.0)
    search_sizes: tuple[float, ...] = (1.0, 1.0, 1.0)


class Listener(Protocol):
    """The client's end of a connection."""

    def answered(self, frame: int, kind: str, server: float, queue: float, retry_ms: int) -> None:
        """A frame was answered, after these seconds in the server and in its queue."""

    def lost(self, frames: int) -> None:
        """The connection ended with this many received frames unanswered."""


def _search_of(state: State) -> Search:
    return state.detector if isinstance(state.detector, Search) else Search()


class Threads:
    """Simulated inference threads with the interface that the scheduler needs."""

    def __init__(
        self, env: Environment, cores: Runs, lock: Runs, loop: Runs, service: Service, count: int, rng: Random
    ) -> None:
        """Prepare `count` threads on these cores; they share Python's lock with the event loop."""
        self._env, self._cores, self._lock, self._loop = env, cores, lock, loop
        self._service, self._rng = service, rng
        self.threads = self._idle = count
        self.on_idle: Callable[[], None] = lambda: None

    @property
    def has_idle(self) -> bool:
        """Whether a thread is free."""
        return self._idle > 0

    def infer(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        """Keep a thread busy; the picture is the index of the size that the page sends."""
        self._idle -= 1
        env, service = self._env, self._service
        seconds, searched = self._draw(received_at - _search_of(state).at)
        seconds *= (service.search_sizes if searched else service.sizes)[jpeg[0]]
        if self._idle == self.threads - 1:
            seconds *= service.cold
        after_it = replace(state, detector=Search(received_at)) if searched else state
        # A thread needs Python's lock four times a frame (an assumption: lab/simulation.md).
        native, python = ((1 - service.python) * seconds / len(STAGES), service.python * seconds / len(STAGES))
        started, done_stages = env.now, 0

        def told() -> None:
            self._idle += 1
            done(InferenceResult(started, NOBODY, after_it))
            self.on_idle()

        def stage() -> None:
            nonlocal done_stages
            done_stages += 1
            if done_stages <= len(STAGES):
                self._cores.run(native, (lambda: self._lock.run(python, stage)) if python else stage)
            else:
                after(env, service.hop, lambda: self._loop.run(service.answer, told))

        def begin() -> None:
            nonlocal started
            started = env.now
            stage()

        after(env, service.hop, begin)

    def _draw(self, since_search: float) -> tuple[float, bool]:
        """A random measured time, and whether the frame is searched."""
        if since_search == math.inf:
            return self._service.first, True
        if since_search >= SEARCH_INTERVAL_S:
            return self._rng.choice(self._service.search), True
        return self._rng.choice(self._service.usual), False


class Replica:
    """A server process; users can connect to it until it dies."""

    def __init__(
        self, env: Environment, service: Service, settings: Settings, rng: Random, cores: Cores, threads: int
    ) -> None:
        """Prepare a replica with the limits of `settings`."""
        self._env, self._service = env, service
        self.limits = Limits(
            frame_bytes=settings.frame_bytes,
            frame_pixels=settings.frame_pixels,
            fps=settings.fps,
            credits=settings.credits,
        )
        self._tuning = ExpressionSettings()
        lock = Turns(cores)
        self._loop = Turns(lock)
        pool = Threads(env, cores, lock, self._loop, service, threads, rng)
        self._scheduler = Scheduler(
            pool, settings.queue_timeout, settings.queue_timeout_under_load, clock=lambda: float(env.now)
        )

    def connect(self, listener: Listener) -> "Line":
        """Admit a user; frames that arrive during the handshake wait for it in the event loop."""
        line = Line(self, listener)
        self._loop.run(self._service.connect, lambda: None)
        return line


class Line:
    """The server's end of one connection."""

    def __init__(self, replica: Replica, listener: Listener) -> None:
        """Register the connection with the server's scheduler."""
        self._replica, self._listener = replica, listener
        limits, env = replica.limits, replica._env
        self._latest = LatestFrame(replica._tuning, limits.fps, burst=2 * limits.credits)
        # The simulated clock, not the default of monotonic time, since a new connection counts as just served.
        self._scheduled = ScheduledConnection(self._latest, self._answer, self._drop, served_at=float(env.now))
        self._coming = 0

    def send(self, jpeg: bytes) -> None:
        """A frame arrives from the network."""
        replica = self._replica
        self._coming += 1

        def read() -> None:
            self._coming -= 1
            if self._latest.closed:
                return
            drop = self._latest.receive(jpeg, float(replica._env.now))
            if drop:
                self._drop(drop)
            replica._scheduler.schedule(self._scheduled)

        replica._loop.run(replica._service.receive, read)

    def end(self) -> None:
        """The connection has ended; outstanding frames are lost."""
        self._latest.closed = True
        frames = self._coming + sum(frame is not None for frame in (self._latest.in_service, self._latest.waiting))
        self._listener.lost(frames)

    def _answer(self, frame: Frame, result: InferenceResult | None) -> None:
        assert result is not None
        now = float(self._replica._env.now)
        queue = result.started_at - frame.received_at
        self._listener.answered(frame.number, "result", now - frame.received_at, queue, 0)

    def _drop(self, drop: Drop) -> None:
        # The scheduler does not wait for the answer to a drop; its time is queued after the current task.
        self._replica._loop.run(self._replica._service.answer, lambda: None)
        self._listener.answered(drop.frame, drop.reason, 0.0, 0.0, drop.retry_after_ms)
