"""A Starlette WebSocket as a connection's `Channel`."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.frames import CloseCode

from server.live.channel import ABORT


class WebSocketChannel:
    """An accepted WebSocket. `code` is its close code once it has ended, else None."""

    def __init__(self, websocket: WebSocket) -> None:
        """Wrap an accepted WebSocket."""
        self._websocket = websocket
        self.code: int | None = None

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client has disconnected."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            self._set_code(message.get("code", CloseCode.ABNORMAL_CLOSURE))
            return None
        data: bytes | None = message.get("bytes")
        return data if data is not None else str(message.get("text", ""))

    async def send(self, text: str) -> None:
        """Send one text message; raises ConnectionError when the client has disconnected."""
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError("the client has disconnected") from error

    async def close(self, code: int) -> None:
        """Send a close frame if the client is still connected; waits for room in the send buffer."""
        if self._websocket.application_state is WebSocketState.CONNECTED:
            self._set_code(code)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._websocket.close(code)

    async def abort(self, code: int) -> None:
        """Close the connection of a client that does not read."""
        abort = self._websocket.scope.get("state", {}).get(ABORT)
        if abort is not None:
            self._set_code(code)
            abort(code)
        else:  # stock uvicorn: close() waits until the client reads
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.close(code)

    async def close_code(self) -> int:
        """The close code of a connection that has ended; waits up to 1 s for one that has not been received yet."""
        if self.code is None:
            with contextlib.suppress(TimeoutError, RuntimeError):
                async with asyncio.timeout(1.0):
                    while await self.receive() is not None:
                        pass
        return self.code or CloseCode.ABNORMAL_CLOSURE

    def _set_code(self, code: int) -> None:
        if self.code is None:
            self.code = code
