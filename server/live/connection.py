"""One connection from hello to goodbye: a thin asyncio shell around slot and protocol.

Reading and writing are two tasks. Answers wait in a bounded queue; a client that sends without reading is no longer
read from, so it cannot make the server hold more than that, and after a while it is disconnected. A client that
sends more than it may is read from no faster than it may send: TCP then holds it back, at no cost to the others.
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
from server.live.channel import Channel
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.observer import Limit, NullObserver, Observer
from server.live.protocol import Limits, ProtocolError
from server.live.scheduler import ScheduledConnection, Scheduler
from server.logs import fields
from server.vision.errors import FrameError
from server.vision.types import ExpressionSettings

log = logging.getLogger(__name__)

# Answers a client may leave unread before it is no longer read from: several times its credits. It is read from
# again when half of them are gone, so that one which takes an answer now and then still counts as not reading.
UNREAD_ANSWERS = 64
# Seconds for which a client is not read from after a frame too many, at most: its text messages wait as well.
MAX_PAUSE = 0.1
# Seconds that a client has to take what is still to be said before its goodbye, the answer to a frame in service too.
FAREWELL = 4.0

@dataclass(frozen=True, slots=True)
class ConnectionTerms:
    """What every connection is given at the start.

    Attributes:
        hello: the first message.
        limits: what the client may do.
        tuning: the settings to begin with.
        labels: of the model, in the order of scores.
        reader_timeout: seconds it may leave UNREAD_ANSWERS answers unread.
        first_frame: seconds until its first frame must have come.
        idle: seconds until each further one must have come.
        text_chars: characters of a text message.
        text_rate: text messages a second that are read of it.
    """

    hello: str
    limits: Limits
    tuning: ExpressionSettings
    labels: tuple[str, ...]
    reader_timeout: float = 5.0
    first_frame: float = 30.0
    idle: float = 300.0
    text_chars: int = protocol.MAX_TEXT
    text_rate: float = 100.0


@dataclass(frozen=True, slots=True)
class End:
    """Why the server ends a connection: its close code, and what the client is told before (code and message)."""

    close: int
    limit: Limit | None = None
    code: str = ""
    message: str = ""


class SlowReaderError(Exception):
    """The client sends without reading."""


class Connection:
    """Runs one connection."""

    def __init__(
        self,
        channel: Channel,
        scheduler: Scheduler,
        offer: ConnectionTerms,
        observer: Observer | None = None,
        connection: str = "",
    ) -> None:
        """Prepare; `run` does the work. `connection` is the id by which log and client know it."""
        self._channel, self._scheduler, self._observer = channel, scheduler, observer or NullObserver()
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()
        self._offer, self._connection = offer, connection
        self._text_pause = 1 / offer.text_rate
        # A client with all its credits in hand may send them at once, and network jitter may bunch a few more.
        slot = LatestFrame(offer.tuning, offer.limits.fps, burst=2 * offer.limits.credits)
        self._seat = ScheduledConnection(slot, self._answer, self._drop)
        self._end: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self._served = asyncio.Event()
        self._received_at = time.monotonic()
        self.received = self.answered = 0  # frames
        self._say(protocol.greeting(offer.hello, connection))

    async def run(self) -> None:
        """Serve until the client leaves, breaks the rules or does nothing, `leave` is called or the task cancelled."""
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        watch = asyncio.create_task(self._watch())
        try:
            await asyncio.wait((reader, writer, self._end), return_when=asyncio.FIRST_COMPLETED)
            if self._end.done() and not reader.done():
                reader.cancel()
                await self._part(self._end.result(), writer)
        finally:
            slot = self._seat.slot
            slot.closed = True
            for frame in (slot.in_service, slot.waiting):
                if frame is not None:
                    self._observer.lost("disconnected")
            for task in (reader, writer, watch):
                task.cancel()
            for fault in await asyncio.gather(reader, writer, watch, return_exceptions=True):
                if isinstance(fault, SlowReaderError):
                    self._observer.limited("reader_timeout")
                    log.info("does not read its answers", extra=fields(connection=self._connection))
                    await self._channel.cut(CloseCode.POLICY_VIOLATION)
                elif isinstance(fault, Exception):
                    log.error("a fault of the server", exc_info=fault, extra=fields(connection=self._connection))
                    await self._channel.close(CloseCode.INTERNAL_ERROR)

    def leave(self) -> None:
        """The server is about to end: answer the frame in service, then say goodbye. May be called twice."""
        self._finish(End(CloseCode.SERVICE_RESTART))

    def _finish(self, end: End) -> None:
        if not self._end.done():
            self._end.set_result(end)

    async def _watch(self) -> None:
        """Ends a connection that is not used: nobody else's place should be held by a tab that was forgotten."""
        offer, slot = self._offer, self._seat.slot
        while True:
            seconds = offer.idle if self.received else offer.first_frame
            left = self._received_at + seconds - time.monotonic()
            if left <= 0 and not (slot.in_service or slot.waiting):
                break
            # A first frame may come meanwhile, and then the other limit applies, which may be the shorter.
            await asyncio.sleep(max(min(left, offer.idle, offer.first_frame), 0.05))
        limit: Limit = "idle" if self.received else "first_frame"
        option = "--" + limit.replace("_", "-")
        text = f"No frame came for {seconds:g} s ({option}), so the place is given to others; connect again to go on."
        self._finish(End(CloseCode.NORMAL_CLOSURE, limit, limit, text))

    async def _part(self, end: End, writer: asyncio.Task[None]) -> None:
        """Say what is still to be said and then goodbye; to a client that does not take it, only the latter."""
        try:
            async with asyncio.timeout(FAREWELL):
                while self._seat.slot.in_service and not writer.done():
                    self._served.clear()
                    await first_of(self._served.wait(), writer)
                if end.limit:
                    self._observer.limited(end.limit)
                    self._observer.error("connection", end.code)
                    self._say(protocol.error(None, end.code, end.message))
                if not writer.done():
                    await first_of(self._answers.join(), writer)
                await self._channel.close(end.close)
        except TimeoutError:
            await self._channel.cut(end.close)

    async def _read(self) -> None:
        while (message := await self._channel.receive()) is not None:
            pause = self._take_text(message) if isinstance(message, str) else self._take_frame(message)
            if pause:
                await asyncio.sleep(pause)
            if not self._room.is_set():
                await self._wait_for_room()

    def _take_text(self, text: str) -> float:
        """Obey a text message; returns the seconds until the next message should be read."""
        self._say(self._obey(text))
        return self._text_pause

    def _take_frame(self, jpeg: bytes) -> float:
        """Take in a frame; returns the seconds until the next message should be read."""
        self._observer.received()
        self.received += 1
        self._received_at = now = time.monotonic()
        drop = self._seat.slot.receive(jpeg, now)
        if drop:
            self._drop(drop)
        self._scheduler.offer(self._seat)
        return min(drop.retry_after_ms / 1000, MAX_PAUSE) if drop else 0.0

    async def _wait_for_room(self) -> None:
        try:
            await asyncio.wait_for(self._room.wait(), self._offer.reader_timeout)
        except TimeoutError:
            raise SlowReaderError from None

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._channel.send(await self._answers.get())
                self._answers.task_done()
                if self._answers.qsize() <= UNREAD_ANSWERS // 2:
                    self._room.set()

    def _obey(self, text: str) -> str:
        offer = self._offer
        try:
            wishes = protocol.parse_text(text, offer.labels, offer.text_chars)
            return protocol.configured(self._seat.slot.configure(wishes))
        except ProtocolError as error:
            self._observer.error("text", error.code)
            return protocol.error(None, error.code, error.message)

    def _answer(self, frame: Frame, outcome: InferenceResult | None) -> None:
        self._served.set()
        if outcome is None:
            self._fail(frame, "timeout", "This frame took too long and was given up; send the next one.")
        elif isinstance(outcome.answer, FrameError):
            self._fail(frame, outcome.answer.code, outcome.answer.message)
        else:
            queue_ms = (outcome.started_at - frame.received_at) * 1000
            total_ms = (time.monotonic() - frame.received_at) * 1000
            self.answered += 1
            self._observer.answered(len(outcome.answer.faces), outcome.answer.timing, queue_ms, total_ms)
            self._say(protocol.result(frame.number, outcome.answer, queue_ms, total_ms))

    def _fail(self, frame: Frame, code: str, message: str) -> None:
        self._observer.error("frame", code)
        self._say(protocol.error(frame.number, code, message))

    def _drop(self, drop: Drop) -> None:
        self._observer.lost(drop.reason)
        self._say(protocol.dropped(drop.frame, drop.reason, drop.retry_after_ms))

    def _say(self, text: str) -> None:
        self._answers.put_nowait(text)
        if self._answers.qsize() >= UNREAD_ANSWERS:
            self._room.clear()


async def first_of(work: Coroutine[Any, Any, Any], task: asyncio.Task[None]) -> None:
    """Wait for some work, or for a task to end before it."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait((working, task), return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
