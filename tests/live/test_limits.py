"""Each limit on a real server: up to the limit all is fine; beyond it, the error names the limit and its option."""

import http.client
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from server.http.access.headers import SECURITY_HEADERS
from tests.live.metrics_client import wait_for_sum
from tests.support.pictures import to_jpeg
from tests.support.raw_socket import BINARY, CONT, PING, Raw, frame
from tests.support.running_server import TIMEOUT, Client, RunningServer

ALWAYS = SECURITY_HEADERS.keys()
OPTIONS = {
    "--clients": 4,
    "--per-address": 2,
    "--frame-bytes": 5000,
    "--frame-pixels": 64 * 48,
    "--text-chars": 300,
    "--control-rate": 20,
    "--header-bytes": 2000,
    "--http-connections": 8,
    "--trusted-proxy": "127.0.0.1",
}


@pytest.fixture(scope="module")
def small() -> Iterator[RunningServer]:
    """A server with small limits."""
    running = RunningServer(*(str(word) for option in OPTIONS.items() for word in option))
    yield running
    running.end()


def close_code(client: Client) -> int:
    """The close code of a connection that the server closes; earlier messages are ignored."""
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            client.receive()
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code


def free_again(server: RunningServer) -> None:
    """Wait until the server has no connections."""
    wait_for_sum(server, 0, "connections_open")


def test_connections_in_all(small: RunningServer) -> None:
    with small.connect() as one, small.connect() as two, small.connect() as three, small.connect() as four:
        for client in (one, two, three, four):
            client.expect("hello")
        with small.connect() as fifth:
            error = fifth.expect("error")
            assert error["code"] == "full" and "4 connections (--clients)" in error["message"]
            assert close_code(fifth) == 1013
    free_again(small)
    wait_for_sum(small, 1, "limits_reached_total", limit="clients")


def test_connections_from_one_address(small: RunningServer) -> None:
    """Loopback addresses are not limited; so the clients have other addresses, given by a trusted proxy."""

    def connect(address: str) -> Client:
        return small.connect(additional_headers={"X-Forwarded-For": address})

    with connect("192.0.2.9") as one, connect("192.0.2.9") as two:
        one.expect("hello"), two.expect("hello")
        with connect("192.0.2.9") as third:
            error = third.expect("error")
            assert error["code"] == "crowded" and "2 connections (--per-address)" in error["message"]
            assert close_code(third) == 1013
        with connect("192.0.2.8") as other:
            other.expect("hello")
    free_again(small)
    with connect("192.0.2.9") as again:
        again.expect("hello")
    free_again(small)


def test_bytes_of_a_message(small: RunningServer) -> None:
    with small.connect() as client:
        client.expect("hello")
        assert client.ask(bytes(5000))["code"] == "not_jpeg"
        client.send(bytes(5001))
        assert close_code(client) == 1009
    free_again(small)


def test_pixels_of_a_frame(small: RunningServer) -> None:
    with small.connect() as client:
        client.expect("hello")
        assert client.ask(to_jpeg(np.zeros((48, 64), np.uint8)))["type"] == "result"
        error = client.ask(to_jpeg(np.zeros((48, 65), np.uint8)))
        assert error["code"] == "too_many_pixels" and "65x48" in error["message"] and "3072" in error["message"]
    free_again(small)


def test_characters_of_a_text_message(small: RunningServer) -> None:
    with small.connect() as client:
        client.expect("hello")
        text = '{"type": "configure"}'
        client.send(text.ljust(300))
        client.expect("configured")
        client.send(text.ljust(301))
        error = client.expect("error")
        assert error["code"] == "too_long" and "300 characters (--text-chars)" in error["message"]
    free_again(small)


@pytest.mark.parametrize("piece", ["pings", "fragments"])
def test_pings_and_small_fragments_a_second(small: RunningServer, piece: str) -> None:
    small_frame = frame(PING) if piece == "pings" else frame(CONT, b"", fin=False)
    begin = b"" if piece == "pings" else frame(BINARY, b"", fin=False)
    end = b"" if piece == "pings" else frame(CONT, b"")
    with Raw(small) as raw:
        raw.send(begin + small_frame * 18 + end + frame(BINARY, b"x"))  # 20 with the first and the last fragment
        answers = [raw.next() for _ in range(2 if piece == "fragments" else 19)]
        assert all(answer is not None and answer[0] != 8 for answer in answers)
    with Raw(small) as raw:
        raw.send(begin + small_frame * 500)
        assert raw.until_closed()[0] == 1008
    free_again(small)


