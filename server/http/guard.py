"""Who may talk, and what every answer carries. Pure ASGI, since Starlette's middlewares skip WebSockets.

A page on another site could open our socket (WebSockets know no same-origin rule) or reach us under a name of
its own (DNS rebinding). So the Host must be one of ours and the Origin must be the page that we served.
"""

import ipaddress
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.problem import answer, problem_fields

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

SECURITY_HEADERS = {
    # Everything the page loads comes from here; blob: is for pictures that its own script makes.
    "content-security-policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def allowed_hosts(bind: str) -> frozenset[str] | None:
    """Host names under which a server on this address may be called; None for any.

    On loopback only loopback's own names make sense. On an address for others, any name may be ours.
    """
    if bind == "localhost":
        return LOOPBACK_NAMES
    try:
        return LOOPBACK_NAMES if ipaddress.ip_address(bind).is_loopback else None
    except ValueError:
        return None


class Guard:
    """Refuses requests under a foreign Host and sockets from a foreign Origin, before `accept()`."""

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str] | None, on_refused: Callable[[int], None] = lambda status: None
    ) -> None:
        """Protect `app`.

        Args:
            app: what those who may talk talk to.
            hosts: the host names (without port) it answers to, None for any.
            on_refused: told the HTTP status of each socket that is refused.
        """
        self._app = app
        self._hosts = frozenset(hosts) if hosts is not None else None
        self._on_refused = on_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or pass on; every HTTP answer gets the security headers."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        reason = self._refusal(scope)
        if reason is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            self._on_refused(403)
            await receive()  # the client's "connect"; a close before accept is answered 403 by the server
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            await _forbid(_with_headers(send), reason)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts is not None and without_port(host) not in self._hosts:
            return f"This server does not answer to the name {host[:80]!r}; open it as http://localhost."
        origin = headers.get("origin")
        # To read is safe: a foreign page is not shown the answer. To send is not, by whichever door.
        sends = scope["type"] == "websocket" or scope.get("method", "GET") not in ("GET", "HEAD", "OPTIONS")
        if sends and origin is not None and not _same_origin(origin, scope["scheme"], host):
            return f"A page of {origin[:80]!r} may not use this server; open the server's own page."
        return None


def _same_origin(origin: str, scheme: str, host: str) -> bool:
    """Whether an Origin header is exactly scheme, host and port of this very server; "null" never is."""
    secure = scheme in ("wss", "https")
    return host != "" and origin.lower() == f"{'https' if secure else 'http'}://{host}".lower()


def without_port(host: str) -> str:
    """The name in a Host header, lower case: `localhost` of `localhost:8000`, `[::1]` of `[::1]:8000`."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


async def _forbid(send: Send, reason: str) -> None:
    await answer(send, 403, problem_fields(403, "forbidden", reason))
