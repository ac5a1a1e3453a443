"""`/overlay`: the emoji alone on a transparent ground, for streams and meetings (docs/overlay.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from server.http.languages import find_languages, preferred_language
from server.http.messages import read_messages


def add_overlay(app: FastAPI, web: Path, config: Mapping[str, Any]) -> None:
    """Serve `templates/overlay.html` of the folder `web` with the page's config (`page_config`)."""
    pages = Jinja2Templates(directory=web / "templates")
    messages = web / "static" / "js" / "messages"
    languages = find_languages(messages, ".js")

    @app.get("/overlay", response_class=HTMLResponse, include_in_schema=False)
    async def overlay(request: Request) -> Response:
        language = preferred_language(request.headers.get("accept-language", ""), languages)
        context = {"config": config, "language": language, "t": read_messages(messages / f"{language}.js")}
        headers = {"cache-control": "no-cache", "vary": "accept-language"}
        return pages.TemplateResponse(request, "overlay.html", context, headers=headers)
