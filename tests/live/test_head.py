"""HEAD on every route that answers GET: the same status and headers, no body."""

from collections.abc import Callable

import pytest
from starlette.routing import Mount

from server.http.app import create_app
from server.live.inference_pool import Analyser
from server.settings import load_settings
from server.vision.expression.manifest import load_manifest
from tests.live.http_client import ask, ask_raw
from tests.support.running_server import RunningServer


def no_analyser() -> Analyser:
    raise AssertionError("no thread is started here")


def get_paths() -> list[str]:
    """The paths of all GET routes of the application, and a file of each mounted folder."""
    settings = load_settings({}, {})
    app = create_app(settings, load_manifest(settings.model), no_analyser)
    paths = [route.path for route in app.routes if "GET" in (getattr(route, "methods", None) or ())]  # type: ignore[attr-defined]
    paths.remove("/ws")  # always 426; tests/live/test_handshake_check.py tests its HEAD
    mounts = [route.path for route in app.routes if isinstance(route, Mount)]
    files = [path + ("/js/main.js" if path == "/static" else "/happy.svg") for path in mounts]
    assert len(paths) >= 9 and len(files) >= 3
    return [*paths, *files]


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_head_says_what_get_would(server: RunningServer, encoding: str) -> None:
    for path in get_paths():
        headers = {"Accept-Encoding": encoding}
        get, head = ask(server, path, headers=headers), ask(server, path, "HEAD", headers=headers)
        assert (head.status, head.body) == (get.status, b"") and get.status == 200, path
        varying = {"date", "content-length"} if path == "/metrics" else {"date"}
        for answer in (get, head):
            for name in varying:
                answer.headers.pop(name)
        assert head.headers == get.headers, path


def test_a_head_answer_has_no_body_on_the_connection(server: RunningServer) -> None:
    answer = ask_raw(server, b"HEAD /api/model HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n")


def test_head_of_what_cannot_be_read_is_refused(server: RunningServer) -> None:
    answer = ask(server, "/api/classify", "HEAD")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert ask(server, "/nothing", "HEAD").status == 404


def test_head_needs_the_token_too(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--token", "0123456789abcdef")
    assert ask(server, "/api/model", "HEAD").status == 401
    assert ask(server, "/healthz", "HEAD").status == 200