def test_bytes_of_headers(small: RunningServer) -> None:
    """In one piece, in many, and in those of a handshake."""

    def ask(length: int) -> int:
        with Raw(small, handshake=False) as raw:
            text = f"GET /healthz HTTP/1.1\r\nHost: localhost:{small.port}\r\nX: ".encode()
            raw.send(text + b"x" * (length - len(text) - 4) + b"\r\n\r\n")
            return raw.head()[0]

    assert ask(1900) == 200
    assert ask(2100) == 431
    with Raw(small, handshake=False) as raw:
        raw.send(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(3):
            raw.send(b"x" * 1000)
        status, headers = raw.head()
        assert status == 431 and headers.keys() >= ALWAYS and b"--header-bytes" in raw.rest()
    with Raw(small, headers=f"X: {'x' * 2000}\r\n") as raw:
        assert raw.status == 431
    wait_for_sum(small, 3, "limits_reached_total", limit="header_bytes")


def test_http_connections_at_once(small: RunningServer) -> None:
    """The connection that was idle longest is closed for a new one; WebSockets are not counted."""
    with Raw(small) as live:
        held = [Raw(small, handshake=False) for _ in range(8)]
        for raw in held[1:]:
            raw.send(b"GET /healthz HTTP/1.1\r\n")
        with Raw(small, handshake=False) as newest:
            newest.send(f"GET /healthz HTTP/1.1\r\nHost: localhost:{small.port}\r\n\r\n".encode())
            assert newest.head()[0] == 200
        status, headers = held[0].head()
        assert (status, headers["retry-after"]) == (503, "1") and headers.keys() >= ALWAYS
        assert b"--http-connections" in held[0].rest()
        held[1].send(f"Host: localhost:{small.port}\r\n\r\n".encode())
        assert held[1].head()[0] == 200
        live.send(frame(BINARY, b"x"))
        assert live.next() is not None
        for raw in held:
            raw.__exit__()
    free_again(small)


def test_frames_a_second(start_server: Callable[..., RunningServer], empty_jpeg: bytes) -> None:
    """A client with all its credits may send twice as many frames at once; then one in ten seconds here."""
    with start_server("--fps", "0.1", "--credits", "2").connect() as client:
        client.expect("hello")
        for _ in range(4):
            assert client.ask(empty_jpeg)["type"] == "result"
        dropped = client.ask(empty_jpeg)
        assert dropped["type"] == "dropped" and dropped["reason"] == "rate" and dropped["frame"] == 5
        assert 0 < dropped["retry_after_ms"] <= 10_001


def test_a_connection_must_be_used(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    """Without a first frame it is closed; a connection that sent one is not."""
    server = start_server("--first-frame", "2", "--log-level", "debug")
    with server.connect() as silent, server.connect() as used:
        used.expect("hello")
        assert used.ask(smiling_jpeg)["type"] == "result"
        connection = silent.expect("hello")["connection"]
        silent.send('{"type": "configure"}')  # is no frame
        silent.expect("configured")
        error = silent.expect("error")
        assert error["code"] == "first_frame" and "2 s (--first-frame)" in error["message"]
        assert close_code(silent) == 1000
        wait_for_sum(server, 1, "limits_reached_total", limit="first_frame")
        assert used.ask(smiling_jpeg)["type"] == "result"
    wait_for_sum(server, 0, "connections_open")
    assert f"closed connection={connection} code=1000 frames=0 answered=0" in server.errors


def test_an_idle_connection_is_closed(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    server = start_server("--idle", "0.5")
    with server.connect() as new, server.connect() as used:
        new.expect("hello"), used.expect("hello")
        assert used.ask(smiling_jpeg)["type"] == "result"
        error = used.expect("error")
        assert error["code"] == "idle" and "0.5 s (--idle)" in error["message"]
        assert close_code(used) == 1000
        assert new.ask(smiling_jpeg)["type"] == "result", "the time to its first frame is another"


def test_a_request_must_be_complete_in_time(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    """Slow headers, a slow body, an incomplete handshake; not a connection that waits for its next request."""
    server = start_server("--request-timeout", "0.5", "--keep-alive", "60")
    host = f"Host: localhost:{server.port}\r\n"
    post = f"POST /api/classify HTTP/1.1\r\n{host}Content-Type: image/jpeg\r\nContent-Length: 20000\r\n\r\n"
    waiting = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    waiting.request("GET", "/healthz", headers={"Host": f"localhost:{server.port}"})
    assert waiting.getresponse().read()
    for begin in (b"", b"GET / HTTP/1.1\r\n", f"GET /ws HTTP/1.1\r\n{host}Upgrade: websocket\r\n".encode()):
        with Raw(server, handshake=False) as slow:
            slow.send(begin)
            status, headers = slow.head()
            assert status == 408 and headers.keys() >= ALWAYS and b"--request-timeout" in slow.rest()
    with Raw(server, handshake=False) as slow:
        slow.send(post.encode() + smiling_jpeg[:5000])
        assert slow.head()[0] == 0, "the answer has been begun: the connection just ends"
    wait_for_sum(server, 4, "limits_reached_total", limit="request_timeout")
    waiting.request("GET", "/healthz", headers={"Host": f"localhost:{server.port}"})
    assert waiting.getresponse().read()
    waiting.close()
    assert "Traceback" not in server.errors


def test_an_idle_http_connection_is_closed(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--keep-alive", "0.2")
    with Raw(server, handshake=False) as raw:
        raw.send(f"GET /healthz HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())
        assert raw.head()[0] == 200
        assert b"ok" in raw.rest(), "all that comes until the server closes"
