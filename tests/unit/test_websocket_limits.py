"""The limits on WebSockets for servers without server/transport, with a real application and no server."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.http.websocket_limits import MAX_UNREAD_MESSAGES, WebSocketLimits

LIMIT = 1000


class ClientEnd:
    """The client's end of a connection to an application."""

    def __init__(self, app: WebSocketLimits) -> None:
        """Open the connection."""
        self._up: asyncio.Queue[Message | Exception] = asyncio.Queue()
        self.down: asyncio.Queue[Message] = asyncio.Queue()
        self._up.put_nowait({"type": "websocket.connect"})
        scope: dict[str, Any] = {"type": "websocket", "path": "/", "headers": [], "subprotocols": []}
        self.served = asyncio.ensure_future(app(scope, self._receive, self.down.put))

    def send(self, data: bytes) -> None:
        """Send a message."""
        self._up.put_nowait({"type": "websocket.receive", "bytes": data})

    def close(self, code: int) -> None:
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
    """An application that echoes messages when allowed to, and records the close code of each connection."""

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


async def opened(echo: Echo) -> ClientEnd:
    """A connection that was accepted."""
    client = ClientEnd(echo.app)
    assert (await client.receive())["type"] == "websocket.accept"
    return client


async def ended(client: ClientEnd) -> int:
    """The close code; the application must have ended too."""
    message = await client.receive()
    assert message["type"] == "websocket.close", message
    await asyncio.wait_for(client.served, 10)
    assert client.down.empty(), "nothing may follow the close"
    return int(message["code"])


def test_messages_up_to_the_limit_pass_and_a_longer_one_ends_the_connection() -> None:
    async def check() -> None:
        echo = Echo()
        client = await opened(echo)
        client.send(bytes(LIMIT))
        assert len((await client.receive())["bytes"]) == LIMIT
        client.send(bytes(LIMIT + 1))
        assert await ended(client) == 1009 and echo.codes == [1009]

    asyncio.run(check())


def test_a_client_that_sends_faster_than_it_is_read_is_disconnected() -> None:
    async def check() -> None:
        echo = Echo()
        client = await opened(echo)
        echo.reads.clear()
        for _ in range(MAX_UNREAD_MESSAGES + 2):  # the application already holds one of them
            client.send(b"x")
        message = await client.receive()
        assert (message["type"], message["code"]) == ("websocket.close", 1008)
        echo.reads.set()
        await asyncio.wait_for(client.served, 10)
        assert echo.codes in ([1008], [1006])

    asyncio.run(check())


def test_close_all_closes_open_and_later_connections_with_1012() -> None:
    async def check() -> None:
        echo = Echo()
        clients = [await opened(echo) for _ in range(3)]
        await echo.app.close_all()
        assert [await ended(client) for client in clients] == [1012] * 3 and echo.codes == [1012] * 3
        assert await ended(await opened(echo)) == 1012

    asyncio.run(check())


def test_the_application_receives_the_close_code_of_the_client() -> None:
    async def check() -> None:
        echo = Echo()
        client = await opened(echo)
        client.close(1001)
        await asyncio.wait_for(client.served, 10)
        assert echo.codes == [1001]

    asyncio.run(check())


def test_the_application_receives_1006_when_the_connection_is_lost() -> None:
    """A server in front raises from `receive` when its proxy dies."""

    async def check() -> None:
        echo = Echo()
        client = await opened(echo)
        client.lose(ConnectionError("the proxy died"))
        await asyncio.wait_for(client.served, 10)
        assert echo.codes == [1006]

    asyncio.run(check())


@pytest.mark.parametrize("kind", ["http", "lifespan"])
def test_other_scopes_pass_unchanged(kind: str) -> None:
    seen: list[tuple[Any, ...]] = []

    async def app(*arguments: Any) -> None:
        seen.append(arguments)

    asyncio.run(WebSocketLimits(app, LIMIT)({"type": kind}, "receive", "send"))  # type: ignore[arg-type]
    assert seen == [({"type": kind}, "receive", "send")]
