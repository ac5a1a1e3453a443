"""Reads and throws away what a client still sends after its goodbye, so that it can read that goodbye.

In no hurry: a client that goes on in pieces of a few bytes, as fast as it can, would have the event loop do nothing
but take them, and everybody else wait. What it sends meanwhile stays in the kernel, which holds it back by TCP.
"""

import asyncio

# Bytes that are read at most: the rest of a message that is too long, of which a client may have some in its buffers
# and some more in mind.
DRAIN_BYTES = 2**24
# Seconds between two reads. One takes up to 256 KiB: a few are enough for the rest of a message.
PAUSE = 0.02


class Drain:
    """Of one connection; to be told of everything that comes."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Read on, if the connection was not read from."""
        self._transport, self._loop, self._left = transport, loop, DRAIN_BYTES
        self._timer: asyncio.TimerHandle | None = None
        self._transport.resume_reading()

    def take(self, size: int) -> None:
        """So many bytes have come; read on after a pause, or end the connection if they were too many."""
        self._left -= size
        if self._left <= 0:
            self._transport.abort()
        elif self._timer is None and not self._transport.is_closing():
            self._transport.pause_reading()
            self._timer = self._loop.call_later(PAUSE, self._read_on)

    def stop(self) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _read_on(self) -> None:
        self._timer = None
        if not self._transport.is_closing():
            self._transport.resume_reading()
