"""The access checks around the application, in their order."""

from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from server.http.access.allowed_hosts import own_names
from server.http.access.headers import SecurityHeaders
from server.http.access.origin_check import OriginCheck
from server.http.access.refusals import RefusalReport
from server.http.access.token import TokenCheck
from server.http.public_path import PublicPath
from server.http.server_errors import ServerErrors
from server.loopback import ALL_INTERFACES
from server.origins import Origin, parse_origin
from server.settings import Settings


def add_access(app: FastAPI, settings: Settings, templates: Path, report: RefusalReport) -> None:
    """Wrap the application. Of these layers, a request meets the last one first.

    Args:
        app: the application.
        settings: of the server. `token` is the token itself, not `auto`.
        templates: folder of the page that asks for a token.
        report: is told what is refused.
    """
    public = settings.origin
    upstream_tls = public is not None and public.scheme == "https"
    origins = [origin for text in settings.allow_origin if (origin := parse_origin(text))]
    if settings.token is not None:
        app.add_middleware(
            TokenCheck,
            token=settings.token.get_secret_value(),
            templates=templates,
            secure=upstream_tls,
            path=settings.public_path,
            has_other_line=public is None and settings.host in ALL_INTERFACES,
            report=report,
        )
    if origins:
        # Lets pages of these sites read the responses. Outside of TokenCheck, since preflight requests carry no token.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allow_origin,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
        )
    if settings.public_path:
        app.add_middleware(PublicPath, path=settings.public_path)
    app.add_middleware(
        OriginCheck,
        names=own_names(settings.host, *settings.allow_host, *_hosts(public)),
        origins=[*origins, *([public] if public else [])],
        require_origin=settings.require_origin,
        report=report,
    )
    app.add_middleware(ServerErrors)
    app.add_middleware(SecurityHeaders, hsts=upstream_tls or settings.certfile is not None)


def _hosts(origin: Origin | None) -> tuple[str, ...]:
    return (origin.host,) if origin else ()
