"""The checks of Origin, Host and proxies on a real server."""

import json
from collections.abc import Callable, Iterator

import pytest

from server.http.access.headers import SECURITY_HEADERS
from tests.live.http_client import ask, handshake
from tests.support.running_server import RunningServer


@pytest.fixture(scope="module")
def open_server() -> Iterator[RunningServer]:
    """A server with two allowed origins, a name of its own and a reverse proxy with TLS."""
    running = RunningServer(
        "--allow-origin", "https://other.example,http://third.example:9000",
        "--allow-origin", "http://fourth.example,capacitor://localhost,tauri://localhost,ionic://localhost",
        "--allow-host", "faces.test",
        "--public-url", "https://faces.example.org",
    )  # fmt: skip
    yield running
    running.end()


# PORT stands for the server's own. Name of the case, Host, Origin (None: none), whether it is let in.
TABLE = [
    ("same", "localhost:PORT", "http://localhost:PORT", True),
    ("same, another own name", "127.0.0.1:PORT", "http://127.0.0.1:PORT", True),
    ("same, IPv6", "[::1]:PORT", "http://[::1]:PORT", True),
    ("same, upper case", "LOCALHOST:PORT", "HTTP://LocalHost:PORT", True),
    ("same, a name it was given", "faces.test:PORT", "http://faces.test:PORT", True),
    ("same, default port unwritten", "faces.test", "http://faces.test", True),
    ("same, default port written in one", "faces.test:80", "http://faces.test", True),
    ("TLS ends upstream, Host passed on", "faces.example.org", "https://faces.example.org", True),
    ("TLS ends upstream, Host of the proxy", "127.0.0.1:PORT", "https://faces.example.org", True),
    ("TLS ends upstream, upper case", "FACES.example.org", "HTTPS://FACES.example.org:443", True),
    ("none: a program", "localhost:PORT", None, True),
    ("allow-listed", "localhost:PORT", "https://other.example", True),
    ("allow-listed, upper case", "localhost:PORT", "HTTPS://Other.Example", True),
    ("allow-listed, default port", "localhost:PORT", "https://other.example:443", True),
    ("allow-listed, with port", "localhost:PORT", "http://third.example:9000", True),
    ("allow-listed, by a second option", "localhost:PORT", "http://fourth.example", True),
    ("allow-listed, an app", "localhost:PORT", "capacitor://localhost", True),
    ("allow-listed, another app", "localhost:PORT", "TAURI://localhost", True),
    ("allow-listed, a third app", "localhost:PORT", "ionic://localhost", True),
    ("an app that is not listed", "localhost:PORT", "app://localhost", False),
    ("allow-listed app, with port", "localhost:PORT", "capacitor://localhost:80", False),
    ("other host", "localhost:PORT", "http://evil.example", False),
    ("other name of the same machine", "localhost:PORT", "http://127.0.0.1:PORT", False),
    ("other port", "localhost:PORT", "http://localhost:9", False),
    ("no port", "localhost:PORT", "http://localhost", False),
    ("https for http", "localhost:PORT", "https://localhost:PORT", False),
    ("http for https upstream", "localhost:PORT", "http://faces.example.org", False),
    ("allow-listed, other scheme", "localhost:PORT", "http://other.example", False),
    ("allow-listed, other port", "localhost:PORT", "http://third.example", False),
    ("look-alike prefix", "localhost:PORT", "http://localhost:PORT.evil.example", False),
    ("look-alike suffix", "localhost:PORT", "http://evillocalhost:PORT", False),
    ("look-alike of the allow-listed, prefix", "localhost:PORT", "https://other.example.evil.example", False),
    ("look-alike of the allow-listed, suffix", "localhost:PORT", "https://not-other.example", False),
    ("below the allow-listed", "localhost:PORT", "https://sub.other.example", False),
    ("with a user", "localhost:PORT", "http://localhost:PORT@evil.example", False),
    ("with a path", "localhost:PORT", "http://localhost:PORT/", False),
    ("null", "localhost:PORT", "null", False),
    ("NULL", "localhost:PORT", "NULL", False),
    ("two at once", "localhost:PORT", "http://localhost:PORT http://evil.example", False),
    ("an extension", "localhost:PORT", "chrome-extension://abcdefgh", False),
    ("a file", "localhost:PORT", "file://", False),
    ("foreign Host, its own Origin: rebinding", "evil.example:PORT", "http://evil.example:PORT", False),
    ("foreign Host, no Origin", "evil.example:PORT", None, False),
    ("foreign Host, allow-listed Origin", "evil.example:PORT", "https://other.example", False),
    ("an address that is not loopback's", "192.168.1.20:PORT", None, False),
]


