"""Requests below the path of `--public-url`, with and without a proxy that removes it."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.http.public_path import PublicPath, way_to_root
from server.settings import Settings


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/emojify/", "/"),
        ("/emojify/ws", "/ws"),
        ("/emojify/static/js/main.js", "/static/js/main.js"),
        ("/", "/"),  # a proxy has removed it, or somebody on this machine opens localhost
        ("/ws", "/ws"),
        ("/emojifyer/ws", "/emojifyer/ws"),
        ("/other/emojify/ws", "/other/emojify/ws"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_path_is_removed_where_it_is(kind: str, path: str, inside: str) -> None:
    assert pass_on(kind, path) == (inside, inside.encode())


def test_the_path_without_its_slash_is_redirected_with_its_query() -> None:
    """Otherwise the page's relative addresses would lead out of it."""
    assert pass_on("http", "/emojify", b"token=abc") == "/emojify/?token=abc"


def pass_on(kind: str, path: str, query: bytes = b"") -> tuple[str, bytes] | str:
    """Path and raw path that the application gets, or the address of a redirect."""
    seen: list[Scope] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": kind, "path": path, "raw_path": path.encode(), "query_string": query}
    asyncio.run(PublicPath(app, "/emojify")(scope, receive, send))
    if sent:
        return str(dict(sent[0]["headers"])[b"location"].decode())
    return seen[0]["path"], seen[0]["raw_path"]


@pytest.mark.parametrize(
    ("given", "url", "origin", "path"),
    [
        ("https://A.example/emojify/", "https://a.example/emojify", "https://a.example", "/emojify"),
        ("https://a.example:8443/user/x@y/proxy/8000", "https://a.example:8443/user/x@y/proxy/8000",
         "https://a.example:8443", "/user/x@y/proxy/8000"),
        ("http://a.example:80/", "http://a.example", "http://a.example", ""),
        ("https://a.example", "https://a.example", "https://a.example", ""),
    ],
)  # fmt: skip
def test_public_url_has_an_origin_and_perhaps_a_path(given: str, url: str, origin: str, path: str) -> None:
    settings = Settings.model_validate({"public_url": given})
    assert (settings.public_url, str(settings.origin), settings.public_path) == (url, origin, path)


@pytest.mark.parametrize(("path", "way"), [("/", "./"), ("/privacy", "./"), ("/a/b", "../"), ("/emojis/x/y", "../../")])
def test_the_way_to_the_root(path: str, way: str) -> None:
    assert way_to_root(path) == way
