"""Credits as the page spends them: a mirror of web/static/js/connection/flow.js; a test compares the constants.

Times are milliseconds of one clock. Mutable, unlike the original: a generator with a hundred of them shares the
machine with the server that it measures.
"""

from collections.abc import Mapping

WEIGHT = 0.2
CALM_MS = 5000
SMALLEST_GAP = 0.5


class Flow:
    """How many frames may be on their way, and when the next may go."""

    def __init__(self, limits: Mapping[str, float]) -> None:
        """Begin with the limits of the server's hello."""
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
        """Whether a frame may go now."""
        return len(self.held) < self.credits and now >= self.due

    def frame_sent(self, now: float) -> int:
        """A frame goes; returns its number."""
        self.sent += 1
        self.held[self.sent] = now
        self.due = max(self.due + self.interval, now + self.interval * SMALLEST_GAP)
        return self.sent

    def answered(self, frame: int, server_ms: float, now: float) -> None:
        """A result came; `server_ms` is what the server spent on it."""
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
        """The server did not look at a frame."""
        if self.held.pop(frame, None) is None:
            return
        self.due = max(self.due, now + retry_ms)
        self.credits = 1
        self._one_until = now + CALM_MS

    def failed(self, frame: int) -> None:
        """The server could not read a frame."""
        self.held.pop(frame, None)

    def _adapt(self, trip: float, now: float) -> None:
        share = self.network_ms / trip if trip > 0 else 0.0
        if self.credits == 1 and now >= self._one_until and trip > self.interval and share > 1 / 2:
            self.credits = max(1, self.granted)
        elif self.credits > 1 and (trip < 0.8 * self.interval or share < 1 / 3):
            self.credits = 1
