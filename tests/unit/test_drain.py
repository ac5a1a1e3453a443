"""What comes after a goodbye is read in pieces with pauses, and not for ever."""

import asyncio
from collections.abc import Callable
from typing import cast

from server.transport.drain import MAX_BYTES, PAUSE_SECONDS, Drain


class Reading:
    """A transport that is read from or not."""

    def __init__(self) -> None:
        self._reads, self.aborted = False, False

    def reads(self) -> bool:
        return self._reads

    def pause_reading(self) -> None:
        self._reads = False

    def resume_reading(self) -> None:
        self._reads = True

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True


class Timer:
    """A callback that is due, unless cancelled."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class Timers:
    """A loop whose time does not pass by itself."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Timer]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.due.append((seconds, Timer(call)))
        return self.due[-1][1]

    def pass_by(self) -> None:
        due, self.due = self.due, []
        for _, timer in due:
            if timer.call is not None:
                timer.call()


def make() -> tuple[Drain, Reading, Timers]:
    reading, timers = Reading(), Timers()
    drain = Drain(cast(asyncio.Transport, reading), cast(asyncio.AbstractEventLoop, timers))
    return drain, reading, timers


def test_after_each_piece_there_is_a_pause() -> None:
    drain, reading, timers = make()
    assert reading.reads()
    for _ in range(3):
        drain.discard(6)
        assert not reading.reads() and [seconds for seconds, _ in timers.due] == [PAUSE_SECONDS]
        timers.pass_by()
        assert reading.reads()


def test_who_goes_on_for_too_long_is_cut_off() -> None:
    drain, reading, timers = make()
    drain.discard(MAX_BYTES - 1)
    timers.pass_by()
    assert not reading.aborted
    drain.discard(1)
    assert reading.aborted


def test_nothing_is_read_on_once_the_connection_is_gone() -> None:
    drain, reading, timers = make()
    drain.discard(6)
    drain.stop()
    timers.pass_by()
    assert not reading.reads()
