"""Which connection is served next: of those with a waiting frame, the one that was served least recently.

While every connection keeps a frame waiting, this is round robin. It differs under overload, where frames that waited
too long are dropped: a connection that lost a frame in this way keeps its priority, so its next, fresh frame is served
at once. A simulation of 100 clients at 10 frames/s on a server with a capacity of 400 frames/s compared three orders:

- first come, first served, without drops: all answers are 200 to 250 ms old;
- the same, dropping frames after 80 ms: the worst-served client gets 80 % of the mean throughput;
- least recently served: the worst-served client gets 90 %, half of the answers are within 30 ms and nearly all within
  85 ms, and the threads are never idle.

Inference on a frame cannot be interrupted. So that expensive frames of a few clients do not delay the others, a
connection is served later by the thread time that it used lately (virtual time, as in fair queuing). With two or more
threads, one is reserved for connections that are not heavy (server/live/fair_share.py).
"""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from server.live.fair_share import FairShare
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.motion_gate import MotionGate
from server.vision.state import State

OnAnswer = Callable[[Frame, InferenceResult | None], None]
OnDrop = Callable[[Drop], None]


class Threads(Protocol):
    """The inference threads: `InferencePool`, or a simulation of it."""

    on_idle: Callable[[], None]

    @property
    def threads(self) -> int:
        """How many threads there are."""

    @property
    def has_idle(self) -> bool:
        """Whether a thread is idle."""

    def infer(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        """Give a frame to an idle thread; see `InferencePool.infer`."""


@dataclass(slots=True, eq=False)
class ScheduledConnection:
    """A connection as the scheduler sees it.

    Attributes:
        latest: its frames.
        on_answer: called with a frame and the result of inference, or None after the deadline.
        on_drop: called with a frame that the scheduler drops.
        served_at: when it was last served, monotonic seconds. A new connection counts as just served: reconnecting
            must not be a way to jump the queue.
        usage_key: its key in the scheduler's `FairShare`; None before its first frame.
    """

    latest: LatestFrame
    on_answer: OnAnswer
    on_drop: OnDrop
    served_at: float = field(default_factory=time.monotonic)
    usage_key: object = None


class Scheduler:
    """Gives waiting frames to idle threads. Lives in the event loop; never computes."""

    def __init__(
        self,
        pool: Threads,
        queue_timeout: float,
        queue_timeout_under_load: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
        motion_gate: MotionGate | None = None,
    ) -> None:
        """Schedule frames on `pool`.

        Args:
            pool: the inference threads.
            queue_timeout: seconds of waiting after which a frame is always dropped.
            queue_timeout_under_load: seconds of waiting after which a frame is dropped if another connection has a
                newer one.
            clock: seconds, the clock of the frames' `received_at` (a simulation has its own).
            motion_gate: decides by the load whether frames get motion values; without it, all that ask for them do.
        """
        self._motion_gate = motion_gate
        self._clock = clock
        self._pool = pool
        self._queue_timeout, self._queue_timeout_under_load = queue_timeout, queue_timeout_under_load
        # Heaps of waiting connections by priority, the smallest first; the number keeps equal ones in order of arrival.
        self._normal: list[tuple[float, int, ScheduledConnection]] = []
        self._heavy: list[tuple[float, int, ScheduledConnection]] = []
        self._shares = FairShare()
        self._heavy_in_service = 0
        self._count = 0
        pool.on_idle = self.dispatch

    @property
    def waiting(self) -> int:
        """Number of frames that wait for a thread."""
        return sum(each.latest.waiting is not None and not each.latest.closed for each in self._queued())

    def schedule(self, connection: ScheduledConnection) -> None:
        """Queue a connection if it has a frame waiting and none in service."""
        latest = connection.latest
        if latest.waiting and not latest.in_service and not latest.queued and not latest.closed:
            latest.queued = True
            self._count += 1
            now = self._clock()
            if connection.usage_key is None:
                connection.usage_key = self._shares.add_connection(now)
            priority = connection.served_at + self._shares.used(connection.usage_key, now)
            heap = self._heavy if self._shares.is_heavy(connection.usage_key, now) else self._normal
            heapq.heappush(heap, (priority, self._count, connection))
            self.dispatch()

    def dispatch(self) -> None:
        """Give waiting frames to idle threads until either runs out."""
        while self._pool.has_idle and (heap := self._next_heap()):
            _, _, connection = heapq.heappop(heap)
            latest = connection.latest
            latest.queued = False
            if latest.closed or latest.waiting is None:
                continue
            now = self._clock()
            waited = now - latest.waiting.received_at
            if waited > self._queue_timeout or (waited > self._queue_timeout_under_load and self._has_fresh(now)):
                # The time it waited is the length of the queue. A client that retried sooner would make it grow.
                connection.on_drop(latest.drop_waiting("overload", int(min(waited, self._queue_timeout) * 1000) + 1))
            else:
                self._serve(connection, heap is self._heavy)

    def _next_heap(self) -> list[tuple[float, int, ScheduledConnection]]:
        """The heap whose first connection is next; an empty one if no connection may be served."""
        if self._heavy and self._heavy_in_service < max(1, self._pool.threads - 1):
            return min(self._heavy, self._normal, key=lambda heap: heap[0] if heap else (float("inf"),))
        return self._normal

    def _queued(self) -> Iterator[ScheduledConnection]:
        return (connection for heap in (self._normal, self._heavy) for _, _, connection in heap)

    def _has_fresh(self, now: float) -> bool:
        """Whether a fresh frame waits. If not, the stale one is served, since a thread would otherwise be idle."""
        waiting = (each.latest.waiting for each in self._queued() if not each.latest.closed)
        return any(frame and now - frame.received_at <= self._queue_timeout_under_load for frame in waiting)

    def _serve(self, connection: ScheduledConnection, heavy: bool) -> None:
        frame, state = connection.latest.begin()
        gate = self._motion_gate
        # A single picture is expensive anyway, and whoever asked for its motion will not ask again.
        if gate and not state.is_picture and not gate.grants(self._pool.threads, self._clock()):
            state = state.without_motion()
        connection.served_at = self._clock()
        self._heavy_in_service += heavy

        def done(result: InferenceResult | None) -> None:
            now = self._clock()
            self._heavy_in_service -= heavy
            self._shares.record(connection.usage_key, now - connection.served_at, now)
            if gate:
                gate.record(now - connection.served_at, now)
            connection.latest.finish(result.state if result else None)
            if not connection.latest.closed:
                connection.on_answer(frame, result)
                self.schedule(connection)

        self._pool.infer(frame.jpeg, frame.received_at, state, done)
