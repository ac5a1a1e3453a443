"""`/ws`: admits connections up to the limits, and closes all of them at shutdown.

The other methods of `/ws` tell why a connection fails (handshake_check.py).
"""

import asyncio
import contextlib
import logging
import time

from fastapi import FastAPI
from starlette.websockets import WebSocket
from websockets.frames import CloseCode

from server.http.access.refusals import RefusalReport
from server.http.problem_details import plain_fields, refuse_handshake
from server.http.routes.handshake_check import HandshakeCheck
from server.http.routes.page import headline_accuracy
from server.http.websocket_channel import WebSocketChannel
from server.live.channel import refuse
from server.live.connection import Connection, ConnectionTerms
from server.live.connection_limits import ConnectionLimits, LimitReached
from server.live.messages import Limits, Teaching
from server.live.observer import Observer
from server.live.protocol import hello
from server.live.scheduler import Scheduler
from server.live.teaching_messages import max_teach_chars
from server.logs import fields, new_id
from server.settings import Settings
from server.vision.expression.manifest import Manifest
from server.vision.expression.taught_examples import MAX_EXAMPLES, MAX_OWN_LABELS

log = logging.getLogger(__name__)


def add_websocket(app: FastAPI, endpoint: "WebSocketEndpoint", has_authority: bool = False) -> None:
    """Serve the endpoint at `/ws`; a handshake at any other address is refused with 404."""
    check = HandshakeCheck(endpoint.limit_reached, endpoint.report, has_authority)
    app.get("/ws", include_in_schema=False)(check.without_upgrade)
    app.post("/ws", include_in_schema=False)(check.would_accept)

    @app.websocket("/ws")
    async def websocket(websocket: WebSocket) -> None:
        await endpoint.serve(websocket)

    @app.websocket("/{path:path}")
    async def elsewhere(websocket: WebSocket) -> None:
        detail = (
            "There is no WebSocket at this address; connect to /ws. If a reverse proxy serves this server under a "
            "path, start it with --public-url and that path, such as https://example.org/emojify."
        )
        endpoint.report.connection("path", detail)
        fields = plain_fields(404, detail)
        await refuse_handshake(websocket.scope, websocket.receive, websocket.send, fields)


def connection_terms(settings: Settings, manifest: Manifest, motion: bool) -> ConnectionTerms:
    """The terms of every connection, from the settings of the server; `motion`: whether it gives motion values."""
    limits = Limits(
        frame_bytes=settings.frame_bytes,
        frame_pixels=settings.frame_pixels,
        fps=settings.fps,
        credits=settings.credits,
    )
    expression = settings.expression
    model = {
        "name": manifest.name,
        "sha256": manifest.files[settings.engine].sha256,
        "accuracy": headline_accuracy(manifest),
    }
    features = _teachable_features(settings, manifest)
    teaching = None if features is None else Teaching(labels=MAX_OWN_LABELS, examples=MAX_EXAMPLES)
    return ConnectionTerms(
        hello=hello(manifest.labels, model, settings.detector, limits, expression, motion, teaching),
        limits=limits,
        settings=expression,
        labels=manifest.labels,
        reader_timeout=settings.reader_timeout,
        first_frame=settings.first_frame,
        idle=settings.idle,
        text_chars=settings.text_chars,
        text_rate=settings.text_rate,
        motion=motion,
        features=features,
    )


def _teachable_features(settings: Settings, manifest: Manifest) -> int | None:
    """Number of features in an example; None if an example does not fit into a text message."""
    features = manifest.example_features
    return features if max_teach_chars(features) <= settings.text_chars else None


class WebSocketEndpoint:
    """Serves connections up to the limits."""

    def __init__(
        self,
        scheduler: Scheduler,
        terms: ConnectionTerms,
        limits: ConnectionLimits,
        observer: Observer,
        report: RefusalReport | None = None,
    ) -> None:
        """Serve every connection on the same terms; `observer` counts what happens to them.

        `report` is told of handshakes that cannot succeed.
        """
        self._scheduler, self._terms, self._limits, self._observer = scheduler, terms, limits, observer
        self.report = report or RefusalReport(observer.refused)
        self._connections: dict[Connection, asyncio.Task[None] | None] = {}
        self._closing = False

    async def serve(self, websocket: WebSocket) -> None:
        """Accept a WebSocket and serve it until it is closed."""
        await websocket.accept()
        channel, connection_id = WebSocketChannel(websocket), new_id()
        address = websocket.client.host if websocket.client else ""
        if self._closing:
            await channel.close(CloseCode.SERVICE_RESTART)
            return
        if limit := self._limits.reached(address):
            await self._refuse(channel, limit, connection_id)
            return
        connection = Connection(channel, self._scheduler, self._terms, self._observer, connection_id)
        self._limits.add(address)
        self._connections[connection] = asyncio.current_task()
        self._observer.opened()
        began = time.monotonic()
        log.debug("opened", extra=fields(connection=connection_id, open=self._limits.open))
        code: int = CloseCode.ABNORMAL_CLOSURE
        try:
            await connection.run()
            code = await channel.close_code()
        finally:
            del self._connections[connection]
            self._limits.remove(address)
            self._observer.closed(code)
            seconds = time.monotonic() - began
            facts = {"frames": connection.received, "answered": connection.answered, "seconds": seconds}
            log.debug("closed", extra=fields(connection=connection_id, code=code, **facts, open=self._limits.open))

    async def close_all(self) -> None:
        """Refuse new connections, answer the frames in service, close all connections; returns when they are closed."""
        self._closing = True
        tasks = [task for task in self._connections.values() if task]
        for connection in self._connections:
            connection.close()
        if tasks:
            await asyncio.wait(tasks)

    def limit_reached(self, address: str) -> tuple[str, str] | None:
        """Code and text of the limit that a further connection from this address would exceed; None if it would not."""
        limit = self._limits.reached(address)
        return self._words(limit) if limit else None

    def _words(self, limit: LimitReached) -> tuple[str, str]:
        if limit == "clients":
            code = "full"
            text = f"The server has reached its limit of {self._limits.max_connections} connections (--clients)."
        else:
            code = "crowded"
            text = f"Your address has reached its limit of {self._limits.per_address} connections (--per-address)."
        return code, text

    async def _refuse(self, channel: WebSocketChannel, limit: LimitReached, connection_id: str) -> None:
        code, text = self._words(limit)
        self._observer.limited(limit)
        self._observer.error("connection", code)
        self._observer.refused(limit)
        log.warning("refused", extra=fields(connection=connection_id, limit=limit))
        with contextlib.suppress(ConnectionError):
            message = f"{text} Try again in a minute. (Connection {connection_id}.)"
            await refuse(channel, code, message, CloseCode.TRY_AGAIN_LATER)
