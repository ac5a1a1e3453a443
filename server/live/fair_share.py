"""How much thread time each connection used lately, and which connections used far more than the others.

Usage decays exponentially: seconds used MEMORY_S ago count 1/e. The decayed sum of seconds used is therefore also the
share of one thread.
"""

import math
from dataclasses import dataclass

# Time constant of the decay in seconds. A connection that was not served for this long is forgotten.
MEMORY_S = 1.0
# Seconds of usage with which a new connection starts. Its first frame is expensive, since all of it is searched, and
# reconnecting must not be a way to jump the queue. About three times the usage of a page at its highest frame rate.
NEW_CONNECTION_S = 0.2
# A connection is heavy when it used this many times the mean. The mean is weighted by frames, so that many clients who
# connect and leave do not make the others heavy. Connections that are alone or alike are never heavy.
HEAVY_FACTOR = 2.0


@dataclass(frozen=True, slots=True)
class _Usage:
    """Seconds of thread time, and frames; both decay from `at` on."""

    seconds: float
    frames: float
    at: float

    def until(self, now: float) -> "_Usage":
        decay = math.exp((self.at - now) / MEMORY_S)
        return _Usage(self.seconds * decay, self.frames * decay, now)


_NOTHING = _Usage(0.0, 0.0, 0.0)


class FairShare:
    """The usage of all connections that were served lately. Each operation takes constant time."""

    def __init__(self) -> None:
        """Start without connections."""
        self._usage: dict[object, _Usage] = {}  # in the order of the last record
        self._frames = self._weighted = self._at = 0.0  # of all: frames, and seconds weighted by frames

    def add_connection(self, now: float) -> object:
        """Returns the key of a new connection's usage. The key may outlive the connection.

        Args:
            now: seconds of any clock, the same one in every method.
        """
        key = object()
        self.record(key, NEW_CONNECTION_S, now)
        return key

    def record(self, key: object, seconds: float, now: float) -> None:
        """A frame of this connection used a thread for `seconds`, until `now`."""
        self._decay(now)
        before = self._forget(key, now)
        usage = self._usage[key] = _Usage(before.seconds + seconds, before.frames + 1, now)
        self._count(usage, 1)
        while self._usage[oldest := next(iter(self._usage))].at < now - MEMORY_S:
            self._forget(oldest, now)

    def used(self, key: object, now: float) -> float:
        """Seconds of thread time used lately; a connection that keeps one thread busy has 1."""
        return self._usage.get(key, _NOTHING).until(now).seconds

    def is_heavy(self, key: object, now: float) -> bool:
        """Whether the connection used more than HEAVY_FACTOR times the mean."""
        self._decay(now)
        return self.used(key, now) * self._frames > HEAVY_FACTOR * self._weighted

    def _forget(self, key: object, now: float) -> _Usage:
        """Removes the usage of a connection and returns it."""
        usage = self._usage.pop(key, _NOTHING).until(now)
        self._count(usage, -1)
        return usage

    def _count(self, usage: _Usage, sign: int) -> None:
        self._frames += sign * usage.frames
        self._weighted += sign * usage.frames * usage.seconds

    def _decay(self, now: float) -> None:
        decay = math.exp((self._at - now) / MEMORY_S)
        self._frames, self._weighted, self._at = self._frames * decay, self._weighted * decay * decay, now
