"""`/`: the page, with what it must know before it has a connection."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from server import __version__
from server.http.languages import find_languages, preferred_language
from server.http.messages import read_messages
from server.http.routes.emojis import list_packs
from server.http.routes.privacy import shown_host
from server.loopback import is_loopback
from server.origins import Origin
from server.packs.packs import Pack
from server.vision.expression.manifest import Manifest


def add_page(app: FastAPI, web: Path, config: Mapping[str, Any], public: Origin | None = None) -> None:
    """Serve `templates/index.html` of the folder `web` in the languages of `static/js/messages`.

    Args:
        app: the application.
        web: the folder.
        config: of the page (`page_config`).
        public: the origin at which browsers reach this server, if requests do not show it.
    """
    pages = Jinja2Templates(directory=web / "templates")
    messages = web / "static" / "js" / "messages"
    languages = find_languages(messages, ".js")

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def page(request: Request) -> Response:
        language = preferred_language(request.headers.get("accept-language", ""), languages)
        context = {
            "config": config,
            "language": language,
            "t": read_messages(messages / f"{language}.js"),
            "host": shown_host(request, public),
            "here": public is None and is_loopback(request.url.hostname or "") and _comes_from_here(request),
            "hero": config["packs"]["packs"][0]["emojis"].get("happy"),
        }
        headers = {"cache-control": "no-cache", "vary": "accept-language"}
        return pages.TemplateResponse(request, "index.html", context, headers=headers)


def _comes_from_here(request: Request) -> bool:
    """Whether the browser runs on the server's computer, or behind a tunnel that ends there."""
    return request.client is not None and is_loopback(request.client.host)


def page_config(manifest: Manifest, packs: Mapping[str, Pack], chosen: str) -> dict[str, Any]:
    """The page's config (`Config` in web/types.d.ts). All addresses are relative to the page."""
    return {
        "version": __version__,
        "socket": "ws",
        "labels": list(manifest.labels),
        "packs": list_packs(packs, chosen, path="."),
        "model": {"accuracy": headline_accuracy(manifest)},
    }


def headline_accuracy(manifest: Manifest) -> float | None:
    """The accuracy to quote, 0 to 1: against FER+ labels where that was measured, else against FER2013 labels."""
    accuracy = manifest.accuracy
    return accuracy.get("ferplus_private", accuracy.get("fer2013_private"))
