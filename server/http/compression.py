"""Compresses pages and JSON. Not for files: those are compressed once, not for each request (routes/static.py)."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# These routes serve files: compressed already, or of kinds that do not shrink, or parts of files (status 206), which
# Starlette before 1.5 would compress too.
FILES = ("/static/", "/emojis/")
# Bytes. A smaller response fits into one network packet as it is.
MIN_SIZE = 1000


class Compression:
    """Compresses the responses of an application, except files. Pure ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app, self._compressed = app, GZipMiddleware(app, MIN_SIZE, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other scopes pass unchanged."""
        app = self._app if scope["type"] != "http" or scope["path"].startswith(FILES) else self._compressed
        await app(scope, receive, send)
