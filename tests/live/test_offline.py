"""A server in use opens no connection, starts no program but its own, and imports nothing that downloads."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.live.http_client import ask
from tests.live.observed_server import IMPORTED, OUTSIDE
from tests.support.running_server import RunningServer

# What packages fetch things with.
DOWNLOADERS = {"requests", "urllib3", "httpx", "aiohttp", "pip", "huggingface_hub", "kagglehub", "pooch", "ftplib"}
TRAINING = {"tensorflow", "keras", "torch"}


@pytest.fixture
def watched() -> Iterator[RunningServer]:
    running = RunningServer(module="tests.live.observed_server")
    yield running
    running.end()


def test_a_server_in_use_opens_no_connections(watched: RunningServer, smiling_jpeg: bytes) -> None:
    for path in ("/", "/docs", "/openapi.json", "/api/model", "/api/emojis", "/healthz", "/metrics"):
        assert ask(watched, path).status == 200, path
    assert ask(watched, "/api/classify", "POST", smiling_jpeg, {"Content-Type": "image/jpeg"}).status == 200
    with watched.connect() as client:
        client.expect("hello")
        assert client.ask(smiling_jpeg)["faces"]
        ends = [each for each in psutil.Process(watched.process.pid).net_connections() if each.raddr]
        assert ends and all(each.raddr.ip == "127.0.0.1" and each.laddr.port == watched.port for each in ends)
    assert watched.interrupt() == 0
    watched.end()
    lines = watched.errors.splitlines()
    # The filter of native messages is a process of the server's own (server/cli/native_stderr.py).
    assert [line for line in lines if line.startswith(OUTSIDE) and "stderr_filter.py" not in line] == []
    (imported,) = (set(line.split()[1:]) for line in lines if line.startswith(IMPORTED))
    assert "server.vision.pipeline" in imported
    assert imported & (DOWNLOADERS | TRAINING) == set()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket().connect_ex(('192.0.2.1', 9))",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import urllib.request; urllib.request.urlopen('data:,x')",
    ],
)
def test_the_audit_would_report_a_connection(code: str) -> None:
    watch = "import sys; from tests.live.observed_server import tell; sys.addaudithook(tell)"
    program = f"{watch}\ntry:\n {code}\nexcept OSError: pass"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.startswith(OUTSIDE), done.stderr
