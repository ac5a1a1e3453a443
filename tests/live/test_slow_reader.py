"""A client that sends without reading is disconnected; others are not affected."""

import contextlib
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from tests.live.metrics_client import wait_for_sum
from tests.support.running_server import TIMEOUT, RunningServer


def open_raw(server: RunningServer) -> socket.socket:
    """A raw WebSocket with a small receive buffer, whose hello is unread."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(TIMEOUT)
    raw.connect(("127.0.0.1", server.port))
    request = f"GET /ws HTTP/1.1\r\nHost: localhost:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    request += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    raw.sendall(request.encode())
    return raw


def binary_message(data: bytes) -> bytes:
    """One WebSocket message with a mask of zeros."""
    assert 126 <= len(data) < 65536
    return bytes([0x82, 0x80 | 126, *len(data).to_bytes(2, "big"), 0, 0, 0, 0]) + data


def send_until_cut(raw: socket.socket, message: bytes) -> None:
    """Send without reading until the server closes the connection; fails if it only stops reading."""
    with contextlib.suppress(ConnectionError):
        while True:
            raw.sendall(message)


def test_a_client_that_never_reads_is_disconnected_and_others_are_served(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    server = start_server("--reader-timeout", "0.5", "--fps", "1000")
    with open_raw(server) as flooding, server.connect() as other:
        other.expect("hello")
        send_until_cut(flooding, binary_message(bytes(200)))
        assert other.ask(smiling_jpeg)["type"] == "result"
        scrape = wait_for_sum(server, 1, "connections_closed_total", code="1008")
        assert scrape.sum("connections_open") == 1
        assert other.ask(smiling_jpeg)["type"] == "result"
    if sys.platform == "linux":
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        assert int(status.split("VmRSS:")[1].split()[0]) < 300_000, "kB; nothing was buffered for it"
    assert "Traceback" not in server.errors


def test_a_client_that_reads_late_misses_nothing(
    start_server: Callable[..., RunningServer], empty_jpeg: bytes
) -> None:
    """It sends more than the server takes from a client that does not read, then reads all answers."""
    server = start_server("--reader-timeout", "60", "--fps", "1000")
    total = 1500
    with server.connect() as client:
        client.expect("hello")
        for _ in range(total):
            client.send(b"no jpeg")
        answered = sorted(client.receive()["frame"] for _ in range(total))
        assert answered == list(range(1, total + 1))
