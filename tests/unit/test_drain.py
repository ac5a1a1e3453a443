"""Data after the server's close frame is read with pauses, and up to a limit."""

import asyncio
from collections.abc import Callable
from typing import cast

from server.transport.drain import MAX_BYTES, PAUSE_S, Drain


class FakeTransport:
    """A transport that records whether it is read from."""

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
    """A scheduled callback, unless cancelled."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class Timers:
    """An event loop whose time the test controls."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Timer]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.due.append((seconds, Timer(call)))
        return self.due[-1][1]

    def advance(self) -> None:
        due, self.due = self.due, []
        for _, timer in due:
            if timer.call is not None:
                timer.call()


def make() -> tuple[Drain, FakeTransport, Timers]:
    transport, timers = FakeTransport(), Timers()
    drain = Drain(cast(asyncio.Transport, transport), cast(asyncio.AbstractEventLoop, timers))
    return drain, transport, timers


def test_each_read_is_followed_by_a_pause() -> None:
    drain, transport, timers = make()
    assert transport.reads()
    for _ in range(3):
        drain.discard(6)
        assert not transport.reads() and [seconds for seconds, _ in timers.due] == [PAUSE_S]
        timers.advance()
        assert transport.reads()


def test_a_client_that_sends_too_much_is_aborted() -> None:
    drain, transport, timers = make()
    drain.discard(MAX_BYTES - 1)
    timers.advance()
    assert not transport.aborted
    drain.discard(1)
    assert transport.aborted


def test_reading_does_not_resume_after_the_connection_is_lost() -> None:
    drain, transport, timers = make()
    drain.discard(6)
    drain.stop()
    timers.advance()
    assert not transport.reads()
