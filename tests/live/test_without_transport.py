"""The product without server/transport: plain uvicorn, one warning line, and everything else as usual."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.running_server import RunningServer


@pytest.fixture
def plain_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server from a copy of the tree that has no server/transport."""
    shutil.copytree(ROOT / "server", tmp_path / "server", ignore=shutil.ignore_patterns("transport", "__pycache__"))
    for name in ("web", "emojis", "model", "safe_printing.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    running = RunningServer(root=tmp_path)
    yield running
    running.end()


def test_a_frame_is_answered_and_one_line_says_what_is_lost(plain_server: RunningServer, smiling_jpeg: bytes) -> None:
    with plain_server.connect() as client:
        client.expect("hello")
        assert client.ask(smiling_jpeg)["faces"]
        assert plain_server.interrupt(signal.SIGTERM) == 0
        assert client.end() == 1012
    plain_server.end()
    (line,) = plain_server.errors.splitlines()
    assert line.startswith("warning: server/transport is not used: ") and "--http-connections" in line
