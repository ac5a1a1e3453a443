"""Cores, shared out in slices among all who have work, and what does one thing at a time: an event loop, or a lock."""

import math
from collections import deque
from collections.abc import Callable
from typing import Protocol

from simpy import Environment

Done = Callable[[], None]

# Work this small, in seconds, is done: sums of floats do not end at exactly nothing.
NOTHING = 1e-12
# Of Linux: seconds of a slice where there is one core, and the most cores that make it longer.
BASE_SLICE_S, MOST_COUNTED = 0.0007, 8


def after(env: Environment, seconds: float, call: Done) -> None:
    """Call back after some simulated seconds."""
    callbacks = env.timeout(seconds).callbacks
    assert callbacks is not None
    callbacks.append(lambda event: call())


class Runs(Protocol):
    """What does work."""

    def run(self, seconds: float, done: Done) -> None:
        """Do `seconds` of work of one thread, then call back."""


class Cores:
    """Whoever has work gets a core for a slice, in the order of asking, and then asks again.

    So does Linux, nearly: who was just awakened may not take a core from somebody whose slice is not over. The slice is
    that of its scheduler (`sysctl_sched_base_slice` in kernel/sched/fair.c, 6.15 and later).
    """

    def __init__(self, env: Environment, count: int) -> None:
        """So many cores of one machine."""
        self._env, self._idle = env, count
        self._slice = BASE_SLICE_S * (1 + int(math.log2(min(count, MOST_COUNTED))))
        self._waiting: deque[tuple[float, Done]] = deque()
        self.busy = 0.0

    def run(self, seconds: float, done: Done) -> None:
        """Do `seconds` of work of one thread, then call back."""
        self._waiting.append((seconds, done))
        self._fill()

    def _fill(self) -> None:
        while self._idle and self._waiting:
            self._idle -= 1
            self._begin(*self._waiting.popleft())

    def _begin(self, seconds: float, done: Done) -> None:
        now = min(seconds, self._slice)

        def ended() -> None:
            self._idle += 1
            self.busy += now
            if seconds - now > NOTHING:
                self._waiting.append((seconds - now, done))
            else:
                done()
            self._fill()

        after(self._env, now, ended)


class Turns:
    """Does one thing after the other: an event loop, or who holds a lock. One may run in another."""

    def __init__(self, runs: Runs) -> None:
        """`runs` does the work itself."""
        self._runs = runs
        self._queue: deque[tuple[float, Done]] = deque()
        self._busy = False

    def run(self, seconds: float, done: Done) -> None:
        """Work that long when everything before it is done, then call back."""
        self._queue.append((seconds, done))
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._queue)
        if self._queue:
            seconds, done = self._queue.popleft()

            def finished() -> None:
                done()
                self._next()

            self._runs.run(seconds, finished)
