"""`/ws`: admits connections and joins Starlette's WebSocket to a session."""

import asyncio
import contextlib
import logging
import time

from fastapi import FastAPI
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.frames import CloseCode

from server.http.problem_details import plain_fields, refuse_handshake
from server.http.routes.page import headline_accuracy
from server.live.channel import ABORT, refuse
from server.live.connection import Connection, ConnectionTerms
from server.live.connection_limits import ConnectionLimits, Refusal
from server.live.observer import Observer
from server.live.protocol import Limits, hello
from server.live.scheduler import Scheduler
from server.logs import fields, new_id
from server.settings.groups import Settings
from server.vision.expression.manifest import Manifest
from server.vision.types import ExpressionSettings

log = logging.getLogger(__name__)


class WebSocketChannel:
    """A Starlette WebSocket as a session's `Channel`. `code` is its close code once it has ended, else None."""

    def __init__(self, socket: WebSocket) -> None:
        """Wrap an accepted socket."""
        self._socket = socket
        self.code: int | None = None

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client is gone."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            self._ended(message.get("code", CloseCode.ABNORMAL_CLOSURE))
            return None
        data: bytes | None = message.get("bytes")
        return data if data is not None else str(message.get("text", ""))

    async def send(self, text: str) -> None:
        """Send one text message; raises ConnectionError when the client is gone."""
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError("the client is gone") from error

    async def close(self, code: int) -> None:
        """Say goodbye, if there still is somebody; waits for room to say it."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            self._ended(code)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._socket.close(code)

    async def cut(self, code: int) -> None:
        """End the connection of a client that does not read."""
        abort = self._socket.scope.get("state", {}).get(ABORT)
        if abort is not None:
            self._ended(code)
            abort(code)
        else:  # close() waits until the client reads
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.close(code)

    async def settle(self) -> int:
        """The close code, once it has ended: an end that was noticed in sending has its code among what came."""
        if self.code is None:
            with contextlib.suppress(TimeoutError, RuntimeError):
                async with asyncio.timeout(1.0):
                    while await self.receive() is not None:
                        pass
        return self.code or CloseCode.ABNORMAL_CLOSURE

    def _ended(self, code: int) -> None:
        if self.code is None:
            self.code = code


def add_websocket(app: FastAPI, endpoint: "WebSocketEndpoint") -> None:
    """Serve the endpoint at `/ws`; a handshake at any other address is refused with 404."""

    @app.websocket("/ws")
    async def websocket(websocket: WebSocket) -> None:
        await endpoint.serve(websocket)

    @app.websocket("/{path:path}")
    async def elsewhere(websocket: WebSocket) -> None:
        fields = plain_fields(404, "There is no WebSocket at this address; connect to /ws.")
        await refuse_handshake(websocket.scope, websocket.receive, websocket.send, fields)


def connection_terms(settings: Settings, manifest: Manifest) -> ConnectionTerms:
    """The terms of every connection, from the settings."""
    limits = Limits(settings.frame_bytes, settings.frame_pixels, settings.fps, settings.credits)
    tuning = ExpressionSettings(smoothing_s=settings.smoothing, margin=settings.margin, floor=settings.floor)
    model = {
        "name": manifest.name,
        "sha256": manifest.files[settings.engine].sha256,
        "accuracy": headline_accuracy(manifest),
    }
    return ConnectionTerms(
        hello=hello(manifest.labels, model, settings.detector, limits, tuning),
        limits=limits,
        tuning=tuning,
        labels=manifest.labels,
        reader_timeout=settings.reader_timeout,
        first_frame=settings.first_frame,
        idle=settings.idle,
        text_chars=settings.text_chars,
        text_rate=settings.text_rate,
    )


class WebSocketEndpoint:
    """Counts the connections, turns away those that are too many, and sees everybody out at the end."""

    def __init__(
        self, scheduler: Scheduler, offer: ConnectionTerms, places: ConnectionLimits, observer: Observer
    ) -> None:
        """Admit as many as there are `places`; `observer` is told of all that happens to them."""
        self._scheduler, self._offer, self._places, self._observer = scheduler, offer, places, observer
        self._sessions: dict[Connection, asyncio.Task[None] | None] = {}
        self._closing = False

    async def serve(self, socket: WebSocket) -> None:
        """Accept a socket and serve it to its end."""
        await socket.accept()
        channel, connection = WebSocketChannel(socket), new_id()
        address = socket.client.host if socket.client else ""
        if self._closing:
            await channel.close(CloseCode.SERVICE_RESTART)
            return
        if refusal := self._places.refusal(address):
            await self._turn_away(channel, refusal, connection)
            return
        session = Connection(channel, self._scheduler, self._offer, self._observer, connection)
        self._places.enter(address)
        self._sessions[session] = asyncio.current_task()
        self._observer.opened()
        began = time.monotonic()
        log.debug("opened", extra=fields(connection=connection, open=self._places.taken))
        code: int = CloseCode.ABNORMAL_CLOSURE
        try:
            await session.run()
            code = await channel.settle()
        finally:
            del self._sessions[session]
            self._places.leave(address)
            self._observer.closed(code)
            facts = {"frames": session.received, "answered": session.answered, "seconds": time.monotonic() - began}
            log.debug("closed", extra=fields(connection=connection, code=code, **facts, open=self._places.taken))

    async def close_all(self) -> None:
        """Let nobody in any more; answer the frames in service, say goodbye to all, and wait until they are gone."""
        self._closing = True
        tasks = [task for task in self._sessions.values() if task]
        for session in self._sessions:
            session.leave()
        if tasks:
            await asyncio.wait(tasks)

    async def _turn_away(self, channel: WebSocketChannel, refusal: Refusal, connection: str) -> None:
        if refusal == "clients":
            code, text = "full", f"The server is full: it has {self._places.most} connections (--clients)."
        else:
            code = "crowded"
            text = f"From one address there may be {self._places.per_address} connections (--per-address)."
        self._observer.limited(refusal)
        self._observer.error("connection", code)
        self._observer.refused(CloseCode.TRY_AGAIN_LATER)
        log.warning("refused", extra=fields(connection=connection, limit=refusal))
        with contextlib.suppress(ConnectionError):
            message = f"{text} Try again in a minute. (Connection {connection}.)"
            await refuse(channel, code, message, CloseCode.TRY_AGAIN_LATER)
