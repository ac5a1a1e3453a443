"""How much thread time each connection used lately, and which connections used far more than the others.

Use fades exponentially: what was used MEMORY_S ago counts 1/e of it. A sum of seconds used is therefore also a share
of one thread.
"""

import math
from dataclasses import dataclass

# Seconds in which use fades to 1/e. A connection that was not served for this long is forgotten.
MEMORY_S = 1.0
# Seconds that a new connection is charged at its start. Its first frame is expensive, since all of it is searched, and
# reconnecting must not be a way to jump the queue. About three times the use of a page at its highest frame rate.
NEW_CONNECTION_S = 0.2
# A connection is greedy when it used this many times the mean. The mean is weighted by frames, so that many clients who
# connect and leave do not make the others greedy. Connections that are alone or alike are never greedy.
GREEDY = 2.0


@dataclass(frozen=True, slots=True)
class _Used:
    """Seconds of thread time, and frames; both fade from `at` on."""

    seconds: float
    frames: float
    at: float

    def until(self, now: float) -> "_Used":
        faded = math.exp((self.at - now) / MEMORY_S)
        return _Used(self.seconds * faded, self.frames * faded, now)


_NOTHING = _Used(0.0, 0.0, 0.0)


class FairShare:
    """The use of all connections that were served lately. Each operation takes constant time."""

    def __init__(self) -> None:
        """Start without connections."""
        self._used: dict[object, _Used] = {}  # in the order of the last charge
        self._frames = self._weighted = self._at = 0.0  # of all: frames, and seconds weighted by frames

    def open_account(self, now: float) -> object:
        """The account of a new connection, a key without content: it may outlive its connection.

        Args:
            now: seconds of any clock, the same one in every method.
        """
        account = object()
        self.charge(account, NEW_CONNECTION_S, now)
        return account

    def charge(self, account: object, seconds: float, now: float) -> None:
        """A frame of this connection used a thread for `seconds`, until `now`."""
        self._fade(now)
        before = self._forget(account, now)
        used = self._used[account] = _Used(before.seconds + seconds, before.frames + 1, now)
        self._count(used, 1)
        while self._used[oldest := next(iter(self._used))].at < now - MEMORY_S:
            self._forget(oldest, now)

    def used(self, account: object, now: float) -> float:
        """Seconds of thread time used lately; a connection that keeps one thread busy has 1."""
        return self._used.get(account, _NOTHING).until(now).seconds

    def is_greedy(self, account: object, now: float) -> bool:
        """Whether the connection used more than GREEDY times the mean."""
        self._fade(now)
        return self.used(account, now) * self._frames > GREEDY * self._weighted

    def _forget(self, account: object, now: float) -> _Used:
        """Remove an account; returns its use."""
        used = self._used.pop(account, _NOTHING).until(now)
        self._count(used, -1)
        return used

    def _count(self, used: _Used, sign: int) -> None:
        self._frames += sign * used.frames
        self._weighted += sign * used.frames * used.seconds

    def _fade(self, now: float) -> None:
        faded = math.exp((self._at - now) / MEMORY_S)
        self._frames, self._weighted, self._at = self._frames * faded, self._weighted * faded * faded, now
