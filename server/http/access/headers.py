"""Security headers of every response: pages, files, errors and refused handshakes."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.origins import host_name, is_public_name

SECURITY_HEADERS = {
    # Only what is named here, and only from this origin. blob: is for pictures that the page's own scripts make.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # The camera for this page, not for frames in it. The page needs no other permission.
    "permissions-policy": (
        "camera=(self), microphone=(), geolocation=(), display-capture=(), accelerometer=(), gyroscope=(), "
        "magnetometer=(), midi=(), payment=(), usb=()"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # The default, for answers and errors. Pages and files set their own.
    "cache-control": "no-store",
}

# Seconds for which a browser then uses only https for this host: 30 days. Long enough to matter between two visits,
# short enough for a host that goes back to plain http. Does not apply to other hosts of the domain.
HSTS = f"max-age={30 * 24 * 3600}"

STARTS = ("http.response.start", "websocket.http.response.start")


class SecurityHeaders:
    """Adds the headers to every response that does not have them yet. Pure ASGI, so that it sees refused handshakes."""

    def __init__(self, app: ASGIApp, hsts: bool = False) -> None:
        """Wrap `app`.

        Args:
            app: the application.
            hsts: whether to send HSTS to clients that use a public name. Only for certificates that browsers trust:
                with others, HSTS removes the option to continue past the warning. Never for local names:
                `localhost` is shared by all servers of a machine, and `mybox.local` exists in many networks.
        """
        self._app, self._hsts = app, hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in STARTS:
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if self._hsts and is_public_name(host_name(Headers(scope=scope).get("host", ""))):
                    headers.setdefault("strict-transport-security", HSTS)
            await send(message)

        await self._app(scope, receive, send if scope["type"] == "lifespan" else send_with_headers)
