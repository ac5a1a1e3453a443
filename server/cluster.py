"""The application as replicas in Ray Serve, on one machine or many: `serve run server.cluster:app`.

Each replica is a process with an application of its own: its inference threads, limits and metrics. Ray's proxies route
each new connection to a replica and count an open WebSocket as one ongoing request; Ray adds and removes replicas by
that number. Not for one machine, where `python -m server` needs less. Only this module and server/ray_private.py import
Ray.
"""

import asyncio
import os

import click
import ray
from ray import serve
from ray.serve.config import AutoscalingConfig
from starlette.types import ASGIApp

from server.cli.keras_export import exported_model
from server.cli.serve import analyser_factory, reusing_first
from server.errors import StartError
from server.http.app import create_app
from server.http.websocket_limits import WebSocketLimits
from server.ray_private import on_removal
from server.settings import Settings
from server.settings.options import PREFIX, load_settings
from server.settings.validators import AUTO
from server.vision.expression.manifest import load_manifest

# Connections for each replica at which Ray adds another one. A core answers some 200 frames/s behind Ray's proxy.
TARGET_CONNECTIONS = 20
# Requests that a replica handles at once besides its connections: files of the page, health checks, pictures. With
# some to spare, a full replica can refuse a handshake; otherwise the handshake would wait in the proxy.
SHORT_REQUESTS = 20
# Seconds that a replica which is removed has to close its connections (1012). It takes about one.
SHUTDOWN_TIMEOUT_S = 10


class Emojify:
    """One replica."""

    def __init__(self) -> None:
        """Read the settings in the replica; raises StartError or ModelFilesError, which Ray reports."""
        settings = load_settings({}, dict(os.environ))
        cores = int(ray.get_runtime_context().get_assigned_resources().get("CPU", 1))
        # Behind a proxy any replica answers, and a proxy on the same machine makes every client look local.
        metrics = "nobody" if settings.metrics == "loopback" else settings.metrics
        self._settings = settings.model_copy(
            update={"workers": settings.workers or max(1, cores), "metrics": metrics}
        )
        self._warm, self._broken = asyncio.Event(), asyncio.Event()
        self._fault: Exception | None = None

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """Create the application, in the event loop that it runs in."""
        manifest = load_manifest(exported_model(self._settings.model))
        make = analyser_factory(self._settings, manifest)
        app = create_app(self._settings, manifest, reusing_first(make(), make), self._warm.set, self._give_up)
        limited = WebSocketLimits(app, self._settings.frame_bytes)
        loop = asyncio.get_running_loop()

        def close_all() -> None:
            self._closing = loop.create_task(limited.close_all())  # kept, since a loop does not keep its tasks

        self._removal = on_removal(close_all)
        return limited

    async def check_health(self) -> None:
        """Called by Ray; it takes a replica into service after the first call that returns.

        Raises:
            RuntimeError: the inference threads failed; Ray replaces the replica.
        """
        waits = [asyncio.create_task(event.wait()) for event in (self._warm, self._broken)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if self._broken.is_set():
            raise RuntimeError(f"the inference threads failed: {self._fault}")

    def _give_up(self, reason: Exception | None) -> None:
        self._fault = reason
        self._broken.set()


def _check(settings: Settings) -> None:
    """Refuse settings that have no effect behind Ray's proxy; to ignore them would be unsafe."""
    if settings.token is not None and settings.token.get_secret_value() == AUTO:
        raise StartError(f"{PREFIX}TOKEN=auto: each replica would make its own token; choose one for all of them")
    if settings.tls or settings.certfile:
        raise StartError(f"{PREFIX}TLS and {PREFIX}CERTFILE: Ray's proxy has no TLS; put a reverse proxy before it")


def app(args: dict[str, str]) -> serve.Application:
    """The application for `serve run` and for config files, which may override each of the options below.

    The settings come from EMOJIFY_* variables, which are passed on to the replicas on all machines.
    """
    try:
        settings: Settings = load_settings({}, dict(os.environ))
        _check(settings)
    except StartError as error:
        raise click.ClickException(str(error)) from error
    variables = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    deployment = serve.deployment(
        serve.ingress()(Emojify),
        name="Emojify",
        autoscaling_config=AutoscalingConfig(
            min_replicas=1, max_replicas=10, target_ongoing_requests=TARGET_CONNECTIONS
        ),
        max_ongoing_requests=settings.clients + SHORT_REQUESTS,
        ray_actor_options={"num_cpus": 1, "runtime_env": {"env_vars": variables}},
        health_check_period_s=5,
        graceful_shutdown_timeout_s=SHUTDOWN_TIMEOUT_S,
        graceful_shutdown_wait_loop_s=0.5,
    )
    return deployment.bind()
