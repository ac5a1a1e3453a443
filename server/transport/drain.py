"""Reads and discards what a client still sends after the server's close frame.

A socket that is closed while data arrives is reset, and a reset makes the client lose a close frame that it has not yet
read. So the server reads on for a while. It pauses between reads: without pauses a client that sends small pieces
without end would keep the event loop busy.
"""

import asyncio

# Bytes after which the connection is aborted. Enough for the rest of a message that is too long.
MAX_BYTES = 2**24
# Seconds between two reads. One read takes up to 256 KiB, so a few are enough for the rest of a message.
PAUSE_S = 0.02


class Drain:
    """Controls the reading of one connection whose data is discarded."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Resume reading."""
        self._transport, self._loop, self._bytes_left = transport, loop, MAX_BYTES
        self._timer: asyncio.TimerHandle | None = None
        self._transport.resume_reading()

    def discard(self, size: int) -> None:
        """Count `size` bytes that arrived; pause, or abort the connection if there were too many."""
        self._bytes_left -= size
        if self._bytes_left <= 0:
            self._transport.abort()
        elif self._timer is None and not self._transport.is_closing():
            self._transport.pause_reading()
            self._timer = self._loop.call_later(PAUSE_S, self._resume)

    def stop(self) -> None:
        """Cancel the timer; call it when the connection is lost."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _resume(self) -> None:
        self._timer = None
        if not self._transport.is_closing():
            self._transport.resume_reading()
