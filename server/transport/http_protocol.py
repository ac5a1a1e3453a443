"""uvicorn's HTTP transport, with bounds on what a client may hold open or leave unfinished.

uvicorn by itself waits for ever for the rest of a request, takes headers of any length, and counts no connections
(`limit_concurrency` counts WebSockets too, and makes a full server answer 503 to its own page).
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from server.live.observer import Limit, NullObserver, Observer
from server.logs import fields
from server.transport.raw_response import refusal

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

log = logging.getLogger(__name__)

# Requests that a client may send before the first of them is answered. No browser sends a second; uvicorn itself would
# take any number, some kB of memory each.
PIPELINED = 16


class HttpConnections:
    """The HTTP connections that are open: those that became WebSockets have left."""

    def __init__(self, most: int) -> None:
        """Hold at most `most`."""
        self.most = most
        self.inside: dict[HttpProtocol, None] = {}  # in the order in which they came

    def enter(self, connection: "HttpProtocol") -> None:
        """Take a place; where there is none, the connection goes that has been without a whole request for longest."""
        self.inside[connection] = None
        if len(self.inside) > self.most:
            next((each for each in self.inside if each.is_waiting), connection).give_way()

    def leave(self, connection: "HttpProtocol") -> None:
        """Give the place back."""
        self.inside.pop(connection, None)


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection."""

    observer: Observer = NullObserver()
    lobby = HttpConnections(512)
    header_bytes = 16384
    request_timeout = 20.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn makes it."""
        super().__init__(config, server_state, app_state, _loop)
        self._clock: asyncio.TimerHandle | None = None
        self._head = self._names = 0  # bytes of headers: those that came, and those that were understood
        self._in_head, self._refused = True, False
        self._running: RequestResponseCycle | None = None
        self.is_waiting = True  # without a whole request; an answer is being made otherwise

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, and expect a request."""
        super().connection_made(transport)
        self._start_clock()
        self.lobby.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._stop_clock()
        self.lobby.leave(self)
        self.pipeline.clear()
        if self._running is not None:  # uvicorn tells the request that came last, which may not be the one in work
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; headers that are too long are refused before there is a request."""
        if self._refused:
            return
        if self.is_waiting and self._clock is None:
            self._start_clock()
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > self.header_bytes:
            self._refuse_headers()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the WebSocket transport."""
        if self._refused:
            return
        self._stop_clock()
        self.lobby.leave(self)
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._names = True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header is complete."""
        self._names += len(name) + len(value) + 4
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The headers are; those that came in one piece with a body are measured here."""
        self._in_head, self._head = False, 0
        if self._names + len(self.url) > self.header_bytes:
            self._refuse_headers()
        if len(self.pipeline) >= PIPELINED and not self._refused:
            self._refused = True
            log.info("refused", extra=fields(reason="too many requests before the first answer"))
            self.transport.abort()
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body has come."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request is there."""
        self._in_head = True
        if not self._refused:
            self.is_waiting = False
            if not self.flow.write_paused:
                self._stop_clock()
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request may come; until it begins, uvicorn's keep-alive timer runs."""
        self.is_waiting = not self.pipeline
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """There was no next request, or the answer is still not taken."""
        if self.transport.get_write_buffer_size():
            self._start_clock()
        else:
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        """The client does not take its answer as fast as it is made."""
        super().pause_writing()
        self._start_clock()

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        if not self.is_waiting:
            self._stop_clock()

    def give_way(self) -> None:
        """Leave the place to another connection."""
        text = f"All {self.lobby.most} connections (--http-connections) are in use; try again."
        self._refuse("http_connections", 503, text, "Retry-After: 1\r\n")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: "ASGI3Application") -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _start_clock(self) -> None:
        self._stop_clock()
        self._clock = self.loop.call_later(self.request_timeout, self._time_is_up)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _time_is_up(self) -> None:
        text = f"The request was not complete within {self.request_timeout:g} s (--request-timeout)."
        self._refuse("request_timeout", 408, text)

    def _refuse_headers(self) -> None:
        text = f"The headers have more than {self.header_bytes} bytes (--header-bytes)."
        self._refuse("header_bytes", 431, text)

    def _refuse(self, limit: Limit, status: int, text: str, headers: str = "") -> None:
        """Say why, unless an answer has begun, and end the connection whether the client reads that or not."""
        if self._refused:
            return
        self._refused = True
        self._stop_clock()
        self.lobby.leave(self)
        self.observer.limited(limit)
        log.info("refused", extra=fields(limit=limit, status=status))
        idle = self.cycle is None or self.cycle.response_complete
        if not idle or self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        if self.cycle is None or self._head:  # what nobody asked for would be taken for the answer to the next request
            self.transport.write(refusal(status, text, headers))
        self.transport.close()
        self.loop.call_later(1.0, self.transport.abort)
