"""`GET` and `POST /ws`: what a page is told over HTTP when its WebSocket does not open."""

import json
from collections.abc import Callable

import pytest

from tests.live.http_client import Answer, ask, ask_raw, handshake
from tests.support.running_server import RunningServer

KEY = {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13"}


def would(server: RunningServer, **headers: str) -> Answer:
    """Ask what a handshake with these headers would be told."""
    return ask(server, "/ws", "POST", b"", {name.replace("_", "-"): value for name, value in headers.items()})


def test_the_page_of_the_server_would_be_accepted(server: RunningServer) -> None:
    answer = would(server, Origin=f"http://localhost:{server.port}")
    assert answer.status == 200
    assert json.loads(answer.body) == {"accepts": True, "not_upgraded": False, "authority": False}


@pytest.mark.parametrize(
    ("headers", "reason", "option"),
    [
        ({"Origin": "https://a.example", "Sec-Fetch-Site": "same-origin"}, "origin", "--public-url https://a.example"),
        ({"Origin": "https://b.example", "Sec-Fetch-Site": "cross-site"}, "origin", "--allow-origin https://b.example"),
        ({"Host": "a.example", "Origin": "https://a.example"}, "host", "--public-url https://a.example"),
        ({"Host": "a.example", "Origin": "http://a.example"}, "host", "--allow-host a.example"),
    ],
)
def test_a_refusal_is_the_same_as_that_of_the_handshake(
    server: RunningServer, headers: dict[str, str], reason: str, option: str
) -> None:
    told, refused = would(server, **headers), handshake(server, headers)
    problems = [json.loads(each.body) for each in (told, refused)]
    for problem in problems:
        assert (problem["status"], problem["reason"], problem["option"]) == (403, reason, option)
    assert problems[0]["detail"] == problems[1]["detail"]


def test_without_the_token_it_says_so(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--token", "correct-horse-battery", "--clients", "1")
    answer = would(server)
    assert answer.status == 401 and json.loads(answer.body)["code"] == "bad_token"
    token = {"Authorization": "Bearer correct-horse-battery"}
    assert would(server, **token).status == 200
    with server.connect(additional_headers=token) as client:
        client.expect("hello")
        full = would(server, **token)
        assert full.status == 503 and json.loads(full.body)["code"] == "full" and b"--clients" in full.body


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_without_upgrade_is_426_and_says_what_the_address_is(server: RunningServer, method: str) -> None:
    answer = ask(server, "/ws", method)
    assert answer.status == 426 and answer.headers["upgrade"] == "websocket"
    assert answer.headers["content-type"] == "application/problem+json"
    if method == "GET":
        problem = json.loads(answer.body)
        assert problem["code"] == "upgrade_required" and "ws://" in problem["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {},  # nginx's default: neither header is passed on
        {"Connection": "close"},
        {"Upgrade": "websocket", "Connection": "close"},
        {"Connection": "Upgrade"},
    ],
)
def test_a_handshake_whose_proxy_drops_the_upgrade_is_426_and_the_page_is_told(
    start_server: Callable[..., RunningServer], headers: dict[str, str]
) -> None:
    server = start_server()
    lost = ask(server, "/ws", headers={**KEY, **headers})
    assert lost.status == 426 and b"proxy" in lost.body and b"docs/hosting.md" in lost.body
    assert json.loads(would(server).body)["not_upgraded"]
    elsewhere = f"127.0.0.1:{server.port}"
    assert not json.loads(would(server, Host=elsewhere).body)["not_upgraded"], "another name, another proxy"
    assert server.interrupt() == 0
    server.end()  # now all of its errors are read
    assert "proxy_http_version" in server.errors and server.errors.count("\n") == 1


def test_a_handshake_over_http_1_0_is_426(start_server: Callable[..., RunningServer]) -> None:
    """As from nginx without `proxy_http_version 1.1`, although it passes on both headers."""
    server = start_server()
    head = "".join(f"{name}: {value}\r\n" for name, value in KEY.items())
    request = f"GET /ws HTTP/1.0\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n{head}\r\n"
    assert ask_raw(server, request.encode()).startswith(b"HTTP/1.1 426 ")
    assert server.interrupt() == 0
    server.end()
    assert "proxy_http_version 1.1" in server.errors and "Unsupported upgrade" not in server.errors
