"""Who may talk: the names the server answers to, and the pages that may use its socket."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.http.guard import LOOPBACK_NAMES, SECURITY_HEADERS, Guard, allowed_hosts


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})


def answer(kind: str, **headers: str) -> list[Message]:
    """What the guard sends for one request; run by hand, since nothing in it waits for anything real."""
    scope = {
        "type": kind,
        "scheme": "ws" if kind == "websocket" else "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    call = Guard(app, LOOPBACK_NAMES)(scope, receive, send)
    with pytest.raises(StopIteration):
        call.send(None)
    return sent


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST", "localhost"])
def test_own_names_are_served(host: str) -> None:
    start = answer("http", host=host)[0]
    assert start["status"] == 200
    assert {name.decode() for name, _ in start["headers"]} >= set(SECURITY_HEADERS)


@pytest.mark.parametrize("host", ["evil.example:8000", "localhost.evil.example", "", "192.168.0.1:8000"])
def test_foreign_names_are_refused(host: str) -> None:
    """Otherwise a page could rebind its own name to 127.0.0.1 and read our answers."""
    start, body = answer("http", host=host)
    assert start["status"] == 403
    assert b"localhost" in body["body"]


@pytest.mark.parametrize("origin", [None, "http://localhost:8000"])
def test_our_page_and_programs_may_use_the_socket(origin: str | None) -> None:
    headers = {"host": "localhost:8000"} | ({"origin": origin} if origin else {})
    assert answer("websocket", **headers)[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://localhost:8000", "http://localhost:9000", "http://localhost", "", "//", "http://["],
)
def test_other_pages_may_not(origin: str) -> None:
    sent = answer("websocket", host="localhost:8000", origin=origin)
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize(
    ("bind", "hosts"),
    [("127.0.0.1", LOOPBACK_NAMES), ("localhost", LOOPBACK_NAMES), ("::1", LOOPBACK_NAMES), ("0.0.0.0", None)],
)
def test_names_follow_the_address(bind: str, hosts: frozenset[str] | None) -> None:
    assert allowed_hosts(bind) == hosts


