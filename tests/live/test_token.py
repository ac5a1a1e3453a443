"""The access token on a real server: what needs it, what does not, and how a client sends it."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from server.http.access.headers import SECURITY_HEADERS
from tests.live.http_client import Answer, ask
from tests.support.running_server import RunningServer

TOKEN = "correct-horse-battery"
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def closed() -> Iterator[RunningServer]:
    """A server with a token from the environment, as on a shared machine."""
    running = RunningServer(environment={"EMOJIFY_TOKEN": TOKEN})
    yield running
    running.end()


def enter(server: RunningServer, token: str = TOKEN) -> dict[str, str]:
    """Open the link; returns its cookie as a browser sends it."""
    given = ask(server, f"/?token={token}", headers=BROWSER).headers["set-cookie"]
    return {"Cookie": given.partition(";")[0]}


def refused_socket(server: RunningServer, **options: object) -> tuple[dict[str, object], int]:
    with server.connect(**options) as client:
        message = client.receive()
        with pytest.raises(ConnectionClosed) as caught:
            client.receive()
    assert caught.value.rcvd is not None
    return message, caught.value.rcvd.code


@pytest.mark.parametrize(
    "path",
    ["/", "/privacy", "/docs", "/openapi.json", "/metrics", "/api/model", "/api/emojis", "/static/js/main.js",
     "/emojis/default/happy.svg", "/nothing", "/static/css/../js/main.js", "//healthz", "/healthz/",
     "/ca.pem/../api/model", "/overlay"],
)  # fmt: skip
def test_everything_else_needs_the_token(closed: RunningServer, path: str) -> None:
    cookie = f"emojify-{closed.port}={TOKEN}"
    wrong = (("Authorization", "Bearer wrong"), ("Authorization", f"Basic {TOKEN}"), ("Cookie", cookie))
    for headers in ({}, *({name: value} for name, value in wrong)):
        answer = ask(closed, path, headers=headers)
        assert answer.status == 401 and json.loads(answer.body)["code"] == "bad_token"
        assert answer.headers["www-authenticate"] == "Bearer" and answer.headers["cache-control"] == "no-store"
        assert set(answer.headers) >= set(SECURITY_HEADERS)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_need_no_token(closed: RunningServer, path: str) -> None:
    assert ask(closed, path).status == 200


def test_a_browser_is_told_what_to_do_in_its_language(closed: RunningServer) -> None:
    for language, words in (("en", "You need the link"), ("de", "Du brauchst den Link")):
        answer = ask(closed, "/", headers={**BROWSER, "Accept-Language": language})
        page = answer.body.decode()
        assert answer.status == 401 and words in page and f'lang="{language}"' in page and TOKEN not in page
        for address in re.findall(r'(?:href|src)="([^"]+)"', page):
            path = address.removeprefix(".")
            assert path == "/" or ask(closed, path).status == 200, f"the page itself needs {address}"


def test_the_link_is_exchanged_for_a_cookie_and_a_clean_address(closed: RunningServer) -> None:
    answer = ask(closed, f"/?token={TOKEN}&theme=dark", headers=BROWSER)
    assert (answer.status, answer.headers["location"]) == (303, "./?theme=dark")
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    assert "Domain" not in cookie and TOKEN not in cookie


def test_the_cookie_and_the_header_are_accepted_everywhere(closed: RunningServer) -> None:
    for headers in (enter(closed), {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": f"bearer {TOKEN}"}):
        for path in ("/", "/api/model", "/static/js/main.js"):
            assert ask(closed, path, headers=headers).status == 200
        with closed.connect(additional_headers=headers) as client:
            client.expect("hello")


def test_a_foreign_page_is_refused_even_with_the_cookie(closed: RunningServer) -> None:
    headers = {**enter(closed), "Origin": "http://evil.example", "Content-Type": "image/jpeg"}
    assert ask(closed, "/api/classify", "POST", b"", headers).status == 403


WRONG = ["wrong-horse-battery", "", TOKEN + "x", TOKEN[:-1], TOKEN.upper(), "%ff%00", "x" * 9000]


@pytest.mark.parametrize("token", WRONG)
def test_a_link_with_a_wrong_token_is_refused_without_a_cookie(closed: RunningServer, token: str) -> None:
    answer = ask(closed, f"/?token={token}", headers=BROWSER)
    assert answer.status == 401 and "set-cookie" not in answer.headers and b"not valid" in answer.body


def test_an_old_link_is_ignored_if_the_cookie_is_valid(closed: RunningServer) -> None:
    answer = ask(closed, "/?token=an-older-token", headers={**BROWSER, **enter(closed)})
    assert (answer.status, answer.headers["location"]) == (303, "./") and "set-cookie" not in answer.headers


def test_the_websocket_sends_the_reason_and_closes_with_1008(closed: RunningServer) -> None:
    """Accepted first, since a page's script cannot read a refused handshake. After 1008 the page does not retry."""
    for options in ({}, {"additional_headers": {"Cookie": f"emojify-{closed.port}=0"}}):
        message, code = refused_socket(closed, **options)
        assert (message["type"], message["frame"], message["code"], code) == ("error", None, "bad_token", 1008)


