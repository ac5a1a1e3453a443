"""The limits of sockets behind a server that is not ours, against a real application without any server."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.http.websocket_limits import MAX_UNREAD_MESSAGES, WebSocketLimits

LIMIT = 1000


class Wire:
    """A client's end of one connection to an application."""

    def __init__(self, app: WebSocketLimits) -> None:
        """Open it."""
        self._up: asyncio.Queue[Message | Exception] = asyncio.Queue()
        self.down: asyncio.Queue[Message] = asyncio.Queue()
        self._up.put_nowait({"type": "websocket.connect"})
        scope: dict[str, Any] = {"type": "websocket", "path": "/", "headers": [], "subprotocols": []}
        self.served = asyncio.ensure_future(app(scope, self._receive, self.down.put))

    def send(self, data: bytes) -> None:
        """Send a message."""
        self._up.put_nowait({"type": "websocket.receive", "bytes": data})

    def leave(self, code: int) -> None:
        """Close the connection with this code."""
        self._up.put_nowait({"type": "websocket.disconnect", "code": code})

    def lose(self, error: Exception) -> None:
        """Let the server's `receive` raise this error."""
        self._up.put_nowait(error)

    async def receive(self) -> Message:
        """The next message from the application; waits up to 10 s."""
        return await asyncio.wait_for(self.down.get(), 10)

    async def _receive(self) -> Message:
        message = await self._up.get()
        if isinstance(message, Exception):
            raise message
        return message


class Echo:
    """Says everything back, when it is let; keeps the code with which each connection ended."""

    def __init__(self) -> None:
        """Read at once."""
        self.codes: list[int] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.app = WebSocketLimits(Starlette(routes=[WebSocketRoute("/", self._serve)]), LIMIT)

    async def _serve(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await self.reads.wait()
                await socket.send_bytes(await socket.receive_bytes())
        except WebSocketDisconnect as end:
            self.codes.append(end.code)


async def opened(echo: Echo) -> Wire:
    """A connection that was accepted."""
    wire = Wire(echo.app)
    assert (await wire.receive())["type"] == "websocket.accept"
    return wire


async def ended(wire: Wire) -> int:
    """The code of the goodbye; the application must have ended too."""
    message = await wire.receive()
    assert message["type"] == "websocket.close", message
    await asyncio.wait_for(wire.served, 10)
    assert wire.down.empty(), "nothing may follow a goodbye"
    return int(message["code"])


def test_messages_up_to_the_limit_pass_and_a_longer_one_ends_the_connection() -> None:
    async def check() -> None:
        echo = Echo()
        wire = await opened(echo)
        wire.send(bytes(LIMIT))
        assert len((await wire.receive())["bytes"]) == LIMIT
        wire.send(bytes(LIMIT + 1))
        assert await ended(wire) == 1009 and echo.codes == [1009]

    asyncio.run(check())


def test_a_client_that_sends_faster_than_it_is_read_is_cut() -> None:
    async def check() -> None:
        echo = Echo()
        wire = await opened(echo)
        echo.reads.clear()
        for _ in range(MAX_UNREAD_MESSAGES + 2):  # one of them is on its way to the application
            wire.send(b"x")
        message = await wire.receive()
        assert (message["type"], message["code"]) == ("websocket.close", 1008)
        echo.reads.set()
        await asyncio.wait_for(wire.served, 10)
        assert echo.codes in ([1008], [1006])

    asyncio.run(check())


def test_all_are_told_to_come_again_and_so_is_who_comes_late() -> None:
    async def check() -> None:
        echo = Echo()
        wires = [await opened(echo) for _ in range(3)]
        await echo.app.close_all()
        assert [await ended(wire) for wire in wires] == [1012] * 3 and echo.codes == [1012] * 3
        assert await ended(await opened(echo)) == 1012

    asyncio.run(check())


def test_the_application_sees_the_close_code_of_a_client_that_leaves() -> None:
    async def check() -> None:
        echo = Echo()
        wire = await opened(echo)
        wire.leave(1001)
        await asyncio.wait_for(wire.served, 10)
        assert echo.codes == [1001]

    asyncio.run(check())


def test_the_application_sees_1006_when_the_connection_is_lost() -> None:
    """A server in front raises from `receive` when its proxy dies."""

    async def check() -> None:
        echo = Echo()
        wire = await opened(echo)
        wire.lose(ConnectionError("the proxy died"))
        await asyncio.wait_for(wire.served, 10)
        assert echo.codes == [1006]

    asyncio.run(check())


@pytest.mark.parametrize("kind", ["http", "lifespan"])
def test_everything_else_passes_untouched(kind: str) -> None:
    seen: list[tuple[Any, ...]] = []

    async def app(*arguments: Any) -> None:
        seen.append(arguments)

    asyncio.run(WebSocketLimits(app, LIMIT)({"type": kind}, "receive", "send"))  # type: ignore[arg-type]
    assert seen == [({"type": kind}, "receive", "send")]
