"""The files of the page: served as they are, compressed, revalidated."""

import asyncio
import gzip
from pathlib import Path

import pytest
from starlette.types import Message, Scope

from server.http.routes.static import RevalidatedFiles

# A script whose template literal has lines that look like comments: they must arrive.
SCRIPT = "const text = `\n// kept\n/* kept */\n`;\n" + "run();\n" * 50


def ask(folder: Path, name: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request; header names are given with underscores."""
    raw = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    scope: Scope = {"type": "http", "method": method, "path": f"/{name}", "root_path": "", "headers": raw}
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(RevalidatedFiles(directory=folder)(scope, receive, send))
    got = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return sent[0]["status"], got, b"".join(message.get("body", b"") for message in sent)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.js").write_text(SCRIPT)
    (tmp_path / "a.png").write_bytes(b"\x89PNG" + bytes(2000))
    return tmp_path


def test_a_script_arrives_as_it_is_in_the_folder(folder: Path) -> None:
    status, headers, body = ask(folder, "a.js")
    assert (status, body.decode()) == (200, SCRIPT)
    assert "content-encoding" not in headers and headers["content-type"] == "text/javascript; charset=utf-8"
    status, headers, body = ask(folder, "a.js", accept_encoding="br, gzip")
    assert (status, gzip.decompress(body).decode()) == (200, SCRIPT)
    assert headers["content-encoding"] == "gzip" and int(headers["content-length"]) == len(body) < len(SCRIPT)
    assert headers["vary"] == "accept-encoding" and headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["a.js", "a.png"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", W/{}', "*"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_unchanged_file_is_not_sent_again(folder: Path, name: str, form: str, encoding: str) -> None:
    etag = ask(folder, name, accept_encoding=encoding)[1]["etag"].removeprefix("W/")
    status, headers, body = ask(folder, name, accept_encoding=encoding, if_none_match=form.format(etag))
    assert (status, body) == (304, b"")
    assert headers["cache-control"] == "no-cache" and headers["etag"].endswith(etag)
    assert ("vary" in headers) == (name == "a.js"), "a cache must know that there are two encodings"


def test_an_edited_file_is_sent_at_the_next_request(folder: Path) -> None:
    etag = ask(folder, "a.js", accept_encoding="gzip")[1]["etag"]
    (folder / "a.js").write_text("walk(again);\n")
    status, _, body = ask(folder, "a.js", accept_encoding="gzip", if_none_match=etag)
    assert (status, gzip.decompress(body)) == (200, b"walk(again);\n")


def test_both_encodings_share_a_weak_tag_so_that_no_range_mixes_them(folder: Path) -> None:
    plain, compressed = ask(folder, "a.js")[1], ask(folder, "a.js", accept_encoding="gzip")[1]
    assert plain["etag"] == compressed["etag"] and plain["etag"].startswith('W/"')
    status, headers, body = ask(folder, "a.js", accept_encoding="gzip", range="bytes=0-9")
    assert (status, body) == (206, SCRIPT[:10].encode()) and "content-encoding" not in headers
    status, _, body = ask(folder, "a.js", range="bytes=0-9", if_range=plain["etag"])
    assert (status, body.decode()) == (200, SCRIPT)


def test_a_picture_is_not_compressed_a_second_time(folder: Path) -> None:
    _, headers, body = ask(folder, "a.png", accept_encoding="gzip")
    assert "content-encoding" not in headers and body == (folder / "a.png").read_bytes()
    assert not headers["etag"].startswith("W/")