@pytest.mark.parametrize("cookie", [None, "emojify-8000=anything; other=1"], ids=["", "with cookies"])
@pytest.mark.parametrize(("host", "origin", "let_in"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_table_of_origins(
    open_server: RunningServer, host: str, origin: str | None, let_in: bool, cookie: str | None
) -> None:
    """The same for the WebSocket and for requests that send data; a cookie makes no difference."""
    port = str(open_server.port)
    headers = {"Host": host.replace("PORT", port)}
    headers |= {"Origin": origin.replace("PORT", port)} if origin is not None else {}
    headers |= {"Cookie": cookie} if cookie else {}
    socket = handshake(open_server, headers)
    assert socket.status == (101 if let_in else 403)
    sent = ask(open_server, "/api/classify", "POST", b"no picture", {**headers, "Content-Type": "image/jpeg"})
    assert sent.status == (415 if let_in else 403), sent.body
    if not let_in:
        for refusal in (socket, sent):
            problem = json.loads(refusal.body)
            assert problem["code"] == "forbidden" and problem["reason"] in ("host", "origin")
            assert problem["option"] in problem["detail"] or problem["option"].startswith("--allow-host"), problem
            assert set(SECURITY_HEADERS) <= set(refusal.headers) and "server" not in refusal.headers


def test_the_first_refusal_of_each_kind_is_one_line_of_the_log(start_server: Callable[..., RunningServer]) -> None:
    """Nobody sees the body of a refused handshake. Only the first: otherwise any client could fill the disk."""
    server = start_server()
    for _ in range(3):
        assert handshake(server, {"Origin": "https://faces.example.org"}).status == 403
        assert handshake(server, {"Host": "faces.example.org"}).status == 403
        assert handshake(server, path="/emojify/ws").status == 404
        assert ask(server, "/ws", headers={"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}).status == 426
    assert server.interrupt() == 0
    server.end()  # now all of its errors are read
    lines = server.errors.splitlines()
    assert [line.split()[1:4] for line in lines] == [
        ["warning", "refused", f"reason={reason}"] for reason in ("origin", "host", "path", "upgrade")
    ]
    for line, remedy in zip(lines, ("--public-url", "--allow-host", "--public-url", "Upgrade"), strict=True):
        assert remedy in line


def test_pages_of_allowed_origins_may_read_the_responses(open_server: RunningServer) -> None:
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    asked = ask(open_server, "/api/classify", "OPTIONS", None, {"Origin": "https://other.example", **wanted})
    assert asked.status == 200 and asked.headers["access-control-allow-origin"] == "https://other.example"
    told = ask(open_server, "/api/model", headers={"Origin": "https://other.example"})
    assert told.headers["access-control-allow-origin"] == "https://other.example"
    assert "access-control-allow-credentials" not in told.headers
    app = ask(open_server, "/api/model", headers={"Origin": "capacitor://localhost"})
    assert app.headers["access-control-allow-origin"] == "capacitor://localhost"
    foreign = ask(open_server, "/api/model", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers


def test_the_server_shows_its_public_address(open_server: RunningServer) -> None:
    assert open_server.link == "https://faces.example.org"
    for path in ("/privacy", "/docs"):
        page = ask(open_server, path).body.decode()
        assert "faces.example.org" in page and f"localhost:{open_server.port}" not in page


def test_hsts_is_sent_for_public_names_only(open_server: RunningServer) -> None:
    """`localhost` is shared by all servers of a machine, which may use plain http."""
    public = ask(open_server, "/", headers={"Host": "faces.example.org"})
    assert "max-age" in public.headers["strict-transport-security"]
    for host in ("localhost", f"127.0.0.1:{open_server.port}"):
        assert "strict-transport-security" not in ask(open_server, "/", headers={"Host": host}).headers


FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


def test_forwarded_headers_of_untrusted_clients_are_ignored(server: RunningServer) -> None:
    """Not even this machine is trusted by default. The response of /metrics depends on the client address."""
    assert ask(server, "/metrics", headers=FORGED).status == 200, "still a client of this machine"
    own = {"Origin": f"https://localhost:{server.port}"}
    assert handshake(server, {**FORGED, **own}).status == 403, "still http"


def test_forwarded_headers_of_a_trusted_proxy_are_used(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--trusted-proxy", "10.0.0.1,127.0.0.0/8")
    assert ask(server, "/metrics", headers=FORGED).status == 403
    own = {"Origin": f"https://localhost:{server.port}"}
    assert handshake(server, {**FORGED, **own}).status == 101
    assert handshake(server, own).status == 403
    chained = {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}  # the first is what the client itself wrote
    assert ask(server, "/metrics", headers=chained).status == 403


def test_only_the_named_proxies_are_trusted_and_a_missing_origin_can_be_refused(
    start_server: Callable[..., RunningServer],
) -> None:
    server = start_server("--require-origin", "--trusted-proxy", "192.0.2.0/24")
    assert ask(server, "/metrics", headers=FORGED).status == 200
    assert handshake(server, {**FORGED, "Origin": f"https://localhost:{server.port}"}).status == 403
    assert handshake(server).status == 403
    assert handshake(server, {"Origin": f"http://localhost:{server.port}"}).status == 101
    assert ask(server, "/api/classify", "POST", b"").status == 403
    assert ask(server, "/").status == 200
