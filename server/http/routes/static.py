"""`/static`: the page's files as they lie in `web/static`; scripts and styles without their comments.

Two fifths of the scripts are comments and types, for whoever works on them; browsers would load them for nothing.
Nothing else changes and every line keeps its number, so this is no build: an edit shows at the next reload.
"""

import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# Only comments that have their lines to themselves: what is beside code may as well be inside a string. `(?!\*/)`
# keeps a comment from reaching over code to the end of a later one.
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE | re.DOTALL)

_TYPES = {".js": "text/javascript", ".css": "text/css"}


class RevalidatedFiles(StaticFiles):
    """Files that a browser keeps but asks about each time, so that an edit or an update shows at once."""

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, or what is left of a script or a style, with its ETag to be revalidated."""
        kind = _TYPES.get(Path(full_path).suffix)
        if kind is None:
            response = super().file_response(full_path, stat_result, scope, status_code)
        else:
            content, etag = _lean_file(str(full_path), stat_result.st_mtime_ns)
            known = Headers(scope=scope).get("if-none-match") == etag
            response = Response(None if known else content, 304 if known else status_code, {"etag": etag}, kind)
        response.headers["cache-control"] = "no-cache"
        return response


def without_comments(text: str) -> str:
    """JavaScript or CSS with its comment lines empty: the same lines, the same code."""
    return _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)


@lru_cache(maxsize=256)
def _lean_file(path: str, mtime_ns: int) -> tuple[bytes, str]:
    """Content and ETag; `mtime_ns` is part of the key, so that an edited file is read again."""
    content = without_comments(Path(path).read_text(encoding="utf-8")).encode()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
