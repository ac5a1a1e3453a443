"""Security headers on each kind of response, files from their folders only, errors without details."""

import asyncio
import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.types import Message

from server.http.access.headers import SECURITY_HEADERS
from server.http.access.middleware import add_access
from server.http.access.refusals import RefusalReport
from server.http.routes.static import RevalidatedFiles
from server.settings import ROOT, load_settings
from tests.live.http_client import Answer, ask, ask_raw, handshake
from tests.support.running_server import RunningServer

ALWAYS = set(SECURITY_HEADERS)
FRESH = {
    "/", "/privacy", "/docs", "/overlay", "/static/js/game.js", "/static/js/main.js", "/static/favicon.svg",
    "/emojis/default/happy.svg",
}  # fmt: skip

# Name, path, method, more headers, status.
KINDS: list[tuple[str, str, str, dict[str, str], int]] = [
    ("the page", "/", "GET", {}, 200),
    ("the page, headers only", "/", "HEAD", {}, 200),
    ("a text", "/privacy", "GET", {}, 200),
    ("the overlay", "/overlay", "GET", {}, 200),
    ("a joined script", "/static/js/game.js", "GET", {}, 200),
    ("the documentation", "/docs", "GET", {}, 200),
    ("its source", "/openapi.json", "GET", {}, 200),
    ("a script", "/static/js/main.js", "GET", {}, 200),
    ("a picture", "/static/favicon.svg", "GET", {}, 200),
    ("an emoji", "/emojis/default/happy.svg", "GET", {}, 200),
    ("a part of a file", "/static/favicon.svg", "GET", {"Range": "bytes=0-9"}, 206),
    ("a part that there is not", "/static/favicon.svg", "GET", {"Range": "bytes=9999999-"}, 416),
    ("health", "/healthz", "GET", {}, 200),
    ("readiness", "/readyz", "GET", {}, 200),
    ("metrics", "/metrics", "GET", {}, 200),
    ("the model", "/api/model", "GET", {}, 200),
    ("the packs", "/api/emojis", "GET", {}, 200),
    ("not found", "/nothing", "GET", {}, 404),
    ("not found among files", "/static/nothing.js", "GET", {}, 404),
    ("a folder", "/static/js", "GET", {}, 404),
    ("a method that is not allowed", "/api/model", "DELETE", {}, 405),
    ("files cannot be written", "/static/js/main.js", "PUT", {}, 405),
    ("the page cannot be written", "/", "POST", {}, 405),
    ("tracing", "/", "TRACE", {}, 405),
    ("bad input", "/api/classify", "POST", {"Content-Type": "image/jpeg"}, 400),
    ("a foreign page", "/api/classify", "POST", {"Origin": "http://evil.example"}, 403),
    ("a foreign name", "/", "GET", {"Host": "evil.example"}, 403),
]


def expect_headers(answer: Answer) -> None:
    assert set(answer.headers) >= ALWAYS, sorted(ALWAYS - set(answer.headers))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "*" not in policy
    assert answer.headers["permissions-policy"].startswith("camera=(self), microphone=()")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert not {"server", "x-powered-by", "strict-transport-security", "set-cookie"} & set(answer.headers)


@pytest.mark.parametrize(
    ("path", "method", "more", "status"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS]
)
def test_every_kind_of_response_has_every_header(
    server: RunningServer, path: str, method: str, more: dict[str, str], status: int
) -> None:
    answer = ask(server, path, method, headers=more)
    assert answer.status == status
    expect_headers(answer)
    if answer.status < 400 and path in FRESH:
        assert answer.headers["cache-control"] == "no-cache", "kept, but asked about each time"
    else:
        assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    if path.endswith("happy.svg"):
        assert "sandbox" in policy, "a drawing may have styles of its own: it is no document of ours"
    else:
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/static/js/main.js", "/static/favicon.svg", "/emojis/default/happy.svg"])
def test_a_304_has_them_too(server: RunningServer, path: str) -> None:
    etag = ask(server, path).headers["etag"]
    answer = ask(server, path, headers={"If-None-Match": etag})
    assert answer.status == 304 and answer.body == b""
    expect_headers(answer)


