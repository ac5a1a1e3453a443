"""`GET /api/phone`: the link with which a phone opens this page, as text and as a QR code."""

import time
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from server.http.access.token import TEMPORARY_AGE, temporary_token
from server.loopback import ALL_INTERFACES, is_loopback
from server.origins import host_name, split_host
from server.qr_code import svg_uri
from server.settings import Settings
from server.tls.addresses import local_addresses

# Why a phone cannot open the page: the server listens on loopback only; without https the page would have no camera;
# this computer has no address in a network.
Obstacle = Literal["loopback", "no_tls", "no_address"]


def add_phone(app: FastAPI, settings: Settings, has_authority: bool) -> None:
    """Add the route; `settings.token` is the token itself, not `auto`."""

    # Not `async`: a thread makes the code, which takes tens of milliseconds.
    @app.get("/api/phone", include_in_schema=False)
    def phone(request: Request) -> JSONResponse:
        """The link and its code, or `obstacle`. The link holds a temporary token instead of the token."""
        _, port = request.scope.get("server") or ("", settings.port)
        address, obstacle = phone_address(settings, request.headers.get("host", ""), port)
        answer: dict[str, Any] = {"obstacle": obstacle, "authority": has_authority}
        if address:
            token = settings.token and temporary_token(settings.token.get_secret_value(), time.time())
            link = f"{address}/?token={token}" if token else f"{address}/"
            answer |= {"link": link, "code": svg_uri(link), "minutes": TEMPORARY_AGE // 60 if token else None}
        return JSONResponse(answer)


def phone_address(settings: Settings, host: str, port: int) -> tuple[str, None] | tuple[None, Obstacle]:
    """The address of the page for a phone, without a slash at the end; or why there is none.

    Args:
        settings: of the server.
        host: the Host header of the page that asks. If it is no loopback name, it is good for the phone, too.
        port: that the server listens on.
    """
    if settings.public_url:
        is_secure = settings.public_url.startswith("https:")
        return (settings.public_url, None) if is_secure else (None, "no_tls")
    if is_loopback(settings.host):
        return None, "loopback"
    if not settings.encrypted:
        return None, "no_tls"
    name = host_name(host)
    if name and not is_loopback(name):
        given = split_host(host)
        return f"https://{name}" + (f":{given[1]}" if given and given[1] else ""), None
    if settings.host not in ALL_INTERFACES:
        return f"https://{_in_url(settings.host)}:{port}", None
    usable = [address for address in local_addresses() if settings.host == "::" or ":" not in address]
    return (f"https://{_in_url(usable[0])}:{port}", None) if usable else (None, "no_address")


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address
