"""What every answer carries, whoever made it: pages, files, errors, refusals of a handshake."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.origins import host_name, is_public_name

SECURITY_HEADERS = {
    # Nothing but what is named, and that from here only; blob: is for pictures that the page's own script makes.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # The camera for this page, not for frames in it; the rest that could be asked of people is not needed at all.
    "permissions-policy": (
        "camera=(self), microphone=(), geolocation=(), display-capture=(), accelerometer=(), gyroscope=(), "
        "magnetometer=(), midi=(), payment=(), usb=()"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # For what does not say otherwise: answers and errors are for those who asked, once. Files say otherwise.
    "cache-control": "no-store",
}

# Seconds for which a browser insists on https for this host, once seen: 30 days. Long enough to matter between two
# visits; whoever goes back to plain http is not locked out for a year. Other hosts of the domain are not concerned.
HSTS = f"max-age={30 * 24 * 3600}"

STARTS = ("http.response.start", "websocket.http.response.start")


class SecurityHeaders:
    """Adds the headers to every answer that does not have them yet. Pure ASGI, to see refused handshakes as well."""

    def __init__(self, app: ASGIApp, hsts: bool = False) -> None:
        """Wrap `app`.

        Args:
            app: what makes the answers.
            hsts: whether to have browsers insist on https. For real certificates only: under one that a device does
                not trust (yet), HSTS takes away the way past the warning. And for names that somebody owns only: the
                `localhost` of a browser is shared by all projects on it, a `mybox.local` by all networks.
        """
        self._app, self._hsts = app, hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; what comes back gets the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in STARTS:
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if self._hsts and is_public_name(host_name(Headers(scope=scope).get("host", ""))):
                    headers.setdefault("strict-transport-security", HSTS)
            await send(message)

        await self._app(scope, receive, send if scope["type"] == "lifespan" else send_with_headers)
