"""Clients that violate RFC 6455: the close code names the rule, and others are not affected."""

import socket
import struct

import pytest

from tests.support.raw_socket import BINARY, CLOSE, CONT, PING, TEXT, Raw, frame
from tests.support.running_server import RunningServer


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack(">H", code) + reason)


BROKEN = {
    "no mask": (frame(BINARY, b"x", masked=False), 1002),
    "a reserved bit": (frame(BINARY, b"x", reserved=4), 1002),
    "an unknown opcode": (frame(3, b"x"), 1002),
    "an unknown control opcode": (frame(11), 1002),
    "a ping of 126 bytes": (frame(PING, bytes(126)), 1002),
    "a ping in fragments": (frame(PING, b"x", fin=False), 1002),
    "a continuation of nothing": (frame(CONT, b"x"), 1002),
    "a message within a message": (frame(BINARY, b"x", fin=False) + frame(BINARY, b"y"), 1002),
    "a close frame of one byte": (frame(CLOSE, b"\x03"), 1002),
    "a close frame with the code 999": (close(999), 1002),
    "a close frame with the code 1005": (close(1005), 1002),
    "a close frame within a message": (frame(BINARY, b"x", fin=False) + close(1000), 1002),
    "a close frame that is not UTF-8": (close(1000, b"\xff\xfe"), 1007),
    "text that is not UTF-8": (frame(TEXT, b"{\xff}"), 1007),
    "text in fragments that is not UTF-8": (frame(TEXT, b"{", fin=False) + frame(CONT, b"\xff}"), 1007),
    "a message that claims a petabyte": (bytes([0x82, 0xFF]) + (2**50).to_bytes(8, "big") + bytes(4), 1009),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_the_close_code_names_the_violated_rule(server: RunningServer, smiling_jpeg: bytes, name: str) -> None:
    data, code = BROKEN[name]
    with Raw(server) as raw, server.connect() as other:
        other.expect("hello")
        raw.send(data)
        assert raw.until_closed()[0] == code
        assert raw.rest() == b"", "and then the connection ends"
        assert other.ask(smiling_jpeg)["type"] == "result"
    assert "Traceback" not in server.errors


@pytest.mark.parametrize("megabytes", [1, 8])
def test_a_client_with_a_message_over_the_limit_reads_the_close_code(server: RunningServer, megabytes: int) -> None:
    """It sends the whole message before it reads. If the server closed meanwhile, it would see a reset and no code."""
    with Raw(server) as raw:
        raw.send(frame(BINARY, b"\xff\xd8\xff" + bytes(megabytes * 2**20)))
        assert raw.until_closed()[0] == 1009


def test_a_half_closed_connection_is_closed(server: RunningServer, smiling_jpeg: bytes) -> None:
    """Without a close frame it cannot be distinguished from a client that is gone."""
    with Raw(server) as raw:
        raw.send(frame(BINARY, smiling_jpeg))
        raw.socket.shutdown(socket.SHUT_WR)
        assert raw.until_closed()[0] in (None, 1000, 1001)
        assert raw.rest() == b""
    assert "Traceback" not in server.errors


def test_a_handshake_with_a_line_that_is_too_long_is_refused(server: RunningServer) -> None:
    """The WebSocket library accepts lines of up to 8 kB, the HTTP parser longer ones."""
    with Raw(server, headers=f"Cookie: {'x' * 9000}\r\n") as raw:
        assert raw.status == 431
    with Raw(server, headers="".join(f"X-{number}: 1\r\n" for number in range(200))) as raw:
        assert raw.status == 431
    assert "Traceback" not in server.errors
