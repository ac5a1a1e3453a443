"""Grants motion values while the inference threads have time for them, with hysteresis (pure: no clock).

Motion makes a frame of one face cost twice as much. Nobody's expressions may come later because somebody else's emoji
is alive, so motion is the first thing that a busy server leaves out.
"""

import math

# Seconds over which the load is averaged: longer than the first, expensive frames of a new connection take.
MEMORY_S = 2.0
# Share of the threads' time in use beyond which motion is withdrawn. With more, frames begin to wait for one another.
BUSY = 0.6
# Share below which it is granted again. Motion at most doubles the load, so it then stays below BUSY.
QUIET = 0.25
# Seconds for which it stays withdrawn at least, so that emojis do not freeze and move again all the time.
PAUSE_S = 5.0


class MotionGate:
    """Watches how long the frames of all connections keep the threads busy."""

    def __init__(self) -> None:
        """Start without load: motion is granted."""
        self._used = 0.0  # seconds of thread time; decays from `_at` on
        self._at = -math.inf
        self._withdrawn_at: float | None = None

    def record(self, seconds: float, now: float) -> None:
        """A frame kept a thread busy for `seconds`, until `now` (seconds of any clock, the same in every method)."""
        self._used = self._used * math.exp((self._at - now) / MEMORY_S) + seconds
        self._at = now

    def load(self, threads: int, now: float) -> float:
        """Share of the time of this number of threads that was used lately; 0 idle, about 1 at the limit."""
        return self._used * math.exp((self._at - now) / MEMORY_S) / (MEMORY_S * max(threads, 1))

    def grants(self, threads: int, now: float) -> bool:
        """Whether a frame that begins now may have motion values."""
        load = self.load(threads, now)
        if self._withdrawn_at is None:
            if load > BUSY:
                self._withdrawn_at = now
        elif load < QUIET and now - self._withdrawn_at >= PAUSE_S:
            self._withdrawn_at = None
        return self._withdrawn_at is None
