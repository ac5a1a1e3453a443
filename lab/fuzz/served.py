"""A real server to give bytes to, and what it must do with any: answer or end the connection, and go on."""

import atexit
import contextlib
import socket

from lab.bench.wire import HANDSHAKE
from tests.support.pictures import astronaut_frame, to_jpeg
from tests.support.running_server import RunningServer

# A connection whose other half is closed has nothing to wait for: its last answers take milliseconds.
SECONDS = 20.0
# A good client is served in between, once in so many inputs.
PROBE_EVERY = 200


class Served:
    """One server for all inputs of a target."""

    def __init__(self) -> None:
        """Start it."""
        self._server = RunningServer()
        atexit.register(self._server.end)
        self._frame = to_jpeg(astronaut_frame())
        self._given = 0

    def give(self, data: bytes, handshake: bool) -> None:
        """Send the bytes, close that half, read to the end.

        Raises:
            AssertionError: the server says nothing and does not end the connection, has died, logged an exception, or
                no longer serves others.
        """
        connection = socket.create_connection(("127.0.0.1", self._server.port), SECONDS)
        with connection, contextlib.suppress(ConnectionError):  # to be cut off is an answer, too
            if handshake:
                connection.sendall(HANDSHAKE.format(port=self._server.port).encode())
                connection.recv(4096)
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            try:
                while connection.recv(65536):
                    pass
            except TimeoutError:
                raise AssertionError(f"no answer and no end within {SECONDS:g} s") from None
        self._given += 1
        if self._server.process.poll() is not None:
            raise AssertionError(f"the server ended: {self._server.errors[-2000:]}")
        if "Traceback" in self._server.errors:
            raise AssertionError(f"an exception in the server's log: {self._server.errors[-4000:]}")
        if self._given % PROBE_EVERY == 0:
            with self._server.connect() as client:
                client.expect("hello")
                assert client.ask(self._frame)["type"] == "result"
