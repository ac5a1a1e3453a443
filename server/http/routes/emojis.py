"""`/emojis/...` and `/api/emojis`: the pictures of the packs, and nothing else that lies beside them."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.packs.packs import Pack
from server.packs.picture_kinds import media_type

# An SVG is a document: opened by itself it could run scripts as this server's page, the camera's included. As an
# image it cannot; under this policy neither can it as a document: no scripts, nothing loaded, an origin of its own.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def add_emojis(app: FastAPI, packs: Mapping[str, Pack], chosen: str) -> None:
    """Serve the pictures of these packs, and at `/api/emojis` which packs there are."""
    answer = listing(packs, chosen)

    @app.get("/api/emojis", tags=["api"], responses={200: {"content": {"application/json": {"example": answer}}}})
    async def emojis() -> JSONResponse:
        """The emoji packs, the one to show at first before the others, and the address of each picture."""
        return JSONResponse(answer)

    for pack in packs.values():
        app.mount(f"/emojis/{pack.id}", Pictures(pack))


def listing(packs: Mapping[str, Pack], chosen: str) -> dict[str, Any]:
    """What `/api/emojis` answers, and what the page finds in its config."""
    return {"default": chosen, "packs": [pack.about() for pack in packs.values()]}


class Pictures(StaticFiles):
    """The pictures of one pack. A browser keeps them but asks about each, so that an edit shows at once."""

    def __init__(self, pack: Pack) -> None:
        """Serve what the pack names; Starlette sees that a file has not become a link out of the folder since."""
        super().__init__(directory=next(iter(pack.files.values())).parent)
        self._names = {path.name for path in pack.files.values()}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A picture of the pack, with the media type of its ending whatever the system's tables say; else 404."""
        if path not in self._names:
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        """A picture with its ETag, to be revalidated; an SVG with its policy."""
        response = super().file_response(full_path, *args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        if response.status_code != 304:
            response.headers["content-type"] = media_type(str(full_path))
        if str(full_path).lower().endswith(".svg"):
            response.headers["content-security-policy"] = SVG_POLICY
        return response
