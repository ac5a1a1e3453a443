"""The page that asks for the token, as the check of the token sends it."""

import asyncio
import re
from html import unescape
from urllib.parse import unquote, urljoin

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.http.access.token import TokenCheck
from server.http.app import TEMPLATES

HERE = "http://mybox:8000"


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("admitted without the token")


def page_after_a_link(path: str) -> str:
    """The page that somebody gets who followed a link of another site to this decoded path."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"mybox:8000"), (b"accept", b"text/html"), (b"sec-fetch-site", b"cross-site")]
    scope: Scope = {
        "type": "http", "method": "GET", "scheme": "http", "server": ("mybox", 8000), "path": path, "query_string": b"",
        "root_path": "", "headers": headers,
    }  # fmt: skip
    asyncio.run(TokenCheck(nothing, "correct-horse-battery", TEMPLATES)(scope, receive, send))
    return b"".join(message.get("body", b"") for message in sent).decode()


@pytest.mark.parametrize("path", ["/", "/docs", "/a/b", r"/\\evil.example", "/https:evil.example", "/x;url=evil"])
def test_the_page_reloads_itself_and_nothing_else(path: str) -> None:
    r"""Browsers take `\` for `/`, and `https:evil.example` on a page of http for https://evil.example."""
    found = re.search(r'content="0; url=([^"]*)"', page_after_a_link(path))
    assert found is not None
    address = unescape(found[1])
    assert re.fullmatch(r"\./[\w.~%-]*", address)
    assert unquote(urljoin(HERE + "/".join(path.split("/")[:-1]) + "/", address)) == HERE + path
