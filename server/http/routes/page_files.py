"""`/static/css/page.css` and `/static/js/page.js`: all sheets and all modules of the page, in one request each.

What is loaded later is one file for each purpose too: the game, and the teaching.
"""

import gzip
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.responses import Response

from server.http.joined_files import join_modules, join_sheets
from server.http.routes.static import TEXT_TYPES

# The sheets of the page, and of the overlay, in the order of the cascade.
SHEETS = (
    "tokens", "base", "layout", "camera-card", "panel", "expression", "score-bars", "drawer", "forms", "phone", "sheet",
)  # fmt: skip
OVERLAY_SHEETS = ("tokens", "base", "expression", "overlay-page")

# The joined scripts and their entries.
SCRIPTS = {
    "page.js": "main.js",
    "game.js": "game/mirror-game.js",
    "overlay.js": "overlay/main.js",
    "teaching.js": "teaching/teacher.js",
    "sticker.js": "export/sticker/make-sticker.js",
}


class Content(NamedTuple):
    """A joined file as it is sent."""

    etag: str
    plain: bytes
    compressed: bytes


class JoinedFile:
    """The joined files of a folder, joined again when one of them has changed."""

    def __init__(self, folder: Path, suffix: str, join: Callable[[], str]) -> None:
        """`join` returns the text of the files in `folder` that end with `suffix`."""
        self._folder, self._suffix, self._join = folder, suffix, join
        self._stamp: object = None
        self._content = Content("", b"", b"")

    def response(self, request: Request) -> Response:
        """The file, or 304. As in `RevalidatedFiles`, its ETag is weak because it stands for both encodings."""
        content = self._current()
        headers = {"etag": content.etag, "vary": "accept-encoding", "cache-control": "no-cache"}
        if content.etag.removeprefix("W/") in request.headers.get("if-none-match", "").replace("W/", "").split(", "):
            return Response(status_code=304, headers=headers)
        headers["content-type"] = TEXT_TYPES[self._suffix]
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(content.plain, headers=headers)
        return Response(content.compressed, headers=headers | {"content-encoding": "gzip"})

    def _current(self) -> Content:
        stamp = [(path, path.stat().st_mtime_ns) for path in sorted(self._folder.rglob(f"*{self._suffix}"))]
        if stamp != self._stamp:
            plain = self._join().encode()
            etag = f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'
            self._content = Content(etag, plain, gzip.compress(plain, mtime=0))
            self._stamp = stamp
        return self._content


def add_page_files(app: FastAPI, static: Path) -> None:
    """Serve the joined files of the folder `static`. To be called before `static` itself is mounted."""
    # Not `async`: a thread reads the files, and the event loop serves others in the meantime.
    for name, names in (("page.css", SHEETS), ("overlay.css", OVERLAY_SHEETS)):
        sheets = JoinedFile(static / "css", ".css", partial(join_sheets, static / "css", names))
        app.add_api_route(f"/static/css/{name}", sheets.response, include_in_schema=False)
    for name, entry in SCRIPTS.items():
        script = JoinedFile(static / "js", ".js", partial(join_modules, static / "js", entry))
        app.add_api_route(f"/static/js/{name}", script.response, include_in_schema=False)
