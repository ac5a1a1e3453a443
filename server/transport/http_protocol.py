"""uvicorn's HTTP protocol, with limits on what a client may hold open or leave unfinished.

uvicorn waits without a time limit for the rest of a request, accepts headers of any length and does not limit the
number of connections. (Its `limit_concurrency` counts WebSockets too, and then answers 503 to the page itself.)
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from server.live.observer import Limit, NullObserver, Observer
from server.logs import fields
from server.transport.raw_response import plain_response

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

log = logging.getLogger(__name__)

# Requests that may wait on one connection for the answer to the one before them. Browsers send none before the answer;
# uvicorn accepts any number, at some kB of memory each.
MAX_PIPELINED = 16
# Seconds that a refused client has to read the reason.
REFUSAL_S = 1.0


class HttpConnections:
    """The open HTTP connections. A connection that becomes a WebSocket is removed."""

    def __init__(self, maximum: int) -> None:
        """Allow `maximum` at once."""
        self.maximum = maximum
        self._open: dict[HttpProtocol, None] = {}  # in order of arrival

    def add(self, connection: "HttpProtocol") -> None:
        """Add a connection. Above the maximum, close the one that has gone without a whole request for longest."""
        self._open[connection] = None
        if len(self._open) > self.maximum:
            next((each for each in self._open if each.is_waiting), connection).close_for_another()

    def remove(self, connection: "HttpProtocol") -> None:
        """Remove a connection; does nothing if it was removed before."""
        self._open.pop(connection, None)


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection."""

    observer: Observer = NullObserver()
    open_connections = HttpConnections(512)
    header_bytes = 16384
    request_timeout = 20.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Same arguments as uvicorn's own protocol."""
        super().__init__(config, server_state, app_state, _loop)
        self.is_waiting = True  # for a whole request; False while a response is being made
        self._timer: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = self._parsed_bytes = 0  # of the headers: received, and parsed
        self._refused = False
        self._running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection and wait for a request."""
        super().connection_made(transport)
        self._start_timer()
        self.open_connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting the connection."""
        self._stop_timer()
        self.open_connections.remove(self)
        if self._running is not None:  # uvicorn informs the request that came last, not the one that is being answered
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the WebSocket protocol."""
        if not self._refused:
            self._stop_timer()
            self.open_connections.remove(self)
            super().handle_websocket_upgrade()

    def _should_upgrade(self) -> bool:
        """Whether the request is a handshake. HTTP/1.0, which nginx uses by default, has none (RFC 9110, 7.8)."""
        return super()._should_upgrade() and self.parser.get_http_version() != "1.0"

    def _unsupported_upgrade_warning(self) -> None:
        """Such a request is answered like any other; uvicorn would log two lines for each."""

    def data_received(self, data: bytes) -> None:
        """Parse data. Headers that are too long are refused before they are complete."""
        if self._refused:
            return
        if self.is_waiting and self._timer is None:
            self._start_timer()
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.header_bytes:
            self._refuse_headers()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._parsed_bytes = True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header is complete."""
        self._parsed_bytes += len(name) + len(value) + len(": \r\n")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """All headers are complete. If they came with a body in one piece, only the parser can tell their length."""
        self._in_head, self._head_bytes = False, 0
        if self._parsed_bytes + len(self.url) > self.header_bytes:
            self._refuse_headers()
        if len(self.pipeline) >= MAX_PIPELINED and not self._refused:
            self._refused = True
            log.info("refused", extra=fields(reason="too many requests before the first answer"))
            self.transport.abort()
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a part of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete: its time limit ends."""
        self._in_head = True
        if not self._refused:
            self.is_waiting = False
            if not self.flow.write_paused:
                self._stop_timer()
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The response is complete. Until the next request begins, uvicorn's keep-alive timer runs."""
        self.is_waiting = not self.pipeline
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """No further request has begun. A client that still reads the last response has the time of a request."""
        if self.transport.get_write_buffer_size():
            self._start_timer()
        else:
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        """The client reads its response too slowly: limit the time."""
        super().pause_writing()
        self._start_timer()

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        if not self.is_waiting:
            self._stop_timer()

    def close_for_another(self) -> None:
        """Make room for another connection."""
        text = f"All {self.open_connections.maximum} connections (--http-connections) are in use; try again."
        self._refuse("http_connections", 503, text, "Retry-After: 1\r\n")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: "ASGI3Application") -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _start_timer(self) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(self.request_timeout, self._time_out)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_out(self) -> None:
        text = f"The request was not complete within {self.request_timeout:g} s (--request-timeout)."
        self._refuse("request_timeout", 408, text)

    def _refuse_headers(self) -> None:
        text = f"The headers have more than {self.header_bytes} bytes (--header-bytes)."
        self._refuse("header_bytes", 431, text)

    def _refuse(self, limit: Limit, status: int, text: str, headers: str = "") -> None:
        """Send the reason, unless a response has begun, and close the connection whether the client reads or not."""
        if self._refused:
            return
        self._refused = True
        self._stop_timer()
        self.open_connections.remove(self)
        self.observer.limited(limit)
        log.info("refused", extra=fields(limit=limit, status=status))
        is_idle = self.cycle is None or self.cycle.response_complete
        if not is_idle or self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        # Between two requests a client would take an unexpected response for the answer to its next request.
        if self.cycle is None or self._head_bytes:
            self.transport.write(plain_response(status, text, headers))
        self.transport.close()
        self.loop.call_later(REFUSAL_S, self.transport.abort)
