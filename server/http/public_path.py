"""The path of `--public-url`, for reverse proxies that serve this server below a path, such as `/emojify`.

All addresses in the pages are relative. So it does not matter whether a proxy removes the path from requests, and
without `--public-url` a proxy that removes it works, too.
"""

from starlette.types import ASGIApp, Receive, Scope, Send


class PublicPath:
    """Removes the path from requests that have it. Pure ASGI, for requests and WebSockets."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        """Wrap `app`; `path` begins with a slash and does not end with one."""
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Below the bare path, relative addresses would lead elsewhere: redirect to `path/`."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path == self._path:
            query = scope.get("query_string", b"")
            location = f"{self._path}/".encode() + (b"?" + query if query else b"")
            await send({"type": "http.response.start", "status": 307, "headers": [(b"location", location)]})
            await send({"type": "http.response.body", "body": b""})
            return
        if path.startswith(f"{self._path}/"):
            raw: bytes = scope.get("raw_path") or path.encode()
            scope = {**scope, "path": path[len(self._path) :], "raw_path": raw[len(self._path) :]}
        await self._app(scope, receive, send)


def way_to_root(path: str) -> str:
    """The relative address of the page from a page at this path: `./` from `/privacy`, `../` from `/docs/x`."""
    return "../" * (path.count("/") - 1) or "./"
