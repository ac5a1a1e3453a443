"""The application: routes, access checks and the threads behind them, assembled from the settings."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import ProcessCollector
from starlette.middleware.gzip import GZipMiddleware

from server import __version__
from server.http.access.middleware import add_access
from server.http.access.refusals import RefusalReport
from server.http.head_requests import HeadRequests
from server.http.metrics.counters import Metrics
from server.http.metrics.gauges import Gauges
from server.http.motion import grants_motion
from server.http.problem_details import add_problems
from server.http.routes.ca_certificate import add_ca_certificate
from server.http.routes.classify import add_classify
from server.http.routes.docs import add_docs
from server.http.routes.emojis import add_emojis
from server.http.routes.health import add_health
from server.http.routes.metrics import add_metrics
from server.http.routes.model import add_model
from server.http.routes.overlay import add_overlay
from server.http.routes.page import add_page, page_config
from server.http.routes.page_files import add_page_files
from server.http.routes.phone import add_phone
from server.http.routes.privacy import add_privacy
from server.http.routes.static import RevalidatedFiles
from server.http.routes.websocket import WebSocketEndpoint, add_websocket, connection_terms
from server.live.connection_limits import ConnectionLimits
from server.live.inference_pool import Analyser, InferencePool
from server.live.motion_gate import MotionGate
from server.live.scheduler import Scheduler
from server.packs.packs import find_packs
from server.settings import ROOT, Settings
from server.vision.expression.manifest import Manifest

WEB = ROOT / "web"
TEMPLATES = WEB / "templates"
EMOJIS = ROOT / "emojis"
# A smaller response fits into one network packet as it is.
MIN_COMPRESSED_BYTES = 1000


def create_app(
    settings: Settings,
    manifest: Manifest,
    make_analyser: Callable[[], Analyser],
    on_ready: Callable[[], None] = lambda: None,
    on_broken: Callable[[Exception | None], None] = lambda reason: None,
    authority: Path | None = None,
) -> FastAPI:
    """Build the application.

    Its `state.observer` counts what the transport sees; its `state.close_all` closes all WebSockets at shutdown.

    Args:
        settings: all settings of the server.
        manifest: of the model that is served.
        make_analyser: called in each inference thread, returns the analyser that the thread runs.
        on_ready: called when every inference thread is warm.
        on_broken: called with the reason when the inference threads cannot work and the process should end.
        authority: certificate of the local authority, to be offered to other devices.

    Raises:
        StartError: the chosen or the default emoji pack is missing or broken.
    """
    roots = [EMOJIS] if settings.emojis is None else [EMOJIS, settings.emojis]
    packs = find_packs(roots, manifest.labels, settings.pack)
    pool = InferencePool(make_analyser, settings.threads, settings.deadline)
    metrics = Metrics()
    motion, gate = grants_motion(settings), MotionGate() if settings.living == "auto" else None
    scheduler = Scheduler(pool, settings.queue_timeout, settings.queue_timeout_under_load, motion_gate=gate)
    limits = ConnectionLimits(settings.clients, settings.per_address)
    report = RefusalReport(metrics.refused)
    endpoint = WebSocketEndpoint(scheduler, connection_terms(settings, manifest, motion), limits, metrics, report)

    # FastAPI's own documentation page loads scripts from a CDN, which the content security policy forbids.
    app = FastAPI(
        title="Emojify",
        version=__version__,
        lifespan=lambda app: _running(pool, on_ready, on_broken),
        docs_url=None,
        redoc_url=None,
        servers=[{"url": settings.public_url}] if settings.public_path else None,
    )
    app.state.observer, app.state.close_all = metrics, endpoint.close_all
    # Of these layers, a request meets the last one first. The first one compresses pages and JSON; it leaves alone what
    # is compressed already (routes/static.py), pictures, and parts of files.
    app.add_middleware(GZipMiddleware, minimum_size=MIN_COMPRESSED_BYTES, compresslevel=6)
    app.add_middleware(HeadRequests)
    add_access(app, settings, TEMPLATES, report)
    add_problems(app)

    # First: its route for other addresses must come before the mounted folders.
    add_websocket(app, endpoint, authority is not None)
    add_page_files(app, WEB / "static")
    app.mount("/static", RevalidatedFiles(directory=WEB / "static"))
    add_emojis(app, packs, settings.pack, settings.public_path)
    config = page_config(manifest, packs, settings.pack)
    add_page(app, WEB, config, settings.origin)
    add_overlay(app, WEB, config)
    add_privacy(app, TEMPLATES, settings.origin, settings.token is not None)
    if authority:
        add_ca_certificate(app, authority)
    add_phone(app, settings, authority is not None)
    add_health(app, pool)
    ProcessCollector(registry=metrics.registry)  # memory and CPU time; on Linux only
    metrics.registry.register(Gauges(settings, manifest, pool, scheduler))
    add_metrics(app, metrics.registry, settings.metrics)
    add_model(app, settings, manifest)
    add_classify(app, settings, scheduler, metrics, motion)
    add_docs(app, TEMPLATES, settings.origin, settings.public_path)  # last: it describes the routes above
    return app


@contextlib.asynccontextmanager
async def _running(
    pool: InferencePool, on_ready: Callable[[], None], on_broken: Callable[[Exception | None], None]
) -> AsyncIterator[None]:
    """Start the inference threads, and stop them at the end."""
    pool.start()
    waiting = [
        asyncio.create_task(_call_after(pool.ready, on_ready)),
        asyncio.create_task(_call_after(pool.broken, lambda: on_broken(pool.failed))),
    ]
    yield
    for task in waiting:
        task.cancel()
    pool.stop()


async def _call_after(event: asyncio.Event, call: Callable[[], None]) -> None:
    await event.wait()
    call()
