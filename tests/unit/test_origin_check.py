"""The checks of Host and Origin on single requests; tests/live/test_origins_and_hosts.py tests a real server."""

from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.http.access.allowed_hosts import AllowedHosts, own_names
from server.http.access.headers import SECURITY_HEADERS, SecurityHeaders
from server.http.access.origin_check import OriginCheck
from server.loopback import LOOPBACK_NAMES
from server.origins import parse_origin

OTHER = parse_origin("https://other.example")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})


def answer(kind: str, method: str = "GET", options: dict[str, Any] | None = None, **headers: str) -> list[Message]:
    """What OriginCheck sends for one request; it never really waits, so it is run without an event loop."""
    scope: Scope = {
        "type": kind,
        "scheme": "ws" if kind == "websocket" else "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    if kind == "http":
        scope["method"] = method
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    layers = SecurityHeaders(
        OriginCheck(app, **{"names": AllowedHosts(LOOPBACK_NAMES), "origins": [OTHER], **(options or {})})
    )
    call: Any = layers(scope, receive, send)
    with pytest.raises(StopIteration):
        call.send(None)
    return sent


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST", "localhost"])
def test_own_names_are_served(host: str) -> None:
    start = answer("http", host=host)[0]
    assert start["status"] == 200
    assert {name.decode() for name, _ in start["headers"]} >= set(SECURITY_HEADERS)


@pytest.mark.parametrize("host", ["evil.example:8000", "localhost.evil.example", "", "192.168.0.1:8000", "localhost:x"])
def test_foreign_names_are_refused(host: str) -> None:
    """Otherwise a page could rebind its own name to 127.0.0.1 and read the responses."""
    start, body = answer("http", host=host)
    assert start["status"] == 403
    assert b"--allow-host" in body["body"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "INVENTED"])
def test_methods_that_may_change_something_need_an_allowed_origin(method: str) -> None:
    assert answer("http", method, host="localhost", origin="http://evil.example")[0]["status"] == 403
    assert answer("http", method, host="localhost", origin="http://localhost")[0]["status"] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_safe_methods_are_allowed_from_any_origin(method: str) -> None:
    assert answer("http", method, host="localhost", origin="http://evil.example")[0]["status"] == 200


@pytest.mark.parametrize(
    "origin", [None, "http://localhost:8000", "HTTP://LOCALHOST:8000", "https://other.example:443"]
)
def test_pages_of_this_server_and_programs_may_use_the_websocket(origin: str | None) -> None:
    host = "localhost:8000"
    sent = answer("websocket", host=host, origin=origin) if origin else answer("websocket", host=host)
    assert sent[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://localhost:8000", "http://localhost:9000", "http://localhost", "", "//",
     "http://[", "http://localhost:8000.evil.example", "http://other.example", "https://other.example.evil.example"],
)  # fmt: skip
def test_other_pages_may_not_use_the_websocket(origin: str) -> None:
    sent = answer("websocket", host="localhost:8000", origin=origin)
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_default_port_is_optional() -> None:
    assert answer("websocket", host="localhost:80", origin="http://localhost")[0]["type"] == "websocket.accept"
    assert answer("websocket", host="localhost", origin="http://localhost:80")[0]["type"] == "websocket.accept"


def test_a_missing_origin_can_be_refused_but_not_for_safe_methods() -> None:
    strict = {"require_origin": True}
    assert answer("websocket", options=strict, host="localhost")[0]["type"] == "websocket.close"
    assert answer("http", "POST", options=strict, host="localhost")[0]["status"] == 403
    assert answer("http", "GET", options=strict, host="localhost")[0]["status"] == 200


@pytest.mark.parametrize("bind", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_on_loopback_only_its_own_names_count(bind: str) -> None:
    names = own_names(bind, "Faces.Example.org")
    assert "localhost:8000" in names and "faces.example.org" in names
    assert "192.168.1.20" not in names and "mybox" not in names


def test_in_a_network_addresses_and_the_names_of_the_machine_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address cannot be rebound, for no name is looked up; a name of somebody else can."""
    monkeypatch.setattr("socket.gethostname", lambda: "MyBox.example")
    names = own_names("0.0.0.0")
    own = "192.168.1.20:8000 [fd00::2]:8000 8.8.8.8 mybox MYBOX.LOCAL:8000 mybox.example localhost"
    for host in own.split():
        assert host in names, host
    for host in ("evil.example", "mybox.evil.example", "192.168.1.20.evil.example", "1.2.3", "other.local", ""):
        assert host not in names, host
    assert "box.lan" in own_names("box.lan") and "box.lan" not in own_names("0.0.0.0")
