"""A listener for https that answers plain http with a redirect to https.

People type an address without its scheme, and then browsers may try http. The first byte of a connection tells the two
apart: it is looked at in the socket, without taking it (MSG_PEEK), so that a TLS connection then begins as usual.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable

log = logging.getLogger(__name__)

# The first byte of a TLS record with a handshake message (RFC 8446, 5.1). No HTTP method begins with it.
TLS_HANDSHAKE = b"\x16"
# Seconds until a client has sent its first byte, and until the TLS handshake is complete.
FIRST_BYTE_S, HANDSHAKE_S = 20.0, 20.0
# Connections that may wait for their first byte or handshake at once. Above it, the oldest one is closed.
MAX_STARTING = 512

Factory = Callable[[], asyncio.Protocol]


class TlsListener:
    """Accepts connections; has the methods of `asyncio.Server` that uvicorn uses."""

    def __init__(self, listener: socket.socket, context: ssl.SSLContext, secure: Factory, plain: Factory) -> None:
        """Prepare to accept.

        Args:
            listener: a listening socket.
            context: the TLS settings.
            secure: makes the protocol of a TLS connection.
            plain: makes the protocol of a connection that begins with anything else.
        """
        listener.setblocking(False)
        self._listener, self._context, self._secure, self._plain = listener, context, secure, plain
        self._starting: dict[asyncio.Task[None], None] = {}  # in order of arrival
        self._accepting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to accept connections."""
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    def close(self) -> None:
        """Stop accepting, and close the connections that have not begun."""
        if self._accepting is not None:
            self._accepting.cancel()
        for task in self._starting:
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until the connections that had not begun are closed."""
        tasks = [*self._starting, *([self._accepting] if self._accepting else [])]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:  # too many open files, or a client that left at once
                log.warning("a connection could not be accepted", extra={"fields": {"error": error.strerror}})
                await asyncio.sleep(0.1)
                continue
            connection.setblocking(False)
            task = loop.create_task(self._begin(connection))
            self._starting[task] = None
            task.add_done_callback(lambda done: self._starting.pop(done, None))
            if len(self._starting) > MAX_STARTING:
                next(iter(self._starting)).cancel()

    async def _begin(self, connection: socket.socket) -> None:
        """Hand a connection over to its protocol; close it if its client does not begin."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FIRST_BYTE_S):
                first = await _peek(connection)
            if first == TLS_HANDSHAKE:
                await loop.connect_accepted_socket(
                    self._secure, connection, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_S
                )
            elif first:
                await loop.connect_accepted_socket(self._plain, connection)
            else:
                connection.close()
        except (OSError, TimeoutError, asyncio.CancelledError):  # ssl.SSLError is an OSError
            connection.close()


async def _peek(connection: socket.socket) -> bytes:
    """The first byte, which stays in the socket; empty if the client has closed the connection."""
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connection, lambda: None if readable.done() else readable.set_result(None))
    try:
        await readable
    finally:
        loop.remove_reader(connection)
    with contextlib.suppress(BlockingIOError):
        return connection.recv(1, socket.MSG_PEEK)
    return b""


def can_peek() -> bool:
    """Whether the event loop can watch a socket; that of Windows cannot, and closes plain http connections instead."""
    loop = asyncio.get_running_loop()
    reader, writer = socket.socketpair()
    try:
        loop.add_reader(reader, lambda: None)
        loop.remove_reader(reader)
    except NotImplementedError:
        return False
    finally:
        reader.close()
        writer.close()
    return True
