"""`/ws`: admits connections and joins Starlette's WebSocket to a session."""

import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.live.scheduler import Scheduler
from server.live.session import TRY_AGAIN_LATER, Offer, Session, refuse


class StarletteChannel:
    """A Starlette WebSocket as a session's `Channel`."""

    def __init__(self, socket: WebSocket) -> None:
        """Wrap an accepted socket."""
        self._socket = socket

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client is gone."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
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
        """Say goodbye, if there still is somebody."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            await self._socket.close(code)


class Door:
    """Counts the connections and turns away those that are too many."""

    def __init__(self, scheduler: Scheduler, offer: Offer, most: int) -> None:
        """Admit at most `most` connections at once."""
        self._scheduler, self._offer, self._most = scheduler, offer, most
        self.open = 0

    async def enter(self, socket: WebSocket) -> None:
        """Accept a socket and serve it to its end."""
        await socket.accept()
        channel = StarletteChannel(socket)
        if self.open >= self._most:
            text = f"The server is full: it has {self._most} connections. Try again in a minute."
            with contextlib.suppress(ConnectionError):
                await refuse(channel, "full", text, TRY_AGAIN_LATER)
            return
        self.open += 1
        try:
            await Session(channel, self._scheduler, self._offer).run()
        finally:
            self.open -= 1
