"""How much of the threads' time each connection had lately, and which have far more than the others.

Time fades: what was used a second ago counts for 1/e of it, so a sum of seconds used is also a share of a thread.
"""

import math
from dataclasses import dataclass

# Seconds in which what was used fades to 1/e, and after which a connection that was not served counts no more.
MEMORY_S = 1.0
# What a newcomer is taken to have used. Its first frame is a dear one, searched all over, and what else it is up to
# nobody knows: who always comes anew shall have no advantage. Some three times what a page uses at full speed.
NEWCOMER_S = 0.2
# A connection is greedy that used so many times the mean, in which each counts by its frames: many who come and go do
# not make everybody else greedy, nor is anybody who is alone, or like all others.
GREEDY = 2.0


@dataclass(frozen=True, slots=True)
class _Used:
    """Seconds of the threads' time, and frames; both fade from `at` on."""

    seconds: float
    frames: float
    at: float

    def until(self, now: float) -> "_Used":
        faded = math.exp((self.at - now) / MEMORY_S)
        return _Used(self.seconds * faded, self.frames * faded, now)


_NOTHING = _Used(0.0, 0.0, 0.0)


class FairShare:
    """Of all connections that were served lately; nothing here takes longer for many."""

    def __init__(self) -> None:
        """Nobody yet."""
        self._used: dict[object, _Used] = {}  # who was charged least recently comes first
        self._frames = self._weighted = self._at = 0.0  # of all; seconds by frames

    def open(self, now: float) -> object:
        """A newcomer's account. It is kept for a while, so it is nothing else: its owner may be gone, and all he had.

        Args:
            now: seconds of any clock, here as everywhere.
        """
        account = object()
        self.charge(account, NEWCOMER_S, now)
        return account

    def charge(self, account: object, seconds: float, now: float) -> None:
        """A frame of this connection had a thread for so long, until `now`."""
        self._fade(now)
        before = self._forget(account, now)
        used = self._used[account] = _Used(before.seconds + seconds, before.frames + 1, now)
        self._count(used, 1)
        while self._used[oldest := next(iter(self._used))].at < now - MEMORY_S:
            self._forget(oldest, now)

    def used(self, account: object, now: float) -> float:
        """Seconds of the threads' time that it had lately; of 1 it kept one thread busy all the time."""
        return self._used.get(account, _NOTHING).until(now).seconds

    def greedy(self, account: object, now: float) -> bool:
        """Whether it had more than GREEDY times the mean."""
        self._fade(now)
        return self.used(account, now) * self._frames > GREEDY * self._weighted

    def _forget(self, account: object, now: float) -> _Used:
        """Take it out; returns what it had used."""
        used = self._used.pop(account, _NOTHING).until(now)
        self._count(used, -1)
        return used

    def _count(self, used: _Used, sign: int) -> None:
        self._frames += sign * used.frames
        self._weighted += sign * used.frames * used.seconds

    def _fade(self, now: float) -> None:
        faded = math.exp((self._at - now) / MEMORY_S)
        self._frames, self._weighted, self._at = self._frames * faded, self._weighted * faded * faded, now
