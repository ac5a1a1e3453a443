"""Who is served next: of the connections with a waiting frame, the one that was served least recently.

While all of them keep a frame waiting that is round robin. It differs under overload, where frames that have waited
too long are dropped: a connection that lost a frame so keeps its turn, and its next, fresh frame is served at once.
(A simulation of 100 clients at 10 frames/s on a server that does 400: in order of arrival nobody is dropped and all
answers are 200 to 250 ms old; dropping after 80 ms in order of arrival, the unluckiest client gets 0.8 of the mean;
so, 0.9 of it, half of the answers within 30 ms and nearly all within 85 ms, and the threads are never idle.)

A thread cannot be taken from a frame. So that nobody has to wait for the dear ones of a few, a connection's turn comes
later by the time that its frames took lately, and those that took far more than the others (`FairShare.greedy`) never
have all threads at once: one is left to the rest.
"""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from server.live.fair_share import FairShare
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.vision.state import State

Answer = Callable[[Frame, InferenceResult | None], None]
Dropped = Callable[[Drop], None]


class Threads(Protocol):
    """Who does the work: `InferencePool`, or a simulation of it."""

    on_idle: Callable[[], None]

    @property
    def threads(self) -> int:
        """How many there are."""

    @property
    def has_idle(self) -> bool:
        """Whether there is somebody free for a job."""

    def work(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        """Do one job; see `InferencePool.work`."""


@dataclass(slots=True, eq=False)
class ScheduledConnection:
    """A connection's place: its slot, and whom to tell what became of its frames.

    `served_at` is when it was last served, in monotonic seconds. A new connection counts as just served, or else to
    reconnect would be a way to the front. `account` is by what the scheduler knows how much time its frames took.
    """

    slot: LatestFrame
    answer: Answer
    dropped: Dropped
    served_at: float = field(default_factory=time.monotonic)
    account: object = None


class Scheduler:
    """Matches waiting frames with idle threads. Lives in the event loop; never computes."""

    def __init__(
        self,
        pool: Threads,
        stale: float,
        fresh: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Serve frames from `pool`.

        Args:
            pool: the inference threads.
            stale: frames that waited longer than this many seconds are dropped in any case.
            fresh: those that waited longer than this are dropped if there is a fresher one of another connection.
            clock: seconds; that of the frames' `received_at` (a simulation has its own).
        """
        self._clock = clock
        self._pool, self._stale, self._fresh = pool, stale, fresh
        # Heaps of who waits, of the modest and of the greedy; the number keeps equal times in order.
        self._modest: list[tuple[float, int, ScheduledConnection]] = []
        self._greedy: list[tuple[float, int, ScheduledConnection]] = []
        self._shares = FairShare()
        self._greedy_in_service = 0
        self._count = 0
        pool.on_idle = self.dispatch

    @property
    def waiting(self) -> int:
        """Frames that wait for a thread."""
        return sum(seat.slot.waiting is not None and not seat.slot.closed for seat in self._seats())

    def offer(self, seat: ScheduledConnection) -> None:
        """Let a connection wait for its turn if it has a frame waiting and none in service."""
        slot = seat.slot
        if slot.waiting and not slot.in_service and not slot.queued and not slot.closed:
            slot.queued = True
            self._count += 1
            now = self._clock()
            if seat.account is None:
                seat.account = self._shares.open(now)
            turn = seat.served_at + self._shares.used(seat.account, now)
            heap = self._greedy if self._shares.greedy(seat.account, now) else self._modest
            heapq.heappush(heap, (turn, self._count, seat))
            self.dispatch()

    def dispatch(self) -> None:
        """Give waiting frames to idle threads until either runs out."""
        while self._pool.has_idle and (heap := self._next()):
            _, _, seat = heapq.heappop(heap)
            slot = seat.slot
            slot.queued = False
            if slot.closed or slot.waiting is None:
                continue
            now = self._clock()
            waited = now - slot.waiting.received_at
            if waited > self._stale or (waited > self._fresh and self._has_fresh(now)):
                # The time it waited tells how long the queue is; asked to stay away for less, it would grow.
                seat.dropped(slot.drop_waiting("overload", int(min(waited, self._stale) * 1000) + 1))
            else:
                self._serve(seat, heap is self._greedy)

    def _next(self) -> list[tuple[float, int, ScheduledConnection]]:
        """The heap with the next one in turn; an empty one if nobody may be served."""
        if self._greedy and self._greedy_in_service < max(1, self._pool.threads - 1):
            return min(self._greedy, self._modest, key=lambda heap: heap[0] if heap else (float("inf"),))
        return self._modest

    def _seats(self) -> Iterator[ScheduledConnection]:
        return (seat for heap in (self._modest, self._greedy) for _, _, seat in heap)

    def _has_fresh(self, now: float) -> bool:
        """Whether a frame waits that is not too old. Were the last old one dropped too, a thread would stand idle."""
        slots = (seat.slot for seat in self._seats() if not seat.slot.closed)
        return any(slot.waiting and now - slot.waiting.received_at <= self._fresh for slot in slots)

    def _serve(self, seat: ScheduledConnection, greedy: bool) -> None:
        frame, state = seat.slot.begin()
        seat.served_at = self._clock()
        self._greedy_in_service += greedy

        def done(outcome: InferenceResult | None) -> None:
            now = self._clock()
            self._greedy_in_service -= greedy
            self._shares.charge(seat.account, now - seat.served_at, now)
            seat.slot.finish(outcome.state if outcome else None)
            if not seat.slot.closed:
                seat.answer(frame, outcome)
                self.offer(seat)

        self._pool.work(frame.jpeg, frame.received_at, state, done)
