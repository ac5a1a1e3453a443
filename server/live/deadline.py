"""The deadline of a job."""

from collections.abc import Callable
from typing import Protocol

# Seconds. A deadline that is noticed later than this means that the whole process was suspended (Ctrl-Z, a paused
# container). Finished results then wait behind the deadline, and no thread is at fault.
SUSPENDED_S = 0.5


class Timer(Protocol):
    """A scheduled callback."""

    def cancel(self) -> None:
        """Cancel the callback."""


class Timers(Protocol):
    """A clock with callbacks: the event loop, or the clock of a test."""

    def time(self) -> float:
        """Seconds."""

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` at the time `when`."""


class Deadline:
    """Calls back after some seconds unless cancelled; time in which the process was suspended does not count."""

    def __init__(self, timers: Timers, seconds: float, expired: Callable[[], None]) -> None:
        """Call `expired` in so many seconds of the clock `timers`."""
        self._timers, self._seconds, self._expired = timers, seconds, expired
        self._arm()

    def cancel(self) -> None:
        """Cancel the callback."""
        self._timer.cancel()

    def _arm(self) -> None:
        self._due = self._timers.time() + self._seconds
        self._timer = self._timers.call_at(self._due, self._check)

    def _check(self) -> None:
        if self._timers.time() - self._due > SUSPENDED_S:
            self._arm()
        else:
            self._expired()
