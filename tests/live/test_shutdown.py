"""Shutdown and restart of a server in use."""

import json
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live.metrics_client import Scrape, get, wait_for_sum
from tests.live.test_slow_reader import binary_message, open_raw
from tests.support.faulty_server import HANG, LATE
from tests.support.raw_socket import BINARY, Raw, frame
from tests.support.running_server import TIMEOUT, RunningServer

# What a supervisor gives a process before it kills it, in seconds: Docker and systemd wait at least as long.
SUPERVISOR = 10


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_all_connections_and_exits_with_0(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes, sig: signal.Signals
) -> None:
    server = start_server("--log-format", "json", "--log-level", "debug")
    cookie = {"Cookie": "emojify=sesame"}
    with server.connect(additional_headers=cookie) as busy, server.connect() as quiet:
        busy.expect("hello"), quiet.expect("hello")
        for _ in range(20):
            busy.send(smiling_jpeg)
        assert server.interrupt(sig, SUPERVISOR) == 0
        assert busy.end() == quiet.end() == 1012
    server.end()
    events = [line.split('"event":"')[1].split('"')[0] for line in server.errors.splitlines()]
    assert [event for event in events if event in ("starts", "ready", "ends", "ended")] == [
        "starts",
        "ready",
        "ends",
        "ended",
    ]
    for secret in ('"trace"', "127.0.0.1", "sesame", "scores", "happy"):
        assert secret not in server.errors
    assert all(json.loads(line)["time"] for line in server.errors.splitlines())


def test_nothing_keeps_the_process_alive(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    """Neither a thread that hangs, a client that does not read, nor an incomplete request or frame."""
    patient = ("--reader-timeout", "3600", "--deadline", "3600", "--fps", "1000")
    server = start_server(*patient, module="tests.support.faulty_server")
    with open_raw(server) as flooding, Raw(server, handshake=False) as slow, Raw(server) as half, ExitStack() as stack:
        other = stack.enter_context(server.connect())
        other.expect("hello")
        flooding.settimeout(0.5)
        with pytest.raises(TimeoutError):
            while True:
                flooding.sendall(binary_message(bytes(200)))
        slow.send(b"POST /api/classify HTTP/1.1\r\nContent-Length: 1000\r\n")
        half.send(frame(BINARY, smiling_jpeg)[:1000])
        other.send(smiling_jpeg + HANG)
        while Scrape(server).sum("connections_open") < 3:
            pass
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGTERM)  # hurries nobody
        assert other.end() == 1012
        assert server.process.wait(SUPERVISOR) == 0
    assert "Traceback" not in server.errors


def test_shutdown_accepts_no_connection(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    """Neither a new one, nor an open HTTP connection that becomes a WebSocket."""
    server = start_server("--workers", "1", module="tests.support.faulty_server")
    with Raw(server, handshake=False) as late, server.connect() as client:
        client.expect("hello")
        client.send(smiling_jpeg + LATE)  # a second's work, within which the server ends no further
        while 'emojify_frames_received_total{source="socket"} 1.0' not in get(server, "/metrics")[1]:
            pass
        server.process.terminate()
        with pytest.raises(ConnectionError):
            while True:
                Raw(server, handshake=False).__exit__()
        late.upgrade()
        assert late.until_closed() == (1012, []) or late.status == 0
        assert client.expect("result")["frame"] == 1
        assert client.end() == 1012
    assert server.process.wait(SUPERVISOR) == 0


class Steady(threading.Thread):
    """A client that reconnects after a random delay, as the page does."""

    def __init__(self, server: RunningServer, jpeg: bytes) -> None:
        super().__init__(daemon=True)
        self.server, self.jpeg = server, jpeg
        self.answers, self.connections, self.codes = 0, 0, set[int]()
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                with self.server.connect() as client:
                    client.expect("hello")
                    self.connections += 1
                    while not self.stop.wait(0.05):
                        client.ask(self.jpeg)
                        self.answers += 1
            except ConnectionClosed as closed:
                self.codes.add(closed.rcvd.code if closed.rcvd else 1006)
            except OSError:
                pass
            time.sleep(random.uniform(0.05, 0.5))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Stop after a timeout."""
    until = time.monotonic() + TIMEOUT
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_after_a_restart_under_load_all_clients_are_served_again(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    first = start_server()
    clients = [Steady(first, smiling_jpeg) for _ in range(12)]
    for client in clients:
        client.start()
    wait_until(lambda: all(client.answers >= 3 for client in clients))
    assert first.interrupt(signal.SIGTERM, SUPERVISOR) == 0
    second = start_server("--port", str(first.port))
    before = [client.answers for client in clients]
    wait_until(lambda: all(client.answers >= old + 3 for client, old in zip(clients, before, strict=True)))
    for client in clients:
        client.stop.set()
    for client in clients:
        client.join(TIMEOUT)
        assert client.connections == 2 and client.codes == {1012}
    wait_for_sum(second, 0, "connections_open")
    assert "Traceback" not in first.errors + second.errors
