"""What our uvicorn transport does for sockets, for a server that is not ours: Ray's proxy reads on without end.

It hands over messages of any size up to 16 MB, and as fast as a client sends them, whether the session reads or
not. So this reads ahead itself, and ends a connection that has too much waiting. And it can say goodbye to all.
"""

import asyncio
import contextlib
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from websockets.frames import CloseCode

log = logging.getLogger(__name__)

# Messages of one client that may wait to be read. With two credits no client has more than a few on the way; each may
# have `frame_bytes`, so more of them would let one client hold a replica's memory.
UNREAD_MESSAGES = 32


class WebSocketLimits:
    """An ASGI application around another: passes on everything but what its WebSockets have too much of."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        """Protect `app` from messages of more than `most_bytes`."""
        self._app, self._most_bytes = app, most_bytes
        self._open: set[_Socket] = set()
        self.leaving = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        socket = _Socket(receive, send, self._most_bytes)
        self._open.add(socket)
        reading = asyncio.create_task(socket.read_ahead())
        try:
            await self._app(scope, socket.receive, self._farewell(socket) if self.leaving else socket.send)
        finally:
            reading.cancel()
            self._open.discard(socket)

    async def leave(self) -> None:
        """Tell every client, and each that still comes, to go to another server (1012)."""
        self.leaving = True
        for socket in list(self._open):
            await socket.close(CloseCode.SERVICE_RESTART)

    def _farewell(self, socket: "_Socket") -> Send:
        async def send(message: Message) -> None:
            await socket.send(message)
            await socket.close(CloseCode.SERVICE_RESTART)

        return send


class _Socket:
    """One connection: what came and was not yet read, and whether it was closed from here."""

    def __init__(self, receive: Receive, send: Send, most_bytes: int) -> None:
        self._receive, self._send, self._most_bytes = receive, send, most_bytes
        self._unread: asyncio.Queue[Message] = asyncio.Queue()
        self._accepted = self._closed = False

    async def read_ahead(self) -> None:
        """Take over what comes, until the client leaves or sends too much."""
        while not self._closed:
            try:
                message = await self._receive()
            except Exception as error:  # whatever stands between us and the client is gone
                log.info("a connection was lost: %s", type(error).__name__)
                message = {"type": "websocket.disconnect", "code": CloseCode.ABNORMAL_CLOSURE}
            if len(message.get("bytes") or message.get("text") or b"") > self._most_bytes:
                await self.close(CloseCode.MESSAGE_TOO_BIG)
            elif self._unread.qsize() >= UNREAD_MESSAGES:
                await self.close(CloseCode.POLICY_VIOLATION)
            else:
                self._unread.put_nowait(message)
            if message["type"] == "websocket.disconnect":
                return

    async def receive(self) -> Message:
        """The next message for the application."""
        return await self._unread.get()

    async def send(self, message: Message) -> None:
        """Pass on a message of the application; raises OSError, as ASGI servers do, once the connection is closed."""
        if self._closed:
            raise OSError("the connection is closed")
        self._accepted |= message["type"] == "websocket.accept"
        self._closed |= message["type"] == "websocket.close"
        await self._send(message)

    async def close(self, code: int) -> None:
        """End an accepted connection; the application sees it end, and nothing of what was still unread."""
        if not self._accepted or self._closed:
            return
        self._closed = True
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self._unread.get_nowait()
        self._unread.put_nowait({"type": "websocket.disconnect", "code": code})
        await self._send({"type": "websocket.close", "code": code})
