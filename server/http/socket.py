"""`/ws`: admits connections and joins Starlette's WebSocket to a session."""

import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.http.transport import CUT
from server.live.observer import Observer
from server.live.scheduler import Scheduler
from server.live.session import TRY_AGAIN_LATER, Offer, Session, refuse

# Close code of a connection that ended without one (RFC 6455, 7.1.5).
NO_GOODBYE = 1006


class StarletteChannel:
    """A Starlette WebSocket as a session's `Channel`. `code` is its close code once it has ended, else None."""

    def __init__(self, socket: WebSocket) -> None:
        """Wrap an accepted socket."""
        self._socket = socket
        self.code: int | None = None

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client is gone."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            self._ended(message.get("code", NO_GOODBYE))
            return None
        data: bytes | None = message.get("bytes")
        return data if data is not None else str(message.get("text", ""))

    async def send(self, text: str) -> None:
        """Send one text message; raises ConnectionError when the client is gone."""
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError("the client is gone") from error

    async def close(self, code: int) -> None:
        """Say goodbye, if there still is somebody; waits for room to say it."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            self._ended(code)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._socket.close(code)

    async def cut(self, code: int) -> None:
        """End the connection of a client that does not read."""
        cut = self._socket.scope.get("extensions", {}).get(CUT)
        if cut is None:
            await self.close(code)
        else:
            self._ended(code)
            cut["call"](code)

    def _ended(self, code: int) -> None:
        if self.code is None:
            self.code = code


class Door:
    """Counts the connections and turns away those that are too many."""

    def __init__(self, scheduler: Scheduler, offer: Offer, most: int, observer: Observer) -> None:
        """Admit at most `most` connections at once; `observer` is told of all that happens to them."""
        self._scheduler, self._offer, self._most, self._observer = scheduler, offer, most, observer
        self.open = 0

    async def enter(self, socket: WebSocket) -> None:
        """Accept a socket and serve it to its end."""
        await socket.accept()
        channel = StarletteChannel(socket)
        if self.open >= self._most:
            await self._turn_away(channel)
            return
        self.open += 1
        self._observer.opened()
        try:
            await Session(channel, self._scheduler, self._offer, self._observer).run()
        finally:
            self.open -= 1
            self._observer.closed(channel.code or NO_GOODBYE)

    async def _turn_away(self, channel: StarletteChannel) -> None:
        text = f"The server is full: it has {self._most} connections. Try again in a minute."
        self._observer.error("connection", "full")
        self._observer.refused(TRY_AGAIN_LATER)
        with contextlib.suppress(ConnectionError):
            await refuse(channel, "full", text, TRY_AGAIN_LATER)
