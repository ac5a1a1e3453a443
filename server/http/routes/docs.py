"""`/docs`: the HTTP API for people, rendered from `/openapi.json`.

FastAPI's own page needs scripts from a CDN and inline scripts, which the content security policy forbids. This one
works without scripts.
"""

import json
import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from server.http.problem_details import PROBLEMS
from server.http.routes.privacy import shown_host
from server.http.upload import PICTURE_TYPES
from server.origins import Origin

MAX_EXAMPLE = 2600  # characters; a longer example is cut, such as the list of packs
_NUMBERS = re.compile(r"\[[\d\s.,e+-]+\]")  # each list of numbers is shown in one line


def add_docs(app: FastAPI, templates: Path, public: Origin | None = None, path: str = "") -> None:
    """Serve the page from `docs.html` in the folder `templates`. Call it after all other routes are added.

    `public` is the origin at which browsers reach this server, if requests do not show it, and `path` its path there.
    """
    pages = Jinja2Templates(directory=templates)

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    async def docs(request: Request) -> Response:
        context = {
            "endpoints": describe(app.openapi()),
            "problems": PROBLEMS,
            "picture_types": PICTURE_TYPES,
            "version": app.version,
            **_address(request, public, path),
        }
        return pages.TemplateResponse(request, "docs.html", context, headers={"cache-control": "no-cache"})


def _address(request: Request, public: Origin | None, path: str) -> dict[str, str]:
    scheme = public.scheme if public else request.url.scheme
    host = shown_host(request, public) + path
    return {"host": host, "scheme": scheme, "socket": "wss" if scheme == "https" else "ws"}


def describe(openapi: dict[str, Any]) -> list[dict[str, Any]]:
    """The endpoints of an OpenAPI document as the page shows them: those of the API first."""
    endpoints = [
        _endpoint(openapi, path, method, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    return sorted(endpoints, key=lambda it: (not it["path"].startswith("/api"), it["method"] == "GET", it["path"]))


def _endpoint(openapi: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    response = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return {
        "path": path,
        "method": method.upper(),
        "id": operation["operationId"],
        "text": " ".join(operation.get("description", "").split()),
        "takes": list(operation.get("requestBody", {}).get("content", {})),
        "example": _shown(response["example"]) if "example" in response else "",
        "fields": _fields(openapi, response.get("schema", {})),
        "problems": sorted(status for status in operation["responses"] if status >= "400"),
    }


def _shown(example: Any) -> str:
    text = _NUMBERS.sub(lambda found: " ".join(found[0].split()), json.dumps(example, indent=2, ensure_ascii=False))
    return text if len(text) <= MAX_EXAMPLE else text[:MAX_EXAMPLE].rsplit("\n", 1)[0] + "\n  ..."


def _fields(openapi: dict[str, Any], schema: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Name and description of each field of a response; a nested field follows its parent: `faces[].box`."""
    items = schema.get("items", {}) if schema.get("type") == "array" else schema
    name = items.get("$ref", "").rsplit("/", 1)[-1]
    properties = openapi.get("components", {}).get("schemas", {}).get(name, {}).get("properties", {})
    fields = []
    for field, inside in properties.items():
        shown = prefix + field + ("[]" if "$ref" in inside.get("items", {}) else "")
        if text := inside.get("description"):
            fields.append((shown, text))
        fields += _fields(openapi, inside, shown + ".")
    return fields
