"""uvicorn's WebSocket protocol, with limits for clients that do not read, send too much or break RFC 6455.

uvicorn closes a connection once its write buffer is empty. The buffer of a client that does not read never empties, so
here every close ends in an abort after some seconds.
"""

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Any, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import PayloadTooBig
from websockets.frames import CloseCode

from server.live.channel import ABORT
from server.live.observer import NullObserver, Observer
from server.logs import fields
from server.transport.drain import Drain
from server.transport.frame_parser import FloodError, FrameParser
from server.transport.raw_response import plain_response

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent

log = logging.getLogger(__name__)

# Bytes of the kernel's send buffer and of the transport's write buffer: some hundred answers each. By default they grow
# to megabytes, and answers that have waited so long are useless.
WRITE_BUFFER_BYTES = 32 * 1024
# Bytes that are parsed at once. One read may contain 40,000 empty messages or pings; those behind the first message
# stay unparsed until the application has taken it, so other connections wait for some milliseconds at most. A camera
# frame of 30 kB costs 5 us more in 8 kB slices than in one piece, 9 us more in 4 kB slices (lab/bench/transport.py).
SLICE_BYTES = 8192

# Seconds that a client which does not read has to take the close frame, in case it only paused.
ABORT_S = 2.0
# Seconds for which data is read and discarded after a violation of the protocol.
DRAIN_S = 5.0
# Seconds that a client has to answer an ordinary close frame.
CLOSE_S = 10.0


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
        """Same arguments as uvicorn's own protocol. The application finds `abort` in the scope's state."""
        super().__init__(config, server_state, {**app_state, ABORT: self.abort}, _loop)
        self.conn = FrameParser(
            config.ws_max_size,
            self.control_rate,
            lambda: self.transport.get_write_buffer_size() < WRITE_BUFFER_BYTES,
        )
        self._unparsed = b""
        self._drain: Drain | None = None
        self._abort_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Limit the buffers for unread answers."""
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WRITE_BUFFER_BYTES)
        cast(asyncio.Transport, transport).set_write_buffer_limits(high=WRITE_BUFFER_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        """Report 1006 if there was no close frame (RFC 6455, section 7.1.5); uvicorn reports 1005."""
        if self.handshake_complete and not self.close_sent and self.conn.close_rcvd is None:
            self._disconnect(CloseCode.ABNORMAL_CLOSURE)
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        if self._drain is not None:
            self._drain.stop()
        self._unparsed = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse data until there is a message for the application."""
        if self._drain is not None:
            self._drain.discard(len(data))
            return
        data, self._unparsed = self._unparsed + data, b""
        for start in range(0, len(data), SLICE_BYTES):
            if self.read_paused:
                self._unparsed = data[start:]
                return
            super().data_received(data[start : start + SLICE_BYTES])
            if self._drain is not None or self.transport.is_closing():
                return
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            self._refuse_handshake()

    async def receive(self) -> "ASGIReceiveEvent":
        """The next message. When the application has taken all of them, continue parsing."""
        message = await super().receive()
        if self._unparsed and not self.read_paused:
            self.data_received(b"")
        return message

    def send_receive_event_to_app(self) -> None:
        """A message is complete. Invalid UTF-8 closes the connection with 1007; uvicorn would log a traceback too."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError as error:
                self.frames = []
                self.conn.fail(CloseCode.INVALID_DATA, f"text that is not valid UTF-8: {error.reason}")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Protocol violation: the close frame has the reason. Discard what arrives until the client has read it."""
        if self.close_sent:
            self.transport.abort()
            return
        error, close = self.conn.parser_exc, self.conn.close_sent
        code, reason = (close.code, close.reason) if close else (int(CloseCode.ABNORMAL_CLOSURE), "")
        if isinstance(error, FloodError):
            self.observer.limited("control_rate")
        if isinstance(error, PayloadTooBig):
            self.observer.limited("frame_bytes")
        log.info("protocol violation", extra=fields(code=code, reason=reason))
        self._close_and_drain(code, reason, DRAIN_S)

    def abort(self, code: int) -> None:
        """Close without waiting for the client to read. Returns at once; further calls do nothing."""
        if not self.close_sent and not self.transport.is_closing():
            self.conn.send_close(code)
            self._close_and_drain(code, "", ABORT_S)

    def keepalive_timeout(self) -> None:
        """A ping was not answered: close the connection."""
        super().keepalive_timeout()
        self._abort_after(ABORT_S)

    async def run_asgi(self) -> None:
        """Run the application. uvicorn would log an error when it refuses a handshake with an HTTP response."""
        app = self.app

        async def run(scope: Any, receive: Any, send: Any) -> None:
            await app(scope, receive, send)
            self.handshake_complete = self.handshake_complete or self.initial_response is not None

        self.app = run
        await super().run_asgi()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The application has finished: the connection ends soon, whatever the client does."""
        super().on_task_complete(task)
        if not self.disconnected:
            self._abort_after(CLOSE_S)

    def _close_and_drain(self, code: int, reason: str, seconds: float) -> None:
        """Send the close frame, discard what arrives, and abort after `seconds` unless the client closes before."""
        self.stop_keepalive()
        self._disconnect(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._unparsed = b""
        if self.transport.can_write_eof():  # TLS clients see EOF only when the connection is aborted
            self.transport.write_eof()
        self.read_paused = False
        self._drain = Drain(self.transport, self.loop)
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)

    def _disconnect(self, code: int, reason: str = "") -> None:
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})

    def _refuse_handshake(self) -> None:
        """Refuse headers that the HTTP parser accepted and websockets does not: more than 128, or over 8 kB each."""
        if not self.transport.is_closing():
            self.handshake_complete = self.close_sent = True
            self.observer.limited("header_bytes")
            text = "The handshake has more than 128 headers, or one of more than 8 kB."
            self.transport.write(plain_response(431, text))
            self.transport.close()

    def _abort_after(self, seconds: float) -> None:
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        self._abort_timer = self.loop.call_later(seconds, self.transport.abort)
