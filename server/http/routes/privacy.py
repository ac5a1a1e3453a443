"""`/privacy`: what happens to the pictures, in plain words and in the language that the browser asks for."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from server.origins import Origin

LANGUAGES = ("en", "de")  # the first is for everybody else


def add_privacy(app: FastAPI, templates: Path, public: Origin | None = None, has_token: bool = False) -> None:
    """Serve the page from `privacy.<language>.html` in the folder `templates`.

    Args:
        app: where to serve it.
        templates: the folder.
        public: where browsers reach this server, if that is not what its requests say.
        has_token: whether there is a token, and so a cookie.
    """
    pages = Jinja2Templates(directory=templates)

    @app.get("/privacy", response_class=HTMLResponse)
    async def privacy(request: Request) -> Response:
        language = preferred_language(request.headers.get("accept-language", ""))
        return pages.TemplateResponse(
            request,
            f"privacy.{language}.html",
            {"host": shown_host(request, public), "language": language, "has_token": has_token},
            headers={"cache-control": "no-cache", "vary": "accept-language"},
        )


def shown_host(request: Request, public: Origin | None) -> str:
    """Host and port of this server as its users know them."""
    return str(public).partition("://")[2] if public else request.url.netloc


def preferred_language(header: str) -> str:
    """The language of ours that an Accept-Language header wants most; of equals, the one named first.

    Weights that are no numbers count as 0: whoever sends such a header gets the page too.
    """
    wanted: dict[str, float] = {}
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower()[:2]
        if code in LANGUAGES:
            wanted[code] = max(wanted.get(code, 0.0), _weight(weight))
    best = max(wanted, key=lambda code: wanted[code], default=LANGUAGES[0])
    return best if wanted.get(best, 0.0) > 0 else LANGUAGES[0]


def _weight(text: str) -> float:
    if not text.strip():
        return 1.0
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
