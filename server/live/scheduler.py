"""Who is served next: connections with a waiting frame take turns (round robin)."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from server.live.slot import Drop, Frame, Slot
from server.live.workers import Outcome, Pool

Answer = Callable[[Frame, Outcome | None], None]
Dropped = Callable[[Drop], None]


@dataclass(slots=True, eq=False)
class Seat:
    """A connection's place in the round: its slot, and whom to tell what became of its frames."""

    slot: Slot
    answer: Answer
    dropped: Dropped


class Scheduler:
    """Matches waiting frames with idle threads. Lives in the event loop; never computes."""

    def __init__(self, pool: Pool, stale: float) -> None:
        """Serve frames from `pool`; those that waited longer than `stale` seconds are dropped instead."""
        self._pool, self._stale = pool, stale
        self._round: deque[Seat] = deque()
        pool.on_idle = self.dispatch

    def offer(self, seat: Seat) -> None:
        """Put a connection into the round if it has a frame waiting and none in service."""
        slot = seat.slot
        if slot.waiting and not slot.in_service and not slot.queued and not slot.closed:
            slot.queued = True
            self._round.append(seat)
            self.dispatch()

    def dispatch(self) -> None:
        """Give waiting frames to idle threads until either runs out."""
        while self._round and self._pool.has_idle:
            seat = self._round.popleft()
            seat.slot.queued = False
            if seat.slot.closed or seat.slot.waiting is None:
                continue
            if time.monotonic() - seat.slot.waiting.received_at > self._stale:
                # Retrying sooner than it took to be served would only lengthen everybody's round.
                seat.dropped(seat.slot.drop_waiting("overload", int(self._stale * 1000)))
                continue
            self._serve(seat)

    def _serve(self, seat: Seat) -> None:
        frame, state = seat.slot.begin()

        def done(outcome: Outcome | None) -> None:
            seat.slot.finish(outcome.state if outcome else None)
            if not seat.slot.closed:
                seat.answer(frame, outcome)
                self.offer(seat)

        self._pool.work(frame.jpeg, frame.received_at, state, done)
