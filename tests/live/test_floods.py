"""Clients that send floods or disconnect without a close: others are served, and memory does not grow."""

import contextlib
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.metrics_client import Scrape, get, wait_for_sum
from tests.support.raw_socket import BINARY, CONT, PING, Raw, frame
from tests.support.running_server import TIMEOUT, RunningServer


def resident_kb(server: RunningServer) -> int:
    return int(Path(f"/proc/{server.process.pid}/status").read_text().split("VmRSS:")[1].split()[0])


def descriptors(server: RunningServer) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


FLOODS = {
    "pings": (b"", frame(PING, b"x" * 100)),
    "fragments of nothing": (frame(BINARY, b"x", fin=False), frame(CONT, fin=False)),
    "pongs": (b"", frame(10)),
}


@pytest.mark.parametrize("name", list(FLOODS))
def test_a_flood_is_ended_with_1008(server: RunningServer, smiling_jpeg: bytes, name: str) -> None:
    begin, piece = FLOODS[name]
    with Raw(server) as raw, server.connect() as other:
        other.expect("hello")
        raw.send(begin)
        with contextlib.suppress(ConnectionError):
            for _ in range(20):
                raw.send(piece * 1000)
        assert raw.until_closed()[0] == 1008
        assert other.ask(smiling_jpeg)["type"] == "result"


def test_empty_messages_do_not_accumulate(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    """One read of the server can hold 40,000 of them; it processes some and leaves the rest unread."""
    server = start_server("--fps", "0.1")
    with Raw(server) as flooding, server.connect() as other:
        other.expect("hello")
        flooding.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            while True:
                flooding.send(frame(BINARY) * 10_000)
        assert other.ask(smiling_jpeg)["type"] == "result"
        if sys.platform == "linux":
            assert resident_kb(server) < 300_000


def vanish(server: RunningServer, jpeg: bytes, turn: int) -> None:
    """Connect, send something and disconnect without a close; every other time with a reset."""
    with Raw(server, handshake=turn % 4 != 0) as raw:
        if turn % 4 == 1:
            raw.send(frame(BINARY, jpeg))
        if turn % 4 == 2:
            raw.send(frame(BINARY, jpeg)[: len(jpeg) // 2])
        if turn % 2:
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_a_client_that_disconnects_without_a_close_leaves_nothing_behind(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    server = start_server("--keep-alive", "0.1")
    for turn in range(8):
        vanish(server, smiling_jpeg, turn)
    wait_for_sum(server, 0, "connections_open")
    before = descriptors(server)
    for turn in range(200):
        vanish(server, smiling_jpeg, turn)
    wait_for_sum(server, 0, "connections_open")
    while descriptors(server) > before:  # the test's own time limit ends what never happens
        assert get(server, "/healthz")[0] == 200
    assert "Traceback" not in server.errors


def test_an_incomplete_upload_is_no_error(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    server = start_server("--log-level", "info")
    head = f"POST /api/classify HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Type: image/jpeg\r\n"
    with Raw(server, handshake=False) as raw:
        raw.send(head.encode() + b"Content-Length: 20000\r\n\r\n" + smiling_jpeg[:5000])
    while "problem" not in server.errors:
        assert get(server, "/healthz")[0] == 200
    assert "Traceback" not in server.errors


def test_a_response_that_is_not_read_is_aborted(start_server: Callable[..., RunningServer]) -> None:
    """The client sends requests and reads nothing."""
    server = start_server("--request-timeout", "0.5", "--keep-alive", "60", "--log-level", "info")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(TIMEOUT)
    raw.connect(("127.0.0.1", server.port))
    # It ends by the timeout, or, when the kernel takes a little more now and then, by the requests that wait meanwhile.
    with raw, contextlib.suppress(ConnectionError):
        while Scrape(server).sum("limits_reached_total", limit="request_timeout") == 0:
            raw.sendall(f"GET /openapi.json HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())
    timed_out = Scrape(server).sum("limits_reached_total", limit="request_timeout") == 1
    assert timed_out or "too many requests before the first answer" in server.errors
    assert "Traceback" not in server.errors


def test_pipelined_requests_do_not_accumulate(server: RunningServer) -> None:
    """The server closes a connection with thousands of requests before the first response."""
    request = f"GET /healthz HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode()
    with Raw(server, handshake=False) as raw, contextlib.suppress(ConnectionError):
        for _ in range(1000):
            raw.send(request * 100)
        raise AssertionError("took a hundred thousand requests")
    assert get(server, "/healthz")[0] == 200
