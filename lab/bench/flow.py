"""The page's use of credits: a mirror of web/static/js/connection/flow.js; a test compares the constants.

Times are milliseconds of one clock. Unlike the original it is mutable, to be cheap: a load generator runs a hundred of
these on the cores of the server that it measures.
"""

from collections.abc import Mapping

WEIGHT = 0.2
CALM_MS = 5000
SMALLEST_GAP = 0.5


class Flow:
    """How many frames may be unanswered, and when the next may be sent."""

    def __init__(self, limits: Mapping[str, float]) -> None:
        """Start with the limits from the server's `hello`."""
        self.granted = int(limits["credits"])
        self.interval = 1000 / limits["fps"]
        self.sent = 0
        self.held: dict[int, float] = {}  # frame number to when it was sent
        self.credits = 1
        self.due = 0.0
        self.trip_ms: float | None = None
        self.network_ms = 0.0
        self._one_until = 0.0

    def may_send(self, now: float) -> bool:
        """Whether a frame may be sent now."""
        return len(self.held) < self.credits and now >= self.due

    def frame_sent(self, now: float) -> int:
        """Count a sent frame; returns its number."""
        self.sent += 1
        self.held[self.sent] = now
        self.due = max(self.due + self.interval, now + self.interval * SMALLEST_GAP)
        return self.sent

    def answered(self, frame: int, server_ms: float, now: float) -> None:
        """A result arrived; `server_ms` is the time that the server spent on it."""
        sent_at = self.held.pop(frame, None)
        if sent_at is None:
            return
        trip = now - sent_at
        network = max(0.0, trip - server_ms)
        if self.trip_ms is None:
            self.trip_ms, self.network_ms = trip, network
        else:
            self.trip_ms += WEIGHT * (trip - self.trip_ms)
            self.network_ms += WEIGHT * (network - self.network_ms)
        self._adapt(self.trip_ms, now)

    def dropped(self, frame: int, retry_ms: float, now: float) -> None:
        """The server dropped a frame."""
        if self.held.pop(frame, None) is None:
            return
        self.due = max(self.due, now + retry_ms)
        self.credits = 1
        self._one_until = now + CALM_MS

    def failed(self, frame: int) -> None:
        """The server answered a frame with an error."""
        self.held.pop(frame, None)

    def _adapt(self, trip: float, now: float) -> None:
        share = self.network_ms / trip if trip > 0 else 0.0
        if self.credits == 1 and now >= self._one_until and trip > self.interval and share > 1 / 2:
            self.credits = max(1, self.granted)
        elif self.credits > 1 and (trip < 0.8 * self.interval or share < 1 / 3):
            self.credits = 1
