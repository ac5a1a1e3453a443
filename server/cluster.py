"""The same application, replicated by Ray Serve: `serve run server.cluster:app`, on one machine or on many.

A replica is a process with an application of its own: own inference threads, own limits, own metrics. Ray's proxies
hand each new connection to one of the replicas and count an open socket as one ongoing request; by that number replicas
come and go. The only module that knows Ray. Not for one machine: there `python -m server` does the same for less.
"""

import asyncio
import os
from typing import Any

import click
import ray
from ray import serve
from ray.serve._private.constants import SERVE_CONTROLLER_NAME, SERVE_NAMESPACE
from ray.serve._private.long_poll import LongPollClient, LongPollNamespace
from ray.serve.config import AutoscalingConfig
from starlette.types import ASGIApp

from server.cli.keras_export import exported_model
from server.cli.serve import analyser_factory, reusing_first
from server.errors import StartError
from server.http.app import create_app
from server.http.websocket_limits import WebSocketLimits
from server.settings.groups import Settings
from server.settings.options import PREFIX, load_settings
from server.settings.validators import AUTO
from server.vision.expression.manifest import load_manifest

# Sockets for which there should be one replica: a core answers some 200 frames a second behind Ray's proxy.
TARGET = 20
# Requests beyond the sockets that a replica takes at once: files of the page, health, single pictures. With a few to
# spare a full replica can still say that it is full, which a handshake that waits in the proxy would never learn.
SHORT_REQUESTS = 20
# Seconds that a replica which is to go has for its clients to leave after they were told (1012); it takes about one.
GRACE = 10


class Emojify:
    """One replica."""

    def __init__(self) -> None:
        """Read the settings where the replica runs; raises StartError or ModelFilesError, which Ray reports."""
        settings = load_settings({}, dict(os.environ))
        cores = int(ray.get_runtime_context().get_assigned_resources().get("CPU", 1))
        # Through a proxy one of the replicas answers, any, and a proxy on its own machine makes everybody look local.
        metrics = "nobody" if settings.metrics == "loopback" else settings.metrics
        self._settings = settings.model_copy(
            update={"workers": settings.workers or max(1, cores), "metrics": metrics}
        )
        self._warm, self._broken = asyncio.Event(), asyncio.Event()
        self._fault: Exception | None = None

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """Make the application, in the event loop that it will run in."""
        manifest = load_manifest(exported_model(self._settings.model))
        make = analyser_factory(self._settings, manifest)
        app = create_app(self._settings, manifest, reusing_first(make(), make), self._warm.set, self._give_up)
        sockets = WebSocketLimits(app, self._settings.frame_bytes)
        self._watch = _when_stopping(sockets)
        return sockets

    async def check_health(self) -> None:
        """What `/readyz` and `/healthz` say, for Ray: it takes a replica into service after the first check.

        Raises:
            RuntimeError: the threads cannot work; Ray replaces the replica.
        """
        waits = [asyncio.create_task(event.wait()) for event in (self._warm, self._broken)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if self._broken.is_set():
            raise RuntimeError(f"the inference threads cannot work: {self._fault}")

    def _give_up(self, reason: Exception | None) -> None:
        self._fault = reason
        self._broken.set()


def _when_stopping(sockets: WebSocketLimits) -> LongPollClient:
    """Have the clients told (1012) as soon as Ray takes this replica out of service.

    Ray waits for ongoing requests to end and kills the replica when they have not: an open socket never ends by
    itself, and there is no public hook for the moment in which the waiting begins. What there is, is how Ray's own
    proxies learn it: the controller tells them which replicas take requests.
    """
    me = serve.get_replica_context().replica_id
    loop = asyncio.get_running_loop()
    telling: set[asyncio.Task[None]] = set()  # a loop forgets the tasks that nobody keeps
    seen = False

    def changed(targets: Any) -> None:
        nonlocal seen
        listed = any(replica.replica_id == me for replica in targets.running_replicas)
        if seen and not listed:
            telling.add(loop.create_task(sockets.leave()))
        seen = listed

    controller = ray.get_actor(SERVE_CONTROLLER_NAME, namespace=SERVE_NAMESPACE)
    key = (LongPollNamespace.DEPLOYMENT_TARGETS, me.deployment_id)
    return LongPollClient(controller, {key: changed}, call_in_event_loop=loop, client_id=f"Emojify:{me.unique_id}")


def _check(settings: Settings) -> None:
    """Refuse what cannot be kept here: no TLS where it was asked for, or a known token, is worse than no start."""
    if settings.token is not None and settings.token.get_secret_value() == AUTO:
        raise StartError(f"{PREFIX}TOKEN=auto: each replica would make its own; choose one token for all of them")
    if settings.tls or settings.certfile:
        raise StartError(f"{PREFIX}TLS and {PREFIX}CERTFILE: Ray's proxy speaks http; end TLS in a proxy before it")


def app(args: dict[str, str]) -> serve.Application:
    """What `serve run` and a config file deploy; the settings come from EMOJIFY_* variables.

    They go along to the replicas, on whatever machine these are. A config file may override every option.
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
        autoscaling_config=AutoscalingConfig(min_replicas=1, max_replicas=10, target_ongoing_requests=TARGET),
        max_ongoing_requests=settings.clients + SHORT_REQUESTS,
        ray_actor_options={"num_cpus": 1, "runtime_env": {"env_vars": variables}},
        health_check_period_s=5,
        graceful_shutdown_timeout_s=GRACE,
        graceful_shutdown_wait_loop_s=0.5,
    )
    return deployment.bind()
