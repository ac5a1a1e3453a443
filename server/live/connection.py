"""One connection from `hello` to the close handshake: a thin asyncio shell around LatestFrame and the protocol.

Reading and writing are two tasks. Answers wait in a queue; while it is full, the client is not read from, which bounds
the memory of a client that sends without reading. After a timeout such a client is disconnected. A client that exceeds
a rate limit is read from no faster than it may send: TCP backpressure then holds it back.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from websockets.frames import CloseCode

from server.live import protocol
from server.live.answers import FrameAnswers
from server.live.channel import Channel
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.messages import ConfigureMessage, Limits
from server.live.observer import Limit, NullObserver, Observer
from server.live.protocol import ProtocolError
from server.live.scheduler import ScheduledConnection, Scheduler
from server.live.teaching import Teaching
from server.logs import fields
from server.vision.errors import FrameError
from server.vision.types import Analysis, ExpressionSettings

log = logging.getLogger(__name__)

# Unread answers at which a client is no longer read from: several times its credits. Reading resumes at half of them,
# so a client that takes one answer now and then still counts as not reading.
MAX_UNREAD_ANSWERS = 64
# Seconds, at most, for which reading pauses after a frame over the rate limit: text messages wait as well.
MAX_PAUSE_S = 0.1
# Seconds that a client has to take its remaining answers (including that of the frame in service) before the close.
CLOSE_TIMEOUT_S = 4.0


@dataclass(frozen=True, slots=True)
class ConnectionTerms:
    """What every connection starts with.

    Attributes:
        hello: the first message.
        limits: the limits that `hello` announces.
        settings: the initial settings.
        labels: of the model, in the order of the scores.
        reader_timeout: seconds for which a client may leave MAX_UNREAD_ANSWERS answers unread.
        first_frame: seconds within which the first frame must be received.
        idle: seconds within which each further frame must be received.
        text_chars: maximum characters of a text message.
        text_rate: text messages per second that are read.
        motion: whether clients may turn motion values on; as in `hello`.
        features: number of features of the model; None if the server cannot be taught, as in `hello`.
    """

    hello: str
    limits: Limits
    settings: ExpressionSettings
    labels: tuple[str, ...]
    reader_timeout: float = 5.0
    first_frame: float = 30.0
    idle: float = 300.0
    text_chars: int = protocol.MAX_TEXT
    text_rate: float = 100.0
    motion: bool = False
    features: int | None = None


@dataclass(frozen=True, slots=True)
class _CloseRequest:
    """A close that the server requests: its close code, the limit that caused it, and the error that is sent before."""

    code: int
    limit: Limit | None = None
    message: str = ""


class SlowReaderError(Exception):
    """The client sends without reading."""


class Connection:
    """Serves one connection."""

    def __init__(
        self,
        channel: Channel,
        scheduler: Scheduler,
        terms: ConnectionTerms,
        observer: Observer | None = None,
        connection_id: str = "",
    ) -> None:
        """Prepare; `run` serves. `connection_id` identifies the connection in `hello` and in the log."""
        self._channel, self._scheduler, self._observer = channel, scheduler, observer or NullObserver()
        self._frame_answers = FrameAnswers(self._observer.frames("socket"))
        self._unread: asyncio.Queue[str] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._terms, self._id = terms, connection_id
        self._text_pause = 1 / terms.text_rate
        # A client may send as many frames at once as it has credits, and network jitter may bunch a few more.
        self._latest = LatestFrame(terms.settings, terms.limits.fps, burst=2 * terms.limits.credits)
        self._teaching = Teaching(self._latest, terms.labels, self._send)
        self._scheduled = ScheduledConnection(self._latest, self._answer, self._drop)
        self._close_requested: asyncio.Future[_CloseRequest] = asyncio.get_running_loop().create_future()
        self._frame_done = asyncio.Event()
        self._received_at = time.monotonic()
        self.received = self.answered = 0  # frames
        self._send(protocol.greeting(terms.hello, connection_id))

    async def run(self) -> None:
        """Serve until the client disconnects, breaks a rule or exceeds a timeout, or until `close` or cancellation."""
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        watchdog = asyncio.create_task(self._close_when_idle())
        try:
            await asyncio.wait((reader, writer, self._close_requested), return_when=asyncio.FIRST_COMPLETED)
            if self._close_requested.done() and not reader.done():
                reader.cancel()
                await self._send_rest_and_close(self._close_requested.result(), writer)
        finally:
            self._frame_answers.close(self._latest)
            tasks = (reader, writer, watchdog)
            for task in tasks:
                task.cancel()
            for fault in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(fault, SlowReaderError):
                    self._observer.limited("reader_timeout")
                    log.info("client does not read its answers", extra=fields(connection=self._id))
                    await self._channel.abort(CloseCode.POLICY_VIOLATION)
                elif isinstance(fault, Exception):
                    log.error("internal error", exc_info=fault, extra=fields(connection=self._id))
                    await self._channel.close(CloseCode.INTERNAL_ERROR)

    def close(self) -> None:
        """The server shuts down: answer the frame in service, then close. May be called twice."""
        self._request_close(_CloseRequest(CloseCode.SERVICE_RESTART))

    def _request_close(self, request: _CloseRequest) -> None:
        if not self._close_requested.done():
            self._close_requested.set_result(request)

    async def _close_when_idle(self) -> None:
        """Close a connection that is not used: a forgotten tab must not count against the connection limit."""
        terms, latest = self._terms, self._latest
        while True:
            seconds = terms.idle if self.received else terms.first_frame
            left = self._received_at + seconds - time.monotonic()
            if left <= 0 and not (latest.in_service or latest.waiting):
                break
            # After the first frame the other timeout applies, which may be the shorter one.
            await asyncio.sleep(max(min(left, terms.idle, terms.first_frame), 0.05))
        limit: Limit = "idle" if self.received else "first_frame"
        option = "--" + limit.replace("_", "-")
        message = f"No frame was received for {seconds:g} s ({option}). Connect again to continue."
        self._request_close(_CloseRequest(CloseCode.NORMAL_CLOSURE, limit, message))

    async def _send_rest_and_close(self, request: _CloseRequest, writer: asyncio.Task[None]) -> None:
        """Send what is still to be sent, then close. A client that does not take it gets only the close frame."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                while self._latest.in_service and not writer.done():
                    self._frame_done.clear()
                    await wait_for_first(self._frame_done.wait(), writer)
                if request.limit:
                    self._observer.limited(request.limit)
                    self._observer.error("connection", request.limit)
                    self._send(protocol.error(None, request.limit, request.message))
                if not writer.done():
                    await wait_for_first(self._unread.join(), writer)
                await self._channel.close(request.code)
        except TimeoutError:
            await self._channel.abort(request.code)

    async def _read(self) -> None:
        while (message := await self._channel.receive()) is not None:
            pause = self._receive_text(message) if isinstance(message, str) else self._receive_frame(message)
            if pause:
                await asyncio.sleep(pause)
            if not self._has_room.is_set():
                await self._wait_for_room()

    def _receive_text(self, text: str) -> float:
        """Answer a text message; returns the seconds to wait before the next message is read."""
        terms = self._terms
        try:
            message = protocol.parse_text(text, terms.labels, terms.text_chars, terms.motion, terms.features)
            self._observer.text(message.type)
            if isinstance(message, ConfigureMessage):
                self._send(protocol.configured(self._latest.configure(message)))
            else:
                self._teaching.receive(message)
        except ProtocolError as error:
            self._observer.error("text", error.code)
            self._send(protocol.error(None, error.code, error.message))
        return self._text_pause

    def _receive_frame(self, jpeg: bytes) -> float:
        """Take a frame; returns the seconds to wait before the next message is read."""
        self._frame_answers.received()
        self.received += 1
        self._received_at = now = time.monotonic()
        drop = self._latest.receive(jpeg, now)
        if drop:
            self._drop(drop)
        self._scheduler.schedule(self._scheduled)
        return min(drop.retry_after_ms / 1000, MAX_PAUSE_S) if drop else 0.0

    async def _wait_for_room(self) -> None:
        try:
            await asyncio.wait_for(self._has_room.wait(), self._terms.reader_timeout)
        except TimeoutError:
            raise SlowReaderError from None

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._channel.send(await self._unread.get())
                self._unread.task_done()
                if self._unread.qsize() <= MAX_UNREAD_ANSWERS // 2:
                    self._has_room.set()

    def _answer(self, frame: Frame, inference: InferenceResult | None) -> None:
        self._frame_done.set()
        answer = self._frame_answers.answer(frame, inference)
        if isinstance(answer, FrameError):
            answer = protocol.error(frame.number, answer.code, answer.message)
        else:
            self.answered += 1
        self._send(answer)
        analysis = inference.answer if inference else None
        self._teaching.frame_done(analysis.hold if isinstance(analysis, Analysis) else None)

    def _drop(self, drop: Drop) -> None:
        self._frame_answers.dropped(drop)
        self._send(protocol.dropped(drop.frame, drop.reason, drop.retry_after_ms))

    def _send(self, text: str) -> None:
        self._unread.put_nowait(text)
        if self._unread.qsize() >= MAX_UNREAD_ANSWERS:
            self._has_room.clear()


async def wait_for_first(work: Coroutine[Any, Any, Any], task: asyncio.Task[None]) -> None:
    """Wait until the work is done or the task has ended."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait((working, task), return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
