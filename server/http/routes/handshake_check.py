"""`GET` and `POST /ws`: what a browser cannot see of a failed WebSocket handshake, for its page and for the log.

Both are at the address of the WebSocket, so that a proxy treats them as it treats the handshake.
"""

import time
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import JSONResponse

from server.http.access.refusals import RefusalReport
from server.http.problem_details import Problem

# Seconds for which a handshake without the Upgrade headers explains why a page has no connection. A page asks within
# milliseconds of its handshake; 30 s is the longest pause between two handshakes of a page.
REMEMBERED_S = 40.0

NOT_UPGRADED = (
    "A reverse proxy does not pass on the headers Upgrade and Connection of the WebSocket handshake. Set it up as in "
    "docs/hosting.md (nginx: proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade, proxy_set_header "
    "Connection upgrade)."
)
NO_HANDSHAKE = "This address is a WebSocket: connect with ws:// or wss://. docs/protocol.md describes the protocol."


class HandshakeCheck:
    """Answers requests for the WebSocket's address that are not handshakes."""

    def __init__(
        self,
        limit_reached: Callable[[str], tuple[str, str] | None],
        report: RefusalReport,
        has_authority: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the check of a server.

        Args:
            limit_reached: returns code and text of the limit that another connection from an address would exceed.
            report: is told of handshakes without the Upgrade headers.
            has_authority: whether the server has a certificate of its own authority, which devices must trust.
            clock: gives seconds.
        """
        self._limit_reached, self._report, self._has_authority = limit_reached, report, has_authority
        self._clock = clock
        self._not_upgraded: tuple[str, float] | None = None  # the last one: its Host header and its time

    async def without_upgrade(self, request: Request) -> None:
        """A GET without the Upgrade headers: always 426.

        A handshake that lost these headers on its way still has its key.
        """
        if "sec-websocket-key" in request.headers:
            self._not_upgraded = (request.headers.get("host", ""), self._clock())
            self._report.connection("upgrade", NOT_UPGRADED)
            detail = NOT_UPGRADED
        else:
            detail = NO_HANDSHAKE
        raise Problem("upgrade_required", detail, {"upgrade": "websocket"})

    async def would_accept(self, request: Request) -> JSONResponse:
        """What a handshake from here would be told. The middlewares have checked Host, Origin and token before.

        `accepts` is true. `not_upgraded`: a handshake has arrived lately without its Upgrade headers. `authority`:
        the certificate is of the server's own authority, at `ca.pem`; some browsers accept such a certificate for pages
        but not for WebSockets until the device trusts the authority.
        """
        if limit := self._limit_reached(request.client.host if request.client else ""):
            raise Problem("full", limit[1], {"retry-after": "60"})
        host, at = self._not_upgraded or ("", float("-inf"))
        not_upgraded = host == request.headers.get("host", "") and self._clock() - at < REMEMBERED_S
        return JSONResponse({"accepts": True, "not_upgraded": not_upgraded, "authority": self._has_authority})
