"""A real server as a process, and a client of its WebSocket."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server.live.messages import Message
from tests.support import ROOT

MESSAGES: TypeAdapter[Any] = TypeAdapter(Message)
# Set by coverage for the processes that it measures. They write their data when they end by themselves.
MEASURED = "COVERAGE_PROCESS_CONFIG" in os.environ
GRACE_S = 5.0
# Seconds; long, because on a busy machine a hang should fail a test and slowness should not.
TIMEOUT = 60


class RunningServer:
    """`python -m server` on a port of its own, ready to be used."""

    def __init__(
        self,
        *options: str,
        port: int = 0,
        module: str = "server",
        environment: Mapping[str, str] | None = None,
        root: Path = ROOT,
    ) -> None:
        """Start the server and wait until it is ready; raises RuntimeError with its error output if it ends.

        `environment` is added to that of the tests. `module` may be one that changes the server before it runs it
        (tests/support/faulty_server.py).
        `root` is the folder that contains `server`.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("EMOJIFY_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", str(port), *options],
            cwd=root,
            env={**inherited, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._errors: list[str] = []
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"ready: ((\w+)://\S+) ", line):
                self.link = found[1]
                self.scheme = "http" if "listening on" in line else found[2]  # a proxy terminates TLS
                self.port = int(re.findall(r"(?:localhost:|port )(\d+)", line)[-1])
                return
        self.end()
        raise RuntimeError(f"the server did not start: {self.errors}")

    @property
    def url(self) -> str:
        """The address of the page; `link` is the printed address, with the access token if there is one."""
        return f"{self.scheme}://localhost:{self.port}"

    @property
    def errors(self) -> str:
        """The standard error output so far."""
        return "".join(self._errors)

    def connect(self, **options: Any) -> "Client":
        """A client for a `with` statement; like a program it sends no Origin unless one is given."""
        options.setdefault("max_queue", None)  # a bounded queue stops reading, and the close frame is missed
        scheme = "wss" if self.scheme == "https" else "ws"
        return Client(connect(f"{scheme}://localhost:{self.port}/ws", open_timeout=TIMEOUT, **options))

    def interrupt(self, sig: signal.Signals = signal.SIGINT, within: float = TIMEOUT) -> int:
        """Send Ctrl-C or another signal; returns the exit code."""
        self.process.send_signal(sig)
        return self.process.wait(within)

    def end(self) -> None:
        """End the process in whatever state it is; under coverage, let it write its data first."""
        if self.process.poll() is None and MEASURED:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_S)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT)
        self._reader.join(TIMEOUT)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self._errors.extend(self.process.stderr)


class Client:
    """A client of protocol 1."""

    def __init__(self, opening: AbstractContextManager[ClientConnection]) -> None:
        """Prepare a connection; `with` opens and closes it."""
        self._opening = opening

    def __enter__(self) -> "Client":
        """Open the connection."""
        self.connection = self._opening.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        """Close the connection."""
        self._opening.__exit__(*error)

    def send(self, message: bytes | str) -> None:
        """Send one message as it is."""
        self.connection.send(message)

    def receive(self) -> dict[str, Any]:
        """The next message, which must follow the schema."""
        text = self.connection.recv(TIMEOUT)
        MESSAGES.validate_json(text, strict=True)
        message: dict[str, Any] = json.loads(text)
        return message

    def expect(self, kind: str) -> dict[str, Any]:
        """The next message, which must be of this type."""
        message = self.receive()
        assert message["type"] == kind, message
        return message

    def end(self) -> int:
        """The close code of a connection that the server ends now; 1006 without one."""
        while True:
            try:
                self.connection.recv(TIMEOUT)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006

    def ask(self, jpeg: bytes) -> dict[str, Any]:
        """Send one frame and return its answer."""
        self.send(jpeg)
        return self.receive()
