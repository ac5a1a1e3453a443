"""The order of shutdown: stop accepting, finish what is in progress, close all connections, exit."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import cast

import uvicorn

from server.logs import fields
from server.transport.https_redirect import https_redirect
from server.transport.tls_listener import TlsListener, can_peek

log = logging.getLogger(__name__)

# Seconds of each step: for the answers to frames in progress and for the close frames; for the clients' close frames.
# HTTP requests then have uvicorn's timeout_graceful_shutdown.
CLOSE_S, HANDSHAKE_S = 5.0, 1.0
# Seconds after which the process exits whatever is still running. Supervisors kill it after 10.
EXIT_S = 9.0


class Server(uvicorn.Server):
    """uvicorn's server with an orderly shutdown. SIGTERM and Ctrl-C do the same; a second signal changes nothing."""

    def __init__(self, config: uvicorn.Config, close_all: Callable[[], Awaitable[None]]) -> None:
        """`close_all` closes all WebSockets and returns when they are closed."""
        super().__init__(config)
        self._close_all = close_all
        self._exit_timer: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start the shutdown. uvicorn would raise the signal again afterwards, and the exit code would not be 0."""
        self.should_exit = True
        self._start_exit_timer()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen; with TLS, on listeners that redirect plain http to https."""
        if not (sockets and self.config.ssl and can_peek()):
            await super().startup(sockets)
            return
        await super().startup([])
        plain = uvicorn.Config(https_redirect, http=self.config.http, ws="none", log_config=None, server_header=False)
        plain.load()
        for each in sockets:
            each.listen(self.config.backlog)
            listener = TlsListener(each, self.config.ssl, self._factory(self.config), self._factory(plain))
            self.servers.append(cast(asyncio.Server, listener))
            listener.start()

    def _factory(self, config: uvicorn.Config) -> Callable[[], asyncio.Protocol]:
        # As uvicorn makes them; the application's lifespan has no state.
        return lambda: config.http_protocol_class(config, self.server_state, {})  # type: ignore[call-arg]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down; see the module for the order."""
        self._start_exit_timer()
        log.info("ends", extra=fields(connections=len(self.server_state.connections)))
        for listener in getattr(self, "servers", ()):
            listener.close()
        try:
            await asyncio.wait_for(self._close_all(), CLOSE_S)
        except TimeoutError:
            log.warning("not all clients read their close frame")
        for _ in range(int(HANDSHAKE_S / 0.02)):
            if not self.server_state.connections:
                break
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)

    def _start_exit_timer(self) -> None:
        if self._exit_timer is None:
            self._exit_timer = threading.Timer(EXIT_S, _exit_now)
            self._exit_timer.daemon = True
            self._exit_timer.start()


def _exit_now() -> None:
    log.error("the shutdown took too long", extra=fields(seconds=EXIT_S))
    os._exit(1)
