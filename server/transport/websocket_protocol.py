"""uvicorn's WebSocket transport, for clients that do not read, do not stop, or do not keep to RFC 6455.

A socket is closed once its buffer has drained, and the buffer of a client that does not read never drains: closed
in the usual way it would hold memory, and its place among the connections, for as long as the client likes. And a
socket that is closed while bytes still arrive is reset, which takes the goodbye away before the client has read it: so
what comes after a goodbye is read and thrown away, for a while.
"""

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Any, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import PayloadTooBig
from websockets.http11 import Request

from server.live.observer import NullObserver, Observer
from server.logs import fields
from server.transport.drain import Drain
from server.transport.frame_parser import FloodError, FrameParser
from server.transport.raw_response import refusal

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent

log = logging.getLogger(__name__)

# Where the ASGI scope offers `cut`; the application may find it missing under another server.
CUT = "emojify.cut"

# Bytes of unread answers, some hundred, for which the kernel and the transport each make room. They grow to
# megabytes on their own, and answers that have waited that long are of no use to anybody.
ROOM = 32 * 1024

# Seconds that a connection which was cut has to take the goodbye, in case it only paused.
LINGER = 2.0
# Seconds for which is read what a client still sends after its goodbye for a broken rule.
DRAIN_SECONDS = 5.0
# Seconds that a client has to answer a goodbye of the ordinary kind.
FAREWELL = 10.0
# Bytes that are looked at in one go. One read may hold 40,000 messages of no bytes, or as many pings: those behind the
# first wait unread until the application has taken it, and nobody else waits for more than some milliseconds. Smaller
# would cost more: a frame of 30 kB takes 5 us longer than in one go, at half the size 9 (lab/bench/transport.py).
SLICE = 8192


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket connection."""

    observer: Observer = NullObserver()
    control_rate = 100.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn makes it, with a parser that counts."""
        super().__init__(config, server_state, app_state, _loop)
        self.conn = FrameParser(
            config.ws_max_size, self.control_rate, lambda: self.transport.get_write_buffer_size() < ROOM
        )
        self._unread = b""
        self._drain: Drain | None = None
        self._last: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin the application's part of the handshake, with little room for unread answers, and offer `cut`."""
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        self.transport.set_write_buffer_limits(high=ROOM)
        super().handle_connect(event)
        if not self.close_sent:  # the handshake was in order: its scope has been made and its task not yet run
            cast(dict[str, Any], self.scope["extensions"])[CUT] = {"call": self.cut}

    def data_received(self, data: bytes) -> None:
        """Look at what came, until there is a message for the application."""
        if self._drain is not None:
            self._drain.take(len(data))
            return
        if self._unread:
            data, self._unread = self._unread + data, b""
        for at in range(0, len(data), SLICE):
            if self.read_paused:
                self._unread = data[at:]
                return
            super().data_received(data[at : at + SLICE])
            if self._drain or self.transport.is_closing():
                return
        if not self.handshake_initiated:
            self._refuse_handshake()

    async def receive(self) -> "ASGIReceiveEvent":
        """The next message for the application; reads on when it has taken all of them."""
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            if self._unread and not self.close_sent:
                data, self._unread = self._unread, b""
                self.data_received(data)
            if not self.read_paused and not self.transport.is_closing():
                self.transport.resume_reading()
        return message

    def send_receive_event_to_app(self) -> None:
        """A message is complete; text that is no UTF-8 ends the connection with 1007 (RFC 6455, 8.1)."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError as error:
                self.frames = []
                self.conn.fail(1007, f"text that is no UTF-8: {error.reason}")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """A rule was broken: say which, and throw away what still comes until the client has heard it."""
        if self.close_sent:  # it has had its goodbye
            self.transport.abort()
            return
        fault, close = self.conn.parser_exc, self.conn.close_sent
        code = close.code if close else 1006
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": close.reason if close else ""})
        if isinstance(fault, FloodError):
            self.observer.limited("control_rate")
        if isinstance(fault, PayloadTooBig):
            self.observer.limited("frame_bytes")
        log.info("broke a rule", extra=fields(code=code, reason=close.reason if close else ""))
        self._throw_away()

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
        self._end_within(LINGER)

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The application is done with it; whatever the client does, the connection does not stay for long."""
        super().on_task_complete(task)
        if not self.disconnected:
            self._end_within(FAREWELL)

    def connection_lost(self, exc: Exception | None) -> None:
        """The network connection is gone; without a goodbye that is 1006 (RFC 6455, 7.1.5), not uvicorn's 1005."""
        if self.handshake_complete and not self.close_sent and self.conn.close_rcvd is None:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1006, "reason": ""})
        if self._last is not None:
            self._last.cancel()
        if self._drain is not None:
            self._drain.stop()
        self._unread = b""
        super().connection_lost(exc)

    def _throw_away(self) -> None:
        self.stop_keepalive()
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._unread = b""
        if self.transport.can_write_eof():  # not under TLS: there the client hears of the end a little later
            self.transport.write_eof()
        self.read_paused = False
        self._drain = Drain(self.transport, self.loop)
        self.close_timer = self.loop.call_later(DRAIN_SECONDS, self.transport.abort)

    def _refuse_handshake(self) -> None:
        """Headers that the HTTP parser took and the WebSocket one does not: too many, or a line too long."""
        if self.conn.handshake_exc is not None and not self.transport.is_closing():
            self.handshake_complete = self.close_sent = True
            self.observer.limited("header_bytes")
            self.transport.write(refusal(431, "The headers of this handshake are too many, or one of them too long."))
            self.transport.close()

    def _end_within(self, seconds: float) -> None:
        if self._last is not None:
            self._last.cancel()
        self._last = self.loop.call_later(seconds, self.transport.abort)
