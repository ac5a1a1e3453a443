"""The time from the launch of the process to the first success of `/readyz`."""

import http.client
import socket
import subprocess
import sys
import time

from lab.bench.context import Context
from lab.bench.stats import median
from tests.support import ROOT
from tests.support.running_server import TIMEOUT

RUNS = 7
POLL_S = 0.005


def run(context: Context) -> None:
    """Measure `start`. The first start is not counted, because it reads files into memory and compiles modules."""
    times = [_start() for _ in range(1 + (2 if context.quick else RUNS))][1:]
    context.details["start"] = {"seconds": times}
    context.measured["start"] = median(times)


def _start() -> float:
    port = _free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - started > TIMEOUT:
                raise RuntimeError("the server did not start")
            time.sleep(POLL_S)
        return time.perf_counter() - started
    finally:
        process.kill()
        process.wait()


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
