"""Creates the uvicorn server: with server/transport if it is there and fits the installed versions, else without it.

The only importer of server/transport in the product.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

import uvicorn

from server.live.observer import Observer
from server.settings import Settings

# Seconds that WebSockets have to finish the frames in progress, and that HTTP requests then have.
CLOSE_S, HTTP_S = 5.0, 2

LOST = (
    "Not enforced: --http-connections, --header-bytes, --request-timeout, --control-rate. Connections of clients that "
    "do not read are closed late."
)


class PlainServer(uvicorn.Server):
    """uvicorn's server. Closes the WebSockets with 1012 before it shuts down; uses public methods of uvicorn only."""

    def __init__(self, config: uvicorn.Config, close_all: Callable[[], Awaitable[None]]) -> None:
        """`close_all` closes all WebSockets and returns when they are closed."""
        super().__init__(config)
        self._close_all = close_all

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start the shutdown. uvicorn would raise the signal again afterwards, and the exit code would not be 0."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the WebSockets, then everything else."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._close_all(), CLOSE_S)
        await super().shutdown(sockets)


def make_server(
    app: Any, settings: Settings, observer: Observer, close_all: Callable[[], Awaitable[None]], **options: Any
) -> uvicorn.Server:
    """The server for an application; warns on standard error when it has to do without server/transport.

    Args:
        app: the ASGI application.
        settings: the limits.
        observer: is told which limits are reached.
        close_all: closes all WebSockets and returns when they are closed.
        options: further arguments of `uvicorn.Config`.
    """
    options["timeout_graceful_shutdown"] = HTTP_S
    if reason := transport_problem():
        print(f"warning: server/transport is not used: {reason}. {LOST}", file=sys.stderr, flush=True)
        return PlainServer(uvicorn.Config(app, **options), close_all)
    from server.transport.factory import http_protocol, websocket_protocol
    from server.transport.server import Server

    http, ws = http_protocol(settings, observer), websocket_protocol(settings, observer)
    return Server(uvicorn.Config(app, http=http, ws=ws, **options), close_all)


def transport_problem() -> str | None:
    """Why server/transport cannot be used; None if it can."""
    try:
        from server.transport import compatibility, factory, server  # noqa: F401  # all that make_server imports
    except (ImportError, AttributeError, TypeError) as error:  # the folder, or a name in uvicorn or websockets
        return str(error)
    return compatibility.problem()
