"""Who may talk: requests under a name of this server, and what is sent only from its own pages.

A page on another site could open our socket (WebSockets know no same-origin rule), send us a form, or reach us under
a name of its own (DNS rebinding). So the Host must be one of ours, and the Origin must be the page that we served.
Pure ASGI, since Starlette's middlewares skip WebSockets.
"""

from collections.abc import Callable, Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.access.allowed_hosts import AllowedHosts
from server.http.problem_details import answer, problem_fields, refuse_handshake
from server.origins import Origin, origin_of, parse_origin

# Methods that change nothing: a foreign page is not shown their answers, so they may be asked by anybody.
READS = frozenset({"GET", "HEAD", "OPTIONS"})

# Bytes of a refused request that are read before the refusal: a form, a small picture.
READ_ON = 256 * 1024


class OriginCheck:
    """Refuses requests under a foreign Host, and sockets and sent data from a foreign Origin, before `accept()`."""

    def __init__(
        self,
        app: ASGIApp,
        names: AllowedHosts,
        origins: Iterable[Origin] = (),
        require_origin: bool = False,
        on_refused: Callable[[int], None] = lambda status: None,
    ) -> None:
        """Protect `app`.

        Args:
            app: what those who may talk talk to.
            names: the hosts that it answers to.
            origins: pages that may use it besides its own.
            require_origin: whether a missing Origin, as programs have it, is refused as well.
            on_refused: told the HTTP status of each socket that is refused.
        """
        self._app, self._names, self._origins = app, names, frozenset(origins)
        self._require_origin, self._on_refused = require_origin, on_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or pass on."""
        reason = None if scope["type"] == "lifespan" else self._refusal(scope)
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            self._on_refused(403)
            await refuse_handshake(scope, receive, send, problem_fields(403, "forbidden", reason))
        else:
            await _read_on(receive)
            await answer(send, 403, problem_fields(403, "forbidden", reason))

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._names:
            return (
                f"This server does not answer to the name {host[:80]!r}. Open it by a name of its own, such as "
                "http://localhost on its machine, or start it with --allow-host and that name."
            )
        if scope["type"] == "websocket" or scope.get("method", "GET") not in READS:
            return self._refusal_of_origin(headers.get("origin"), scope["scheme"], host)
        return None

    def _refusal_of_origin(self, text: str | None, scheme: str, host: str) -> str | None:
        if text is None:
            return "This server wants to be told the Origin (--require-origin)." if self._require_origin else None
        origin = parse_origin(text)
        own = origin_of("https" if scheme in ("wss", "https") else "http", host)
        if origin is None or (origin != own and origin not in self._origins):
            return (
                f"A page of {text[:80]!r} may not use this server. Open the server's own page, or start the server "
                "with --allow-origin and that address."
            )
        return None


async def _read_on(receive: Receive) -> None:
    """Forget what is sent: a proxy (Caddy) that is answered while it still sends cuts off the answer."""
    left, more = READ_ON, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
