"""Why a Host or an Origin is refused, and which option of the server would admit it.

A proxy is told from a foreign page by what browsers say themselves, because proxies may forward anything or nothing:
`Sec-Fetch-Site` is sent only to secure addresses, and scripts of a page cannot set it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from logging import getLogger
from typing import Any

from starlette.datastructures import Headers

from server.http.problem_details import problem_fields
from server.live.observer import Refusal
from server.logs import fields
from server.loopback import is_loopback
from server.origins import Origin, host_name, origin_of

log = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccessRefusal:
    """A refused request.

    Attributes:
        reason: what was refused.
        detail: for people: what was wrong and what to do.
        option: the option that would admit it, with its value; empty if none would.
    """

    reason: Refusal
    detail: str
    option: str = ""

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document, with `reason` and `option` for the page."""
        return problem_fields("forbidden", self.detail) | {"reason": self.reason, "option": self.option}


class RefusalReport:
    """Counts refused WebSockets, and logs the first refusal of each kind: nobody reads the body of a failed handshake.

    Only the first, because any client could fill the disk otherwise.
    """

    def __init__(self, count: Callable[[Refusal], None] = lambda reason: None) -> None:
        """`count` is called with the reason for each WebSocket that is refused."""
        self._count, self._logged = count, set[Refusal]()

    def connection(self, reason: Refusal, detail: str) -> None:
        """A WebSocket was refused."""
        self._count(reason)
        self.request(reason, detail)

    def request(self, reason: Refusal, detail: str) -> None:
        """A request was refused."""
        if reason not in self._logged:
            self._logged.add(reason)
            log.warning("refused", extra=fields(reason=reason, detail=detail, note="further ones are not logged"))


def refusal_of_host(headers: Headers, scheme: str) -> AccessRefusal:
    """The refusal of a Host that is not an allowed one; `scheme` is that of the request, such as `http` or `wss`."""
    host = headers.get("host", "")
    begin = f"This server does not answer to the name {host[:80]!r}. "
    name = host_name(host)
    if name and scheme in ("http", "ws") and _came_over_https(headers, name):
        option = f"--public-url {origin_of('https', host)}"
        detail = f"{begin}If a reverse proxy serves it under that name, start it with {option}."
        return AccessRefusal("host", detail, option)
    return AccessRefusal(
        "host",
        f"{begin}Use one of its own names, such as http://localhost on its machine, or start it with --allow-host and "
        "that name. Behind a reverse proxy with https, use --public-url https://NAME instead.",
        f"--allow-host {name}" if name else "",
    )


def refusal_of_origin(text: str, origin: Origin | None, own: Origin | None, headers: Headers) -> AccessRefusal:
    """The refusal of a page.

    Args:
        text: the Origin header.
        origin: the same, parsed.
        own: the origin of a page of this server, according to Host and the scheme of the request.
        headers: of the request.
    """
    if origin is None:
        return AccessRefusal(
            "origin",
            f"A page of {text[:80]!r} may not use this server, since that is no address. Open the server's own page.",
        )
    public, allow = f"--public-url {origin}", f"--allow-origin {origin}"
    if origin.is_web and _is_own_page(origin, own, headers):
        return AccessRefusal(
            "origin",
            f"A reverse proxy serves this page as {origin}, but this server takes itself for {own or 'nothing'}. "
            f"Start it with {public}.",
            public,
        )
    detail = f"A page of {text[:80]!r} may not use this server. Open the server's own page, or start it with {allow}."
    if origin.is_web and "sec-fetch-site" not in headers:
        detail += f" If a reverse proxy serves this server at that address, start it with {public} instead."
    return AccessRefusal("origin", detail, allow)


def _is_own_page(origin: Origin, own: Origin | None, headers: Headers) -> bool:
    """Whether the page came from this server through a proxy that ended TLS or changed the Host header."""
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] == "same-origin"
    ended_tls = (
        own is not None
        and (own.scheme, origin.scheme, own.host) == ("http", "https", origin.host)
        and (own.port == origin.port or not is_loopback(own.host))  # other ports of this machine are other projects
    )
    return ended_tls or host_name(headers.get("x-forwarded-host", "")) == origin.host


def _came_over_https(headers: Headers, name: str) -> bool:
    """Whether a request that arrived over http left the browser over https."""
    origin, forwarded = headers.get("origin", ""), headers.get("x-forwarded-proto", "")
    is_secure_context = "sec-fetch-site" in headers and not is_loopback(name)
    return is_secure_context or origin.startswith("https://") or forwarded == "https"
