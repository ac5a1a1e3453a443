"""uvicorn's WebSocket transport, with an end for clients that do not read.

A socket is closed once its buffer has drained, and the buffer of a client that does not read never drains: closed
in the usual way it would hold memory, and its place among the connections, for as long as the client likes.
"""

import socket
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

# Where the ASGI scope offers `cut`; the application may find it missing under another server.
CUT = "emojify.cut"

# Bytes of unread answers, some hundred, for which the kernel and the transport each make room. They grow to
# megabytes on their own, and answers that have waited that long are of no use to anybody.
ROOM = 32 * 1024

# Seconds that a connection which was cut has to take the goodbye, in case it only paused.
LINGER = 2.0


class Transport(WebSocketsSansIOProtocol):
    """One WebSocket connection."""

    def handle_connect(self, event: Request) -> None:
        """Begin the application's part of the handshake, with little room for unread answers, and offer `cut`."""
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        self.transport.set_write_buffer_limits(high=ROOM)
        super().handle_connect(event)
        if not self.close_sent:  # the handshake was in order: its scope has been made and its task not yet run
            self.scope["extensions"][CUT] = {"call": self.cut}

    async def run_asgi(self) -> None:
        """Run the application. A refusal in its own words is an answer too; uvicorn would log an error for each."""
        app = self.app

        async def noting(scope: Any, receive: Any, send: Any) -> None:
            await app(scope, receive, send)
            self.handshake_complete = self.handshake_complete or self.initial_response is not None

        self.app = noting
        await super().run_asgi()

    def cut(self, code: int) -> None:
        """End the connection without waiting for room to say so; does not block, and may be called twice."""
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        # Read on, so that the answer to the goodbye is seen, and that what was sent meanwhile is thrown away.
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """A ping was not answered: close, and do not wait for ever for the buffer to drain."""
        super().keepalive_timeout()
        self.loop.call_later(LINGER, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The network connection is gone; without a goodbye that is 1006 (RFC 6455, 7.1.5), not uvicorn's 1005."""
        if self.handshake_complete and not self.close_sent and self.conn.close_rcvd is None:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1006, "reason": ""})
        super().connection_lost(exc)
