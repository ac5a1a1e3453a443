"""Simulated cores, shared evenly among all tasks, and resources that do one task at a time (event loop, lock)."""

import heapq
from collections import deque
from collections.abc import Callable
from typing import Protocol

from simpy import Environment

Done = Callable[[], None]

# Remaining work below this many seconds counts as done, because of rounding.
NOTHING = 1e-12


def after(env: Environment, seconds: float, call: Done) -> None:
    """Call back after some simulated seconds."""
    callbacks = env.timeout(seconds).callbacks
    assert callbacks is not None
    callbacks.append(lambda event: call())


class Runs(Protocol):
    """Something that does work."""

    def run(self, seconds: float, done: Done) -> None:
        """Do `seconds` of work on one thread, then call back."""


class Cores:
    """Processor sharing: of n who have work, each gets a core, or its part of the cores when there are fewer.

    Linux does so over some milliseconds. In between it is a virtual clock that runs slower the more there are: each
    piece of work ends when that clock has moved by its length.
    """

    def __init__(self, env: Environment, count: int) -> None:
        """Prepare `count` cores of one machine."""
        self._env, self._count = env, count
        self._virtual = self._since = self.busy = 0.0
        self._running: list[tuple[float, int, Done]] = []
        self._number = self._turn = 0

    def run(self, seconds: float, done: Done) -> None:
        """Do `seconds` of work on one thread, then call back."""
        self._advance()
        self._number += 1
        heapq.heappush(self._running, (self._virtual + seconds, self._number, done))
        self._plan()

    def _rate(self) -> float:
        running = len(self._running)
        return min(1.0, self._count / running) if running else 0.0

    def _advance(self) -> None:
        passed = self._env.now - self._since
        self._virtual += passed * self._rate()
        self.busy += passed * min(self._count, len(self._running))
        self._since = self._env.now

    def _plan(self) -> None:
        self._turn += 1
        if self._running:
            turn = self._turn
            wait = max(0.0, self._running[0][0] - self._virtual) / self._rate()
            after(self._env, wait, lambda: self._ended(turn))

    def _ended(self, turn: int) -> None:
        if turn != self._turn:  # somebody came meanwhile, and another end was planned
            return
        self._advance()
        ended = []
        while self._running and self._running[0][0] <= self._virtual + NOTHING:
            ended.append(heapq.heappop(self._running)[2])
        self._plan()
        for done in ended:
            done()


class Turns:
    """A queue that does one task after the other: an event loop, or the holder of a lock. May run in another."""

    def __init__(self, runs: Runs) -> None:
        """Prepare a queue whose tasks run on `runs`."""
        self._runs = runs
        self._queue: deque[tuple[float, Done]] = deque()
        self._busy = False

    def run(self, seconds: float, done: Done) -> None:
        """Queue `seconds` of work, then call back."""
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
