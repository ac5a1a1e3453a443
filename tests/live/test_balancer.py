"""The nginx of compose.yaml, really started before two real servers: one is killed, its clients go on at the other."""

import json
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.live import tools
from tests.support import ROOT
from tests.support.running_server import TIMEOUT, RunningServer

CLIENTS = 6


@dataclass
class Balanced:
    """nginx on a port, and the servers behind it."""

    port: int
    servers: list[RunningServer] = field(default_factory=list)


def configuration(folder: Path, port: int, replicas: list[int]) -> Path:
    """The file of compose.yaml with this test's ports and folder in it, and nothing else changed."""
    text = (ROOT / "deploy" / "compose" / "nginx.conf").read_text()
    names = iter(replicas)
    text = re.sub(r"server app\d:8000", lambda _: f"server 127.0.0.1:{next(names)}", text)
    text = text.replace("/tmp/", f"{folder}/").replace("listen 8080;", f"listen 127.0.0.1:{port};")
    file = folder / "nginx.conf"
    file.write_text(text)
    return file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def balanced(tmp_path: Path) -> Iterator[Balanced]:
    program = tools.find("nginx")
    if program is None or subprocess.run([program, "-v"], capture_output=True, check=False).returncode:
        pytest.skip(tools.missing("nginx"))
    running = Balanced(free_port(), [RunningServer("--workers", "1") for _ in range(2)])
    file = configuration(tmp_path, running.port, [server.port for server in running.servers])
    checked = subprocess.run([program, "-t", "-c", file, "-e", "stderr"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    proxy = subprocess.Popen([program, "-c", file, "-e", "stderr", "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(running.port)
        yield running
    finally:
        proxy.terminate()
        proxy.wait(TIMEOUT)
        for server in running.servers:
            server.end()


def wait_for_port(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), TIMEOUT).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)


class Person(threading.Thread):
    """Sends one frame after the other, and comes back when the connection ends."""

    def __init__(self, port: int, jpeg: bytes, done: threading.Event) -> None:
        super().__init__(daemon=True)
        self._url, self._jpeg, self._done = f"ws://localhost:{port}/ws", jpeg, done
        self.sent = self.answered = self.ended = 0

    def run(self) -> None:
        while not self._done.is_set():
            try:
                with connect(self._url, open_timeout=TIMEOUT) as line:
                    line.recv(TIMEOUT)
                    while not self._done.is_set():
                        self.sent += 1
                        line.send(self._jpeg)
                        assert json.loads(line.recv(TIMEOUT))["frame"]
                        self.answered += 1
            except (WebSocketException, OSError):
                self.ended += 1


def test_a_killed_replica_costs_its_clients_one_frame_each(balanced: Balanced, smiling_jpeg: bytes) -> None:
    done = threading.Event()
    people = [Person(balanced.port, smiling_jpeg, done) for _ in range(CLIENTS)]
    for person in people:
        person.start()
    wait_until(lambda: all(person.answered > 3 for person in people))
    assert all(opened(server) == CLIENTS / 2 for server in balanced.servers), "the emptier one gets the next"
    balanced.servers[0].process.kill()
    wait_until(lambda: opened(balanced.servers[1]) == CLIENTS)
    reached = [person.answered for person in people]
    wait_until(lambda: all(person.answered > before + 3 for person, before in zip(people, reached, strict=True)))
    done.set()
    for person in people:
        person.join(TIMEOUT)
        assert not person.is_alive()
        assert person.sent - person.answered <= person.ended, "every frame is answered, or its connection ended"
    assert sum(person.ended > 0 for person in people) == CLIENTS / 2


def test_the_page_comes_through_and_the_metrics_do_not(balanced: Balanced) -> None:
    with urllib.request.urlopen(f"http://localhost:{balanced.port}/", timeout=TIMEOUT) as answer:
        assert b"Emojify" in answer.read()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://localhost:{balanced.port}/metrics", timeout=TIMEOUT)


def opened(server: RunningServer) -> float:
    """Connections that a server has, by its own count."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=TIMEOUT) as answer:
        found = re.search(r"^emojify_connections_open (\S+)", answer.read().decode(), re.MULTILINE)
    assert found
    return float(found[1])


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
