"""Refuses requests by their Host and Origin headers.

A page on another site could open our WebSocket (the same-origin policy does not cover WebSockets), send a form, or
reach the server under a name of its own (DNS rebinding). So the Host must be an allowed one, and the Origin that of a
page of this server. Pure ASGI, since Starlette's middlewares skip WebSockets.
"""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.access.allowed_hosts import AllowedHosts
from server.http.access.refusals import AccessRefusal, RefusalReport, refusal_of_host, refusal_of_origin
from server.http.problem_details import refuse_handshake, send_problem
from server.origins import Origin, origin_of, parse_origin

# Methods that change nothing. Browsers do not show their responses to pages of other origins.
READS = frozenset({"GET", "HEAD", "OPTIONS"})

# Bytes of a refused request that are read and discarded before the response: a form or a small picture.
MAX_DISCARDED = 256 * 1024


class OriginCheck:
    """Refuses a foreign Host, and a foreign Origin of WebSockets and of requests that send data."""

    def __init__(
        self,
        app: ASGIApp,
        names: AllowedHosts,
        origins: Iterable[Origin] = (),
        require_origin: bool = False,
        report: RefusalReport | None = None,
    ) -> None:
        """Protect `app`.

        Args:
            app: the application.
            names: the allowed hosts.
            origins: origins whose pages may use it, besides its own.
            require_origin: whether to refuse a missing Origin too. Programs send none.
            report: is told what is refused.
        """
        self._app, self._names, self._origins = app, names, frozenset(origins)
        self._require_origin, self._report = require_origin, report or RefusalReport()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or pass on."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            self._report.connection(refusal.reason, refusal.detail)
            await refuse_handshake(scope, receive, send, refusal.problem)
        else:
            self._report.request(refusal.reason, refusal.detail)
            await _discard(receive)
            await send_problem(send, refusal.problem)

    def _refusal(self, scope: Scope) -> AccessRefusal | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._names:
            return refusal_of_host(headers, scope["scheme"])
        if scope["type"] == "websocket" or scope.get("method", "GET") not in READS:
            return self._refusal_of_origin(headers, scope["scheme"])
        return None

    def _refusal_of_origin(self, headers: Headers, scheme: str) -> AccessRefusal | None:
        text = headers.get("origin")
        if text is None:
            missing = AccessRefusal("origin", "This server requires an Origin header (--require-origin).")
            return missing if self._require_origin else None
        origin = parse_origin(text)
        own = origin_of("https" if scheme in ("wss", "https") else "http", headers.get("host", ""))
        if origin is None or (origin != own and origin not in self._origins):
            return refusal_of_origin(text, origin, own, headers)
        return None


async def _discard(receive: Receive) -> None:
    """Read the body first: a proxy (Caddy) that receives a response while it still sends cuts the response off."""
    left, more = MAX_DISCARDED, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
