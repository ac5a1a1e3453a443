"""`/api/emojis` and `/emojis/...`: the emoji packs, their pictures and rigs, and no other file of their folders."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from server.http.routes.static import RevalidatedFiles
from server.packs.packs import Pack
from server.packs.picture_check import media_type
from server.packs.rig import FILE_NAME as RIG_FILE
from server.packs.rig.drawing import Rig

# An SVG that is opened as a document could run scripts with this server's origin, and so use the camera permission.
# In an <img> it cannot. Under this policy it cannot as a document either: no scripts, no requests, an opaque origin.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def add_emojis(app: FastAPI, packs: Mapping[str, Pack], chosen: str, path: str = "") -> None:
    """Serve the list of packs, with the chosen one first, and their pictures; `path` is that of `--public-url`."""
    listed = list_packs(packs, chosen, path)

    @app.get("/api/emojis", tags=["api"], responses={200: {"content": {"application/json": {"example": listed}}}})
    async def emojis() -> JSONResponse:
        """The emoji packs, the one to show first at the top, with the address of each picture."""
        return JSONResponse(listed)

    for pack in packs.values():
        app.mount(f"/emojis/{pack.id}", PackPictures(pack))


def list_packs(packs: Mapping[str, Pack], chosen: str, path: str = "") -> dict[str, Any]:
    """The response of `/api/emojis`, which is also in the page's config; `path` precedes the pictures' addresses."""
    return {"default": chosen, "packs": [_about(pack, path) for pack in packs.values()]}


def _about(pack: Pack, path: str) -> dict[str, Any]:
    about = pack.about()
    emojis = {label: f"{path}{address}" for label, address in about["emojis"].items()}
    return about | {"emojis": emojis} | ({"rig": f"{path}{about['rig']}"} if "rig" in about else {})


class PackPictures(RevalidatedFiles):
    """The pictures of one pack, and its rig."""

    def __init__(self, pack: Pack) -> None:
        """Serve the files that the pack names. Starlette refuses one that has become a link out of the folder."""
        super().__init__(directory=next(iter(pack.files.values())).parent)
        self._names = {path.name for path in pack.files.values()}
        self._rig = pack.rig

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A picture of the pack or its rig, else 404."""
        if path == RIG_FILE and self._rig:
            return self._rig_response(self._rig, Headers(scope=scope))
        if path not in self._names:
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def _rig_response(self, rig: Rig, request: Headers) -> Response:
        """The rig, checked and ready to be drawn: not the file, in which a browser could find something else."""
        plain, compressed, etag = _rig_content(rig)
        headers = {"etag": etag, "vary": "accept-encoding", "cache-control": "no-cache"}
        if etag.removeprefix("W/") in request.get("if-none-match", "").replace("W/", "").split(", "):
            return Response(status_code=304, headers=headers)
        headers["content-type"] = "application/json"
        if "gzip" not in request.get("accept-encoding", ""):
            return Response(plain, headers=headers)
        return Response(compressed, headers=headers | {"content-encoding": "gzip"})

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        """The picture; an SVG with its own policy."""
        response = super().file_response(full_path, *args, **kwargs)
        if response.status_code != 304:
            response.headers["content-type"] = media_type(str(full_path))
        if str(full_path).lower().endswith(".svg"):
            response.headers["content-security-policy"] = SVG_POLICY
        return response


@lru_cache(maxsize=16)
def _rig_content(rig: Rig) -> tuple[bytes, bytes, str]:
    """A rig as JSON, plain and compressed, made at the first request, and its ETag, which is weak for both."""
    plain = json.dumps(rig.json(), separators=(",", ":")).encode()
    return plain, gzip.compress(plain, mtime=0), f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'
