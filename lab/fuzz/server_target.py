"""A real server that receives inputs over TCP; it must answer or end each connection, and go on serving."""

import atexit
import contextlib
import socket

from lab.bench.wire import HANDSHAKE
from tests.support.pictures import astronaut_frame, to_jpeg
from tests.support.running_server import RunningServer

# The server ends a half-closed connection within milliseconds; this is longer, for a busy machine.
TIMEOUT_S = 20.0
# After every 200 inputs a well-behaved client must be served.
PROBE_INTERVAL = 200


class ServerTarget:
    """One server for all inputs of a target."""

    def __init__(self) -> None:
        """Start the server."""
        self._server = RunningServer()
        atexit.register(self._server.end)
        self._frame = to_jpeg(astronaut_frame())
        self._sent = 0

    def send(self, data: bytes, handshake: bool) -> None:
        """Send the bytes, half-close the connection and read to its end.

        Raises:
            AssertionError: the server neither answered nor ended the connection, has died, has logged an exception, or
                no longer serves other clients.
        """
        connection = socket.create_connection(("127.0.0.1", self._server.port), TIMEOUT_S)
        with connection, contextlib.suppress(ConnectionError):  # an aborted connection has ended, too
            if handshake:
                connection.sendall(HANDSHAKE.format(port=self._server.port).encode())
                connection.recv(4096)
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            try:
                while connection.recv(65536):
                    pass
            except TimeoutError:
                raise AssertionError(f"the connection did not end within {TIMEOUT_S:g} s") from None
        self._sent += 1
        if self._server.process.poll() is not None:
            raise AssertionError(f"the server ended: {self._server.errors[-2000:]}")
        if "Traceback" in self._server.errors:
            raise AssertionError(f"an exception in the server's log: {self._server.errors[-4000:]}")
        if self._sent % PROBE_INTERVAL == 0:
            with self._server.connect() as client:
                client.expect("hello")
                assert client.ask(self._frame)["type"] == "result"
