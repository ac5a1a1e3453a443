"""What travels: compressed text, files of other kinds as they are, and a page that weighs little."""

import gzip
import re

import pytest

from tests.live.http_client import Answer, ask
from tests.support.running_server import RunningServer

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
# Links of the page that a browser does not fetch by itself; the icon is for iOS, when somebody installs the page.
NOT_FETCHED = ("/privacy", "/static/icons/180.png")
MAX_PAGE_BYTES = 80_000  # compressed; all that the page fetches before somebody presses Start


@pytest.mark.parametrize(
    "path",
    ["/", "/privacy", "/docs", "/openapi.json", "/api/emojis", "/metrics", "/static/js/main.js", "/static/css/base.css",
     "/static/manifest.webmanifest", "/emojis/default/happy.svg"],
)  # fmt: skip
def test_text_is_compressed_for_clients_that_take_it(server: RunningServer, path: str) -> None:
    plain, compressed = ask(server, path), ask(server, path, headers=GZIP)
    assert "content-encoding" not in plain.headers and compressed.headers["content-encoding"] == "gzip"
    assert plain.headers["content-type"] == compressed.headers["content-type"]
    for answer in (plain, compressed):
        assert "accept-encoding" in answer.headers["vary"].lower()
    assert int(compressed.headers["content-length"]) == len(compressed.body) < len(plain.body)
    if path != "/metrics":  # its counts go on
        assert gzip.decompress(compressed.body) == plain.body


@pytest.mark.parametrize("path", ["/static/icons/192.png", "/static/samples/astronaut.jpg", "/healthz", "/readyz"])
def test_pictures_and_short_answers_are_left_alone(server: RunningServer, path: str) -> None:
    assert "content-encoding" not in ask(server, path, headers=GZIP).headers


def test_the_page_weighs_little(server: RunningServer) -> None:
    weights = {path: len(answer.body) for path, answer in load_page(server).items()}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:10]
    print(f"the page: {sum(weights.values())} bytes in {len(weights)} files")
    assert sum(weights.values()) < MAX_PAGE_BYTES, heaviest


def load_page(server: RunningServer) -> dict[str, Answer]:
    """The page and all that it fetches by itself: sheet, scripts, icons, samples, the first emojis."""
    loaded: dict[str, Answer] = {}
    waiting = ["/", "/emojis/default/no-face.svg", "/emojis/default/unsure.svg"]
    while waiting:
        path = waiting.pop()
        if path in loaded or path in NOT_FETCHED:
            continue
        loaded[path] = answer = ask(server, path, headers=GZIP)
        assert answer.status == 200, path
        body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
        if path == "/":
            waiting += re.findall(r'(?:src|href)="(/[^"]+)"', body.decode())
    return loaded