def test_a_refused_handshake_has_them_too(server: RunningServer) -> None:
    answer = handshake(server, {"Origin": "null"})
    assert answer.status == 403
    expect_headers(answer)


@pytest.mark.parametrize("path", ["/", "/nothing", "/ws/", "/static/js/main.js", "/emojis/default/happy.svg"])
def test_a_handshake_at_another_address_is_told_the_right_one(server: RunningServer, path: str) -> None:
    answer = handshake(server, path=path)
    assert answer.status == 404 and "/ws" in json.loads(answer.body)["detail"]
    assert json.loads(answer.body)["type"] == "about:blank", "the documentation has nothing more on it"
    expect_headers(answer)


OLD_WEBSOCKET = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
NO_REQUESTS = {
    "no request": b"NONSENSE\r\n\r\n",
    "no method": b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no version": b"GET / HTTP/9.9\r\n\r\n",
    "no length": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\r\n\r\n",
    "no WebSocket version of ours": OLD_WEBSOCKET,
}


@pytest.mark.parametrize("request_", NO_REQUESTS.values(), ids=NO_REQUESTS.keys())
def test_an_invalid_request_is_told_nothing_about_the_server(server: RunningServer, request_: bytes) -> None:
    answer = ask_raw(server, request_).lower()
    assert answer.startswith(b"http/1.1 4")
    for word in (b"server:", b"uvicorn", b"python", b"traceback", b".py"):
        assert word not in answer


ESCAPES = ["..", "%2e%2e", "%2E%2E", ".%2e", "..%2f..", "%2e%2e%2f", "..%5c", "..\\", "%5c..%5c..", "%252e%252e"]
SECRETS = ["LICENSE", "server/settings/groups.py", "etc/passwd", "templates/index.html"]


@pytest.mark.parametrize("folder", ["/static", "/static/js", "/emojis/default", "/emojis"])
@pytest.mark.parametrize("escape", ESCAPES)
def test_no_path_leads_out_of_a_folder(server: RunningServer, folder: str, escape: str) -> None:
    for secret in SECRETS:
        for depth in (1, 2, 3):
            answer = ask(server, f"{folder}/{'/'.join([escape] * depth)}/{secret}")
            assert answer.status == 404 and b"MIT" not in answer.body, (escape, secret, depth)


@pytest.mark.parametrize("folder", ["/static", "/emojis/default"])
@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "C:%5cWindows%5cwin.ini", "c:/windows/win.ini",
     "js/main.js%00.png", "%00", "favicon.svg%00", "happy.svg%00", "%ff%fe", "CON", "pack.json", ".",
     "./", "~root", "a" * 5000],
)  # fmt: skip
def test_other_spellings_of_a_name_are_404(server: RunningServer, folder: str, name: str) -> None:
    answer = ask(server, f"{folder}/{name}")
    assert answer.status == 404, (answer.status, answer.body[:200])
    expect_headers(answer)


def ask_app(app: FastAPI, path: str) -> tuple[int, dict[str, str], bytes]:
    """One GET to an application in this process."""
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
        "scheme": "http", "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()  # a client that stays and says nothing more
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)


def test_links_do_not_lead_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "files" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "files" / "up").symlink_to(tmp_path)
    (tmp_path / "files" / "in.txt").write_text("in")
    app = FastAPI()
    app.mount("/files", RevalidatedFiles(directory=tmp_path / "files"))
    assert ask_app(app, "/files/in.txt")[0] == 200
    assert ask_app(app, "/files/link.txt")[0] == ask_app(app, "/files/up/secret.txt")[0] == 404


def test_an_internal_error_is_a_500_without_details_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    add_access(app, load_settings({}, {}), ROOT / "web" / "templates", RefusalReport())

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("/home/somebody/secret.txt")

    status, headers, body = ask_app(app, "/broken")
    assert status == 500 and set(headers) >= ALWAYS and headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    assert problem["code"] == "internal" and "log" in problem["detail"]
    assert b"secret" not in body and b"RuntimeError" not in body and b".py" not in body
    assert "secret.txt" in caplog.text, "the operator finds the reason there"
