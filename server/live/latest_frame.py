"""The frames of one connection: numbered, rate-limited, the newest wins. A state machine without I/O or clock.

At most one frame of a connection is in service and one is waiting. A newer frame replaces the waiting one, which is
answered `dropped`, so no inference is spent on a stale frame.
"""

from dataclasses import dataclass

from server.live.messages import ConfigureMessage, DropReason
from server.live.token_bucket import TokenBucket
from server.vision.expression.hold import Hold
from server.vision.state import State
from server.vision.types import ExpressionSettings, HoldResult


@dataclass(frozen=True, slots=True)
class Frame:
    """A binary message: its number on the connection from 1, its bytes, and its receipt in monotonic seconds."""

    number: int
    jpeg: bytes
    received_at: float


@dataclass(frozen=True, slots=True)
class Drop:
    """A frame that will not be analysed, the reason, and how long the client should wait before the next."""

    frame: int
    reason: DropReason
    retry_after_ms: int


class LatestFrame:
    """The frames, the settings and what was taught of one connection."""

    def __init__(self, settings: ExpressionSettings, fps: float, burst: int) -> None:
        """Allow `fps` frames a second, and `burst` at once."""
        self.settings = settings
        self.state = State.initial(settings)
        self.waiting: Frame | None = None
        self.in_service: Frame | None = None
        self.queued = False
        self.closed = False
        self._number = 0
        self._allowance = TokenBucket(fps, float(burst))
        self._reset = False
        self.taught = self.state.taught  # as the next frame will have it
        self._hold: Hold | None = None  # requested, and not answered yet
        self._holds = 0

    def receive(self, jpeg: bytes, now: float) -> Drop | None:
        """Take a binary message; returns the frame that is dropped because of it, this one or an older one."""
        self._number += 1
        wait = self._allowance.take(now)
        if wait > 0:
            return Drop(self._number, "rate", int(wait * 1000) + 1)
        older, self.waiting = self.waiting, Frame(self._number, jpeg, now)
        return Drop(older.number, "superseded", 0) if older else None

    def configure(self, configure: ConfigureMessage) -> ExpressionSettings:
        """Change the settings from the next frame on; returns those in force."""
        self.settings = configure.apply(self.settings)
        self._reset = self._reset or configure.reset
        return self.settings

    def hold(self, seconds: float) -> HoldResult | None:
        """Ask for an example from the next frame on; returns the answer to an earlier request, which ends with this."""
        replaced = HoldResult(self._hold.number, None, "replaced") if self._hold else None
        self._holds += 1
        self._hold = Hold(seconds, self._holds)
        return replaced

    def answer_hold(self, result: HoldResult | None) -> HoldResult | None:
        """The same if it ends the hold that was requested last; None if it belongs to an earlier one."""
        if result is None or self._hold is None or result.number != self._hold.number:
            return None
        self._hold = None
        return result

    def begin(self) -> tuple[Frame, State]:
        """Move the waiting frame into service."""
        if self.waiting is None or self.in_service is not None:
            raise RuntimeError("begin() needs a waiting frame and none in service")
        self.in_service, self.waiting = self.waiting, None
        state = self.state.reset() if self._reset else self.state
        self._reset = False
        if self._hold and (state.hold is None or state.hold.number != self._hold.number):
            state = state.with_hold(self._hold)
        return self.in_service, state.with_settings(self.settings).with_taught(self.taught)

    def finish(self, state: State | None) -> None:
        """The frame in service is done; None keeps the state from before it."""
        self.in_service = None
        if state is not None:
            self.state = state

    def drop_waiting(self, reason: DropReason, retry_after_ms: int) -> Drop:
        """Drop the waiting frame."""
        if self.waiting is None:
            raise RuntimeError("drop_waiting() needs a waiting frame")
        frame, self.waiting = self.waiting, None
        return Drop(frame.number, reason, retry_after_ms)
