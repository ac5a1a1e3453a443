"""How the server ends: no new connections, answers to what is in work, a goodbye to everybody, and then out."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

from server.logs import fields

log = logging.getLogger(__name__)

# Seconds from the signal, after which each next step no longer waits. The first is for frames in service and answers
# not yet taken, the second for clients to answer the goodbye, the third for requests over HTTP.
FAREWELL, GOODBYE, GRACE = 5.0, 1.0, 2
# Seconds after which the process ends whatever still runs: supervisors kill after ten.
LAST = 9.0


class Server(uvicorn.Server):
    """uvicorn's server with an orderly end, the same for SIGTERM and Ctrl-C, which a second signal does not hurry."""

    def __init__(self, config: uvicorn.Config, close_all: Callable[[], Awaitable[None]]) -> None:
        """`close_all` says goodbye to all WebSockets and returns when they are gone."""
        super().__init__(config)
        self._see_out = close_all
        self._end: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end. The signal is not raised again afterwards, as uvicorn would: to be told is no failure."""
        if not self.should_exit:
            self.should_exit = True
            self._bound()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, finish, say goodbye, wait a little, leave."""
        self._bound()
        log.info("ends", extra=fields(connections=len(self.server_state.connections)))
        for listening in self.servers:
            listening.close()
        try:
            await asyncio.wait_for(self._see_out(), FAREWELL)
        except TimeoutError:
            log.warning("clients did not take their goodbye")
        for _ in range(int(GOODBYE / 0.02)):
            if not self.server_state.connections:
                break
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)

    def _bound(self) -> None:
        if self._end is None:
            self._end = threading.Timer(LAST, give_up)
            self._end.daemon = True
            self._end.start()


def give_up() -> None:
    """End the process at once."""
    log.error("could not end in time", extra=fields(seconds=LAST))
    os._exit(1)
