"""`/metrics`: who may read it, and in which format."""

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from server.loopback import LOOPBACK_NAMES, is_loopback
from server.origins import host_name
from server.settings.groups import MetricsAccess

# 403 and not 404: that there is such an address is no secret, and whoever set up a scraper should learn what to do.
REFUSAL = (
    "Metrics are given to this machine only, under a name of its own: http://localhost/metrics. "
    "To open them to others, start the server with --metrics everyone.\n"
)


def add_metrics(app: FastAPI, registry: CollectorRegistry, access: MetricsAccess) -> None:
    """Serve `registry` at `/metrics` to those whom `access` names; to others 403 with the reason."""
    if access == "nobody":
        return

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Counts and times for Prometheus, for this machine only unless set up otherwise."""
        peer = request.client.host if request.client else ""
        if access == "loopback" and not is_local(peer, request.headers.get("host", "")):
            return PlainTextResponse(REFUSAL, status_code=403)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=content_type, headers={"cache-control": "no-store"})


def is_local(peer: str, host: str) -> bool:
    """Whether a request came from this machine, for this machine.

    The peer's address alone does not tell: a proxy on this machine that passes on requests of the whole world has
    a loopback address too, and so has a browser here on which a foreign page has rebound its name.

    Args:
        peer: address of the other end, as the ASGI server gives it.
        host: the Host header.
    """
    return is_loopback(peer) and host_name(host) in LOOPBACK_NAMES
