"""Limits on WebSockets for a server without server/transport: Ray's proxy.

That proxy passes on messages of up to 16 MB as fast as a client sends them, whether the application reads them or not.
`WebSocketLimits` therefore reads ahead, closes a connection with too many unread messages, and can close all of them.
"""

import asyncio
import contextlib
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from websockets.frames import CloseCode

from server.logs import fields

log = logging.getLogger(__name__)

# Maximum unread messages of a client. A client with two credits has no more than a few in flight. Each message may have
# `frame_bytes`, so this bounds the memory that one client can occupy.
MAX_UNREAD_MESSAGES = 32


class WebSocketLimits:
    """ASGI middleware that closes WebSockets that exceed the limits."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        """Protect `app` from messages of more than `max_bytes`."""
        self._app, self._max_bytes = app, max_bytes
        self._open: set[_Socket] = set()
        self.closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        socket = _Socket(receive, send, self._max_bytes)
        self._open.add(socket)
        reading = asyncio.create_task(socket.read_ahead())
        try:
            await self._app(scope, socket.receive, self._send_then_close(socket) if self.closing else socket.send)
        finally:
            reading.cancel()
            self._open.discard(socket)

    async def close_all(self) -> None:
        """Close all connections, and each that is opened from now on: clients should use another replica (1012)."""
        self.closing = True
        for socket in list(self._open):
            await socket.close(CloseCode.SERVICE_RESTART)

    def _send_then_close(self, socket: "_Socket") -> Send:
        async def send(message: Message) -> None:
            await socket.send(message)
            await socket.close(CloseCode.SERVICE_RESTART)

        return send


class _Socket:
    """One connection: its unread messages, and whether it was closed here."""

    def __init__(self, receive: Receive, send: Send, max_bytes: int) -> None:
        self._receive, self._send, self._max_bytes = receive, send, max_bytes
        self._unread: asyncio.Queue[Message] = asyncio.Queue()
        self._accepted = self._closed = False

    async def read_ahead(self) -> None:
        """Receive messages until the client disconnects or exceeds a limit."""
        while not self._closed:
            try:
                message = await self._receive()
            except Exception as error:  # the proxy has lost the client
                log.info("connection lost", extra=fields(error=type(error).__name__))
                message = {"type": "websocket.disconnect", "code": CloseCode.ABNORMAL_CLOSURE}
            if len(message.get("bytes") or message.get("text") or b"") > self._max_bytes:
                await self.close(CloseCode.MESSAGE_TOO_BIG)
            elif self._unread.qsize() >= MAX_UNREAD_MESSAGES:
                await self.close(CloseCode.POLICY_VIOLATION)
            else:
                self._unread.put_nowait(message)
            if message["type"] == "websocket.disconnect":
                return

    async def receive(self) -> Message:
        """The next message, for the application."""
        return await self._unread.get()

    async def send(self, message: Message) -> None:
        """Send a message of the application; raises OSError, as ASGI servers do, once the connection is closed."""
        if self._closed:
            raise OSError("the connection is closed")
        self._accepted |= message["type"] == "websocket.accept"
        self._closed |= message["type"] == "websocket.close"
        await self._send(message)

    async def close(self, code: int) -> None:
        """Close an accepted connection; the application receives the close instead of the unread messages."""
        if not self._accepted or self._closed:
            return
        self._closed = True
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self._unread.get_nowait()
        self._unread.put_nowait({"type": "websocket.disconnect", "code": code})
        await self._send({"type": "websocket.close", "code": code})
