"""`/metrics`: for whom, and in which format."""

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from server.loopback import LOOPBACK_NAMES, is_loopback
from server.origins import host_name
from server.settings.groups import MetricsAccess

# 403 rather than 404: the address is no secret, and the text says what to do.
REFUSAL = (
    "Only this machine may read the metrics, as http://localhost/metrics. To allow others, start the server with "
    "--metrics everyone.\n"
)


def add_metrics(app: FastAPI, registry: CollectorRegistry, access: MetricsAccess) -> None:
    """Serve `registry` at `/metrics` to the clients that `access` names, and 403 to others."""
    if access == "nobody":
        return

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Metrics for Prometheus; only for this machine, unless configured otherwise."""
        peer = request.client.host if request.client else ""
        if access == "loopback" and not is_local(peer, request.headers.get("host", "")):
            return PlainTextResponse(REFUSAL, status_code=403)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=content_type, headers={"cache-control": "no-store"})


def is_local(peer: str, host: str) -> bool:
    """Whether a request was sent from this machine to this machine.

    The peer address is not enough: a proxy on this machine that forwards requests of the Internet has a loopback
    address too, and so has a browser here in which a foreign page has rebound its name.

    Args:
        peer: address of the client, as the ASGI server gives it.
        host: the Host header.
    """
    return is_loopback(peer) and host_name(host) in LOOPBACK_NAMES
