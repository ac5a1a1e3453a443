"""The application: page, pictures, health and the socket, put together from the settings."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.templating import Jinja2Templates

from server import __version__
from server.http.access.middleware import add_access
from server.http.metrics.counters import Metrics, make_registry
from server.http.metrics.gauges import Gauges
from server.http.problem_details import plain_fields, refuse_handshake
from server.http.routes.ca_certificate import add_authority
from server.http.routes.classify import add_api
from server.http.routes.docs import add_docs
from server.http.routes.emojis import add_emojis, listing
from server.http.routes.metrics import add_metrics
from server.http.routes.privacy import add_privacy
from server.http.routes.static import RevalidatedFiles
from server.http.routes.websocket import WebSocketEndpoint
from server.live.connection import ConnectionTerms
from server.live.connection_limits import ConnectionLimits
from server.live.inference_pool import Analyser, InferencePool
from server.live.protocol import PROTOCOL, Limits, hello
from server.live.scheduler import Scheduler
from server.packs.packs import Pack, find_packs
from server.settings.groups import ROOT, Settings
from server.vision.expression.manifest import Manifest
from server.vision.types import ExpressionSettings

WEB = ROOT / "web"
EMOJIS = ROOT / "emojis"


def create_app(
    settings: Settings,
    manifest: Manifest,
    make_analyser: Callable[[], Analyser],
    on_ready: Callable[[], None] = lambda: None,
    on_broken: Callable[[Exception | None], None] = lambda reason: None,
    authority: Path | None = None,
) -> FastAPI:
    """Build the application.

    Args:
        settings: all limits and choices.
        manifest: of the model that is served.
        make_analyser: called in each inference thread, makes what that thread runs.
        on_ready: called when every inference thread is warm.
        on_broken: called with the reason when the threads cannot do their work and the process should end.
        authority: certificate of the local authority, to be offered to other devices.

    Raises:
        StartError: the chosen or the default emoji pack is missing or broken.
    """
    roots = [EMOJIS] if settings.emojis is None else [EMOJIS, settings.emojis]
    packs = find_packs(roots, manifest.labels, settings.pack)
    pool = InferencePool(make_analyser, settings.threads, settings.deadline)
    metrics = Metrics()
    scheduler = Scheduler(pool, settings.stale, settings.fresh)
    places = ConnectionLimits(settings.clients, settings.per_address)
    door = WebSocketEndpoint(scheduler, make_offer(settings, manifest), places, metrics)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool.start()
        announcing = [
            asyncio.create_task(_when(pool.ready, on_ready)),
            asyncio.create_task(_when(pool.broken, lambda: on_broken(pool.failed))),
        ]
        yield
        for task in announcing:
            task.cancel()
        pool.stop()

    # FastAPI's own documentation page loads scripts from a CDN, which the page's policy forbids.
    app = FastAPI(title="Emojify", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    # What the process around it needs: whom its transports tell what they see, and how it says goodbye to all.
    app.state.observer, app.state.close_all = metrics, door.close_all
    _add_sockets(app, door)  # first: folders of files would take any address for theirs
    add_access(app, settings, WEB / "templates", metrics.refused)
    app.mount("/static", RevalidatedFiles(directory=WEB / "static"))
    add_emojis(app, packs, settings.pack)
    _add_page(app, page_config(manifest, packs, settings.pack))
    add_privacy(app, WEB / "templates", settings.origin, settings.token is not None)
    if authority:
        add_authority(app, authority)
    _add_health(app, pool)
    add_metrics(app, make_registry(metrics, Gauges(settings, manifest, pool, scheduler)), settings.metrics)
    add_api(app, settings, manifest, scheduler, metrics)
    add_docs(app, settings.origin)

    return app


def make_offer(settings: Settings, manifest: Manifest) -> ConnectionTerms:
    """What each connection is told and granted at its start."""
    limits = Limits(settings.frame_bytes, settings.frame_pixels, settings.fps, settings.credits)
    tuning = ExpressionSettings(smoothing_s=settings.smoothing, margin=settings.margin, floor=settings.floor)
    model = {
        "name": manifest.name,
        "sha256": manifest.files[settings.engine].sha256,
        "accuracy": headline_accuracy(manifest),
    }
    greeting = hello(manifest.labels, model, settings.detector, limits, tuning)
    return ConnectionTerms(
        hello=greeting,
        limits=limits,
        tuning=tuning,
        labels=manifest.labels,
        reader_timeout=settings.reader_timeout,
        first_frame=settings.first_frame,
        idle=settings.idle,
        text_chars=settings.text_chars,
        text_rate=settings.text_rate,
    )


def headline_accuracy(manifest: Manifest) -> float | None:
    """The accuracy 0..1 to quote: against what people see where that was measured, else against own labels."""
    figures = manifest.accuracy
    return figures.get("ferplus_private", figures.get("fer2013_private"))


def page_config(manifest: Manifest, packs: Mapping[str, Pack], chosen: str) -> dict[str, Any]:
    """What the page must know before it has a connection.

    `packs` is what `/api/emojis` answers, `emojis` and `pack` are of the one to show at first.
    """
    first = packs[chosen].about()
    return {
        "version": __version__,
        "protocol": PROTOCOL,
        "socket": "/ws",
        "labels": list(manifest.labels),
        "emojis": first["emojis"],
        "pack": first,
        "packs": listing(packs, chosen),
        "model": {"name": manifest.name, "accuracy": headline_accuracy(manifest)},
    }


def _add_sockets(app: FastAPI, door: WebSocketEndpoint) -> None:
    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        await door.enter(websocket)

    @app.websocket("/{path:path}")
    async def nowhere(websocket: WebSocket) -> None:
        fields = plain_fields(404, "There is no WebSocket at this address; it is at /ws.")
        await refuse_handshake(websocket.scope, websocket.receive, websocket.send, fields)


def _add_page(app: FastAPI, config: dict[str, Any]) -> None:
    templates = Jinja2Templates(directory=WEB / "templates")

    @app.head("/", include_in_schema=False)
    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def page(request: Request) -> Response:
        return templates.TemplateResponse(
            request, "index.html", {"config": config}, headers={"cache-control": "no-cache"}
        )


def _add_health(app: FastAPI, pool: InferencePool) -> None:
    @app.head("/healthz", include_in_schema=False)  # balancers ask for the head only
    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        """Whether the process works; 503 once it should be replaced."""
        state = {"status": "ok" if pool.healthy else "failing", "abandoned_threads": pool.abandoned}
        return JSONResponse(state, status_code=200 if pool.healthy else 503)

    @app.head("/readyz", include_in_schema=False)
    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """Whether the model is loaded and warm; 503 until then."""
        ready = pool.ready.is_set() and pool.healthy
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


async def _when(event: asyncio.Event, call: Callable[[], None]) -> None:
    await event.wait()
    call()
