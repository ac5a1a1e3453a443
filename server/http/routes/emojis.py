"""`/api/emojis` and `/emojis/...`: the emoji packs and their pictures, and no other file of their folders."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from server.http.routes.static import RevalidatedFiles
from server.packs.packs import Pack
from server.packs.picture_check import media_type

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
    return about | {"emojis": {label: f"{path}{address}" for label, address in about["emojis"].items()}}


class PackPictures(RevalidatedFiles):
    """The pictures of one pack."""

    def __init__(self, pack: Pack) -> None:
        """Serve the files that the pack names. Starlette refuses one that has become a link out of the folder."""
        super().__init__(directory=next(iter(pack.files.values())).parent)
        self._names = {path.name for path in pack.files.values()}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A picture of the pack, else 404."""
        if path not in self._names:
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        """The picture; an SVG with its own policy."""
        response = super().file_response(full_path, *args, **kwargs)
        if response.status_code != 304:
            response.headers["content-type"] = media_type(str(full_path))
        if str(full_path).lower().endswith(".svg"):
            response.headers["content-security-policy"] = SVG_POLICY
        return response
