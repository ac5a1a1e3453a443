"""A raw WebSocket client, for tests that violate the protocol."""

import json
import socket
from typing import Any

from tests.support.running_server import TIMEOUT, RunningServer

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """One frame; its mask, if any, is all zeros."""
    head = bytes([fin << 7 | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    if len(data) < 126:
        head += bytes([bit | len(data)])
    elif len(data) < 65536:
        head += bytes([bit | 126]) + len(data).to_bytes(2, "big")
    else:
        head += bytes([bit | 127]) + len(data).to_bytes(8, "big")
    return head + (bytes(4) if masked else b"") + data


class Raw:
    """A connection: `with Raw(server) as raw`. The handshake is done unless `handshake` is False."""

    def __init__(self, server: RunningServer, handshake: bool = True, headers: str = "", source: str = "") -> None:
        """Connect, from the address `source` if one is given."""
        self.socket = socket.create_connection(
            ("127.0.0.1", server.port), TIMEOUT, source_address=(source, 0) if source else None
        )
        self._file = self.socket.makefile("rb")
        self._host = f"localhost:{server.port}"
        if handshake:
            self.upgrade(headers)

    def __enter__(self) -> "Raw":
        """Already connected."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it without a close frame."""
        self._file.close()
        self.socket.close()

    def upgrade(self, headers: str = "") -> None:
        """Send the handshake and read the response."""
        text = f"GET /ws HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        text += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        self.socket.sendall((text + headers + "\r\n").encode())
        self.status, _ = self.head()

    def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers of an HTTP response; status 0 if the connection was closed."""
        first = self._file.readline().split()
        headers: dict[str, str] = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return (int(first[1]) if first else 0), headers

    def rest(self) -> bytes:
        """All remaining bytes."""
        return self._file.read()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def next(self) -> tuple[int, bytes] | None:
        """Opcode and payload of the next frame; None if the connection was closed."""
        head = self._file.read(2)
        if len(head) < 2:
            return None
        length = head[1]
        if length == 126:
            length = int.from_bytes(self._file.read(2), "big")
        elif length == 127:
            length = int.from_bytes(self._file.read(8), "big")
        return head[0] & 15, self._file.read(length)

    def until_closed(self) -> tuple[int | None, list[dict[str, Any]]]:
        """The close code (None without a close frame) and the messages before it."""
        messages: list[dict[str, Any]] = []
        try:
            while (got := self.next()) is not None:
                opcode, data = got
                if opcode == CLOSE:
                    return int.from_bytes(data[:2], "big"), messages
                if opcode == TEXT:
                    messages.append(json.loads(data))
        except ConnectionError:
            pass
        return None, messages
