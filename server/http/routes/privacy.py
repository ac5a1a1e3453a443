"""`/privacy`: what happens to the pictures, in the language of the browser."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from server.http.languages import find_languages, preferred_language
from server.origins import Origin


def add_privacy(app: FastAPI, templates: Path, public: Origin | None = None, has_token: bool = False) -> None:
    """Serve `privacy.html` of the folder `templates`, with the texts of `languages/<tag>.html`.

    Args:
        app: the application.
        templates: the folder.
        public: the origin at which browsers reach this server, if requests do not show it.
        has_token: whether the server has a token, and so sets a cookie.
    """
    pages = Jinja2Templates(directory=templates)
    languages = find_languages(templates / "languages", ".html")

    @app.get("/privacy", response_class=HTMLResponse)
    async def privacy(request: Request) -> Response:
        language = preferred_language(request.headers.get("accept-language", ""), languages)
        return pages.TemplateResponse(
            request,
            "privacy.html",
            {"host": shown_host(request, public), "language": language, "has_token": has_token, "root": "./"},
            headers={"cache-control": "no-cache", "vary": "accept-language"},
        )


def shown_host(request: Request, public: Origin | None) -> str:
    """Host and port of this server as its users see them."""
    return str(public).partition("://")[2] if public else request.url.netloc
