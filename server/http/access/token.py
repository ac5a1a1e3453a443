"""The access token (`--token`).

`/?token=...`, and `/overlay?token=...`, is exchanged for a cookie and disappears from the address bar. The cookie holds
a keyed hash of the token instead of the token, so there is no database, and a changed token invalidates old cookies.
There is no rate limit on guesses: `auto` makes a token of 128 bits. At a million guesses a second, trying half of all
such tokens takes more than 10^24 years.
"""

import hashlib
import hmac
import secrets
import time
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.frames import CloseCode

from server.http.access.refusals import RefusalReport
from server.http.languages import find_languages, preferred_language
from server.http.problem_details import MEDIA_TYPE, problem_fields
from server.http.public_path import way_to_root
from server.live.protocol import error
from server.loopback import is_loopback
from server.origins import DEFAULT_PORTS, host_name, split_host

BAD_TOKEN = "This server requires its access token. Open the link that it printed when it started, or ask the operator."

# Served without the token: health checks, the certificate that a device must trust first, and the files of the page
# that asks for the token.
PUBLIC_PATHS = frozenset({
    "/healthz", "/readyz", "/ca.pem", "/static/favicon.svg", "/static/js/settings/theme.js",
    "/static/css/tokens.css", "/static/css/base.css", "/static/css/text.css",
})  # fmt: skip

# Pages whose address may have the token. The overlay is opened by programs that cannot open another page first.
ENTRIES = frozenset({"/", "/overlay"})

# Seconds that a browser keeps the cookie: 30 days.
COOKIE_AGE = 30 * 24 * 3600

# Seconds for which the link of *Open on a phone* is valid. It is shown on a screen, where others can see it.
TEMPORARY_AGE = 600


def make_token() -> str:
    """128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def cookie_value(token: str) -> str:
    """The keyed hash of a token that the cookie holds; the token cannot be computed from it."""
    return hmac.new(token.encode(), b"emojify cookie", hashlib.sha256).hexdigest()


def temporary_token(token: str, now: float) -> str:
    """Replaces the token in a link until TEMPORARY_AGE later; the token cannot be computed from it.

    Args:
        token: the token.
        now: seconds since 1970.
    """
    until = f"{int(now) + TEMPORARY_AGE:x}"
    return f"{until}.{_signature(token, until)}"


def is_temporary_token(given: str, token: str, now: float) -> bool:
    """Whether it was made from this token and is still valid."""
    until, _, signature = given.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(token, until).encode()):  # in constant time
        return False
    return now < int(until, 16)


def _signature(token: str, until: str) -> str:
    return hmac.new(token.encode(), f"emojify link {until}".encode(), hashlib.sha256).hexdigest()[:32]


class TokenCheck:
    """Refuses requests without the token, which is sent as a cookie or as `Authorization: Bearer`. Pure ASGI."""

    def __init__(
        self,
        app: ASGIApp,
        token: str,
        templates: Path,
        secure: bool = False,
        path: str = "",
        has_other_line: bool = False,
        report: RefusalReport | None = None,
    ) -> None:
        """Protect `app`.

        Args:
            app: the application.
            token: the token.
            templates: folder with `token.html`, and its texts in `languages/<tag>.html`.
            secure: whether browsers use https although requests arrive by http, as behind a proxy.
            path: the path of the server on its public host, if it has one; the cookie is sent only below it.
            has_other_line: whether the server prints the link for other devices in a line of its own.
            report: is told which WebSockets are refused.
        """
        self._app, self._cookie_value, self._secure = app, cookie_value(token), secure
        self._token, self._path, self._has_other_line = token, path or "/", has_other_line
        self._report = report or RefusalReport()
        self._pages = Jinja2Templates(directory=templates)
        self._languages = find_languages(templates / "languages", ".html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, exchange the token for a cookie, or refuse."""
        if scope["type"] == "lifespan" or scope["path"] in PUBLIC_PATHS:
            await self._app(scope, receive, send)
            return
        admitted = self._is_admitted(scope)
        if scope["type"] == "websocket":
            if admitted:
                await self._app(scope, receive, send)
            else:
                self._report.connection("token", BAD_TOKEN)
                await _refuse_websocket(receive, send)
            return
        request = Request(scope, receive)
        if scope["path"] in ENTRIES and request.method == "GET" and "token" in request.query_params:
            await self._exchange(request, admitted)(scope, receive, send)
        elif admitted:
            await self._app(scope, receive, send)
        else:
            await self._refusal(request)(scope, receive, send)

    def _is_admitted(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._matches(cookie_value(token.strip())):
            return True
        return self._matches(HTTPConnection(scope).cookies.get(cookie_name(scope), ""))

    def _matches(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._cookie_value.encode())  # in constant time

    def _exchange(self, request: Request, admitted: bool) -> Response:
        given = request.query_params["token"]
        is_valid = self._matches(cookie_value(given)) or is_temporary_token(given, self._token, time.time())
        if not is_valid and not admitted:
            return self._refusal(request)
        other_params = [pair for pair in parse_qsl(request.url.query, keep_blank_values=True) if pair[0] != "token"]
        query = f"?{urlencode(other_params)}" if other_params else ""
        answer = RedirectResponse(f".{request.scope['path']}{query}", 303)
        if is_valid:
            secure = self._secure or request.url.scheme == "https"
            answer.set_cookie(
                cookie_name(request.scope),
                self._cookie_value,
                COOKIE_AGE,
                path=self._path,
                secure=secure,
                httponly=True,
                samesite="strict",
            )
        return answer

    def _line(self, request: Request) -> str:
        """The beginning of the line of the terminal with the link for the device that asks."""
        host = host_name(request.headers.get("host", ""))
        return "On other devices" if self._has_other_line and not is_loopback(host) else "Emojify is ready"

    def _refusal(self, request: Request) -> Response:
        headers = {"www-authenticate": "Bearer"}
        if request.method not in ("GET", "HEAD") or "text/html" not in request.headers.get("accept", ""):
            return JSONResponse(problem_fields("bad_token", BAD_TOKEN), 401, headers, MEDIA_TYPE)
        language = preferred_language(request.headers.get("accept-language", ""), self._languages)
        # A link on another site opens the page without its cookie (SameSite=Strict), even one that a redirect has just
        # set. The page therefore reloads itself once: that request has the cookie, if there is one, and is not
        # cross-site.
        again = request.headers.get("sec-fetch-site") == "cross-site" and "token" not in request.query_params
        context = {
            "language": language,
            "again": again,
            "wrong": "token" in request.query_params,
            "root": way_to_root(request.url.path),
            "line": self._line(request),
            # Escaped, or `/%5C%5Cevil.example` would send the visitor to evil.example.
            "here": "./" + quote(request.scope["path"].rpartition("/")[2], safe=""),
        }
        headers |= {"vary": "accept-language, cookie, sec-fetch-site", "cache-control": "no-store"}
        return self._pages.TemplateResponse(request, "token.html", context, 401, headers)


def cookie_name(scope: Scope) -> str:
    """The name contains the port, since cookies ignore ports: two servers on one machine have two cookies."""
    host_and_port = split_host(Headers(scope=scope).get("host", ""))
    default = DEFAULT_PORTS["https" if scope["scheme"] in ("https", "wss") else "http"]
    return f"emojify-{(host_and_port and host_and_port[1]) or default}"


async def _refuse_websocket(receive: Receive, send: Send) -> None:
    """Accept, send the error, close: before `accept`, a page's script could not read the reason."""
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": error(None, "bad_token", BAD_TOKEN)})
    await send({"type": "websocket.close", "code": CloseCode.POLICY_VIOLATION})