def test_unusual_cookies_of_other_servers_are_ignored(closed: RunningServer) -> None:
    mine = enter(closed)["Cookie"]
    assert ask(closed, "/", headers={"Cookie": f'a="b; {mine}; {{x}}=[]; ;='}).status == 200
    assert ask(closed, "/", headers={"Cookie": "\xff\xfe=\x80; =;;"}).status == 401


def test_a_link_on_another_site_works_although_the_cookie_is_strict(closed: RunningServer) -> None:
    """Browsers send no strict cookies with such a navigation, so the page reloads itself once."""
    first = ask(closed, "/", headers={**BROWSER, "Sec-Fetch-Site": "cross-site"})
    assert first.status == 401 and b'http-equiv="refresh" content="0; url=./"' in first.body
    again = ask(closed, "/", headers={**BROWSER, "Sec-Fetch-Site": "same-origin"})
    assert again.status == 401 and b"refresh" not in again.body, "only once"


def test_a_generated_token_is_in_the_printed_link_and_differs_each_time(
    start_server: Callable[..., RunningServer],
) -> None:
    one, other = start_server("--token", "auto"), start_server("--token", "auto")
    token, second = (re.fullmatch(rf"{s.url}/\?token=([\w-]{{22,}})", s.link) for s in (one, other))
    assert token and second and token[1] != second[1]
    cookie = enter(one, token[1])
    assert ask(one, "/", headers=cookie).status == 200
    value = cookie["Cookie"].partition("=")[2]
    assert ask(other, "/", headers={"Cookie": f"emojify-{other.port}={value}"}).status == 401, "of another token"


def test_the_token_is_in_no_log(start_server: Callable[..., RunningServer]) -> None:
    """Neither after valid nor after refused requests, nor in the first line of a server with a given token."""
    server = start_server("--host", "0.0.0.0", environment={"EMOJIFY_TOKEN": TOKEN})
    assert TOKEN not in server.link
    answers: list[Answer] = [
        ask(server, f"/?token={TOKEN}"),
        ask(server, f"/nothing?token={TOKEN}", headers={"Authorization": f"Bearer {TOKEN}"}),
        ask(server, f"/api/classify?token={TOKEN}", "POST", TOKEN.encode(), {"Authorization": f"Bearer {TOKEN}"}),
        ask(server, f"/?token={TOKEN}", headers={"Host": "evil.example"}),
    ]
    for answer in answers:
        assert TOKEN not in str(answer.headers) and TOKEN.encode() not in answer.body
    refused_socket(server)
    assert server.interrupt() == 0
    assert server.process.stdout is not None
    said = server.process.stdout.read()
    server.end()  # has all of standard error read
    assert TOKEN not in said + server.errors
    unsafe, host, token = server.errors.splitlines()
    assert unsafe.startswith("warning: --host 0.0.0.0 without TLS")
    assert "reason=host" in host and "reason=token" in token, "the first refusal of each kind"


def test_the_address_of_the_overlay_may_have_the_token(closed: RunningServer) -> None:
    given = ask(closed, f"/overlay?pack=cats&token={TOKEN}", headers=BROWSER)
    assert (given.status, given.headers["location"]) == (303, "./overlay?pack=cats")
    cookie = {"Cookie": given.headers["set-cookie"].partition(";")[0]}
    assert b'src="static/js/overlay.js"' in ask(closed, "/overlay?pack=cats", headers=cookie).body
