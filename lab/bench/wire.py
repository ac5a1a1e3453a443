"""A minimal WebSocket client that costs little CPU, because it shares the machine with the server that it measures.

No extensions, no fragments, masks of zeros (allowed, and unmasked by the server like any other), messages prepared once
and sent many times.
"""

import asyncio
import contextlib
import struct
from collections.abc import Callable
from typing import cast

HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
NO_CLOSE_CODE = 1006


def pack(opcode: int, data: bytes) -> bytes:
    """A complete message as a client sends it."""
    size = len(data)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + data


def unpack(buffer: bytearray) -> tuple[int, bytes] | None:
    """Remove the first complete message from the buffer; returns its opcode and data, or None if there is none yet."""
    if len(buffer) < 2:
        return None
    size, start = buffer[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(buffer[2:4], "big"), 4
    elif size == 127:
        size, start = int.from_bytes(buffer[2:10], "big"), 10
    if len(buffer) < start + size:
        return None
    message = buffer[0] & 0x0F, bytes(buffer[start : start + size])
    del buffer[: start + size]
    return message


class Connection(asyncio.Protocol):
    """One connection to `/ws`, with callbacks for text messages, for room in the send buffer, and for the end.

    The end is a close code, or the HTTP status of a refused handshake.
    """

    def __init__(
        self,
        port: int,
        on_text: Callable[[bytes], None],
        on_closed: Callable[[int], None],
        on_room: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare for a server on this port of this machine."""
        self._port = port
        self._on_text, self._on_closed, self._on_room = on_text, on_closed, on_room
        self._buffer = bytearray()
        self._open = False
        self._transport: asyncio.Transport | None = None
        self._code = NO_CLOSE_CODE
        self.has_room = True

    def send(self, message: bytes) -> None:
        """Send a message that `pack` made; nothing happens once the connection has ended."""
        if self._transport is not None and not self._transport.is_closing():
            # uvloop raises it for a connection that ended while reading was paused.
            with contextlib.suppress(RuntimeError):
                self._transport.write(message)
                return
        self.has_room = False  # ends loops that send while there is room

    def close(self) -> None:
        """Send a close frame and close the connection."""
        self.send(pack(CLOSE, (1000).to_bytes(2, "big")))
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close the connection without a close frame."""
        if self._transport is not None:
            self._transport.abort()

    def stop_reading(self) -> None:
        """Read nothing more, like a client that hangs."""
        if self._transport is not None:
            self._transport.pause_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the handshake."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transport has the same methods
        self._transport.write(HANDSHAKE.format(port=self._port).encode())

    def data_received(self, data: bytes) -> None:
        """Handle every complete message."""
        self._buffer += data
        if not self._open:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if not head.startswith(b"HTTP/1.1 101"):  # refused: report the HTTP status
                self._code = int(head[9:12]) if head[9:12].isdigit() else NO_CLOSE_CODE
                self.abort()
                return
            self._open, self._buffer = True, bytearray(rest)
        while (message := unpack(self._buffer)) is not None:
            opcode, content = message
            if opcode == TEXT:
                self._on_text(content)
            elif opcode == PING:
                self.send(pack(PONG, content))
            elif opcode == CLOSE:
                self._code = int.from_bytes(content[:2], "big") if content else 1005
                self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the close code."""
        self._on_closed(self._code)

    def pause_writing(self) -> None:
        """The send buffer is full."""
        self.has_room = False

    def resume_writing(self) -> None:
        """The send buffer has room again."""
        self.has_room = True
        self._on_room()
