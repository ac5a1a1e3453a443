"""The application as Ray Serve runs it: one node, one replica, in the way a user starts it."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.support import ROOT
from tests.support.ray_cluster import BIN, TIMEOUT, Tree, config, environment, free_port, temporary_folder
from tests.support.running_server import Client

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="Ray is not installed (it has no wheel for some systems): pip install -r requirements-cluster.txt",
)


class Served:
    """`serve run` with deploy/cluster.yaml, but for its port."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Start it and wait until it is ready."""
        self.port, self._folder = free_port(), folder
        self._log = folder / "serve.log"
        command = [str(BIN / "serve"), "run", str(config(folder, self.port, {}, settings))]
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a shell, and handed on
            signal.signal(signal.SIGINT, signal.default_int_handler)
        with self._log.open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=log, stderr=log)
        self.tree = Tree(process)

    def wait(self) -> None:
        """Until the model is warm; fails with Ray's words."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and self.tree.process.poll() is None:
            with contextlib.suppress(OSError, urllib.error.URLError):
                with urllib.request.urlopen(f"http://localhost:{self.port}/readyz", timeout=TIMEOUT) as answer:
                    assert answer.status == 200
                return
            time.sleep(0.1)
        pytest.fail(self.words[-3000:])

    def redeploy(self, **settings: str) -> None:
        """Roll out a new version, with other settings."""
        file = config(self._folder, self.port, {}, settings)
        command = [str(BIN / "serve"), "run", "--non-blocking", "--address", "auto", str(file)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(self._folder), capture_output=True, text=True, timeout=TIMEOUT
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def words(self) -> str:
        """What it and Ray have written."""
        return self._log.read_text()

    def connect(self, **options: Any) -> Client:
        """A client for a `with`."""
        return Client(connect(f"ws://localhost:{self.port}/ws", open_timeout=TIMEOUT, **options))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One for the module."""
    folder = temporary_folder()
    running = Served(folder, EMOJIFY_FIRST_FRAME="600")  # a redeployment on a busy machine takes longer than 30 s
    try:
        running.wait()
        yield running
    finally:
        running.tree.end()
        shutil.rmtree(folder, ignore_errors=True)


def end_code(client: Client) -> int | None:
    """Read to the end of a connection; its close code, None without one."""
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            client.receive()
    return caught.value.rcvd.code if caught.value.rcvd else None


def test_a_smile_is_happy_and_a_long_message_ends_its_own_connection_only(served: Served, smiling_jpeg: bytes) -> None:
    with served.connect() as client, served.connect() as other:
        limit = client.expect("hello")["limits"]["frame_bytes"]
        client.send(b"\xff\xd8\xff" + bytes(limit))
        assert end_code(client) == 1009
        other.expect("hello")
        assert other.ask(smiling_jpeg)["faces"][0]["label"] == "happy"


def test_a_foreign_page_is_refused_behind_the_proxy_too(served: Served) -> None:
    with served.connect(origin=Origin(f"http://localhost:{served.port}")) as client:
        client.expect("hello")
    with pytest.raises(InvalidStatus) as caught, served.connect(origin=Origin("https://evil.example")):
        pass
    assert caught.value.response.status_code == 403


def test_a_replica_that_is_to_go_says_so_and_its_client_goes_on_with_the_next(
    served: Served, smiling_jpeg: bytes
) -> None:
    """A new version is rolled out: an open socket would keep the old replica for ever, or be cut without a word."""
    with served.connect() as client:
        client.expect("hello")
        served.redeploy(EMOJIFY_FLOOR="0.5")
        assert end_code(client) == 1012
    floor = None
    while floor is None:  # as the page does: until there is a replica again
        with contextlib.suppress(ConnectionClosed, InvalidHandshake), served.connect() as client:
            floor = client.expect("hello")["settings"]["floor"]
            assert client.ask(smiling_jpeg)["faces"][0]["label"] == "happy"
    assert floor == 0.5, "the settings of the new version"


def test_ctrl_c_leaves_no_process(served: Served) -> None:
    processes = served.tree.processes
    served.tree.process.send_signal(signal.SIGINT)
    assert served.tree.process.wait(TIMEOUT) == 0, served.words
    psutil.wait_procs(processes, TIMEOUT)
    assert not [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize(("variable", "value"), [("TOKEN", "auto"), ("TLS", "1")])
def test_what_cannot_be_kept_in_a_cluster_is_refused(variable: str, value: str) -> None:
    """With tokens of their own the replicas would shut people out, and TLS that was asked for must not be left out."""
    script = "from server.cluster import app; app({})"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, f"EMOJIFY_{variable}": value},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode != 0 and f"EMOJIFY_{variable}" in done.stderr.splitlines()[-1]
