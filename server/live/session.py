"""One connection from hello to goodbye: a thin asyncio shell around slot and protocol.

Reading and writing are two tasks. Answers wait in a bounded queue; a client that sends without reading is no longer
read from, so it cannot make the server hold more than that, and after a while it is disconnected. A client that
sends more than it may is read from no faster than it may send: TCP then holds it back, at no cost to the others.
"""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Protocol

from server.live import protocol
from server.live.observer import Observer, Unobserved
from server.live.protocol import Limits, ProtocolError
from server.live.scheduler import Scheduler, Seat
from server.live.slot import Drop, Frame, Slot
from server.live.workers import Outcome
from server.vision.errors import FrameError
from server.vision.types import Tuning

log = logging.getLogger(__name__)

# Answers a client may leave unread before it is no longer read from: several times its credits. It is read from
# again when half of them are gone, so that one which takes an answer now and then still counts as not reading.
UNREAD_ANSWERS = 64
# Seconds for which a client is not read from after a frame too many, at most: its text messages wait as well.
LONGEST_PAUSE = 0.1
# Seconds for which a client is not read from after a text message. People move a slider less often than that, and
# text has no other limit.
TEXT_PAUSE = 0.01

# Close code for "breaks the rules" (RFC 6455, section 7.4.1).
POLICY = 1008
# Close code for "try again later" (IANA's registry of WebSocket close codes).
TRY_AGAIN_LATER = 1013
# Close code for "internal error" (RFC 6455, section 7.4.1).
SERVER_FAULT = 1011


class Channel(Protocol):
    """The socket as a session sees it."""

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client is gone."""

    async def send(self, text: str) -> None:
        """Send one text message; returns when the socket has room again."""

    async def close(self, code: int) -> None:
        """Say goodbye."""

    async def cut(self, code: int) -> None:
        """End the connection of a client that does not read; does not wait for it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What every connection is given at the start.

    Attributes:
        hello: the first message.
        limits: what the client may do.
        tuning: the settings to begin with.
        labels: of the model, in the order of scores.
        reader_timeout: seconds it may leave UNREAD_ANSWERS answers unread.
    """

    hello: str
    limits: Limits
    tuning: Tuning
    labels: tuple[str, ...]
    reader_timeout: float = 5.0


class SlowReaderError(Exception):
    """The client sends without reading."""


class Session:
    """Runs one connection."""

    def __init__(
        self, channel: Channel, scheduler: Scheduler, offer: Offer, observer: Observer | None = None
    ) -> None:
        """Prepare; `run` does the work."""
        self._channel, self._scheduler, self._observer = channel, scheduler, observer or Unobserved()
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()
        self._labels, self._reader_timeout = offer.labels, offer.reader_timeout
        # A client with all its credits in hand may send them at once, and network jitter may bunch a few more.
        slot = Slot(offer.tuning, offer.limits.fps, burst=2 * offer.limits.credits)
        self._seat = Seat(slot, self._answer, self._drop)
        self._say(offer.hello)

    async def run(self) -> None:
        """Serve until the client leaves, breaks the rules, or the task is cancelled."""
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            slot = self._seat.slot
            slot.closed = True
            for frame in (slot.in_service, slot.waiting):
                if frame is not None:
                    self._observer.lost("disconnected")
            for task in (reader, writer):
                task.cancel()
            for fault in await asyncio.gather(reader, writer, return_exceptions=True):
                if isinstance(fault, SlowReaderError):
                    await self._channel.cut(POLICY)
                elif isinstance(fault, Exception):
                    log.error("a connection ended by a fault of the server", exc_info=fault)
                    await self._channel.close(SERVER_FAULT)

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
        return TEXT_PAUSE

    def _take_frame(self, jpeg: bytes) -> float:
        """Take in a frame; returns the seconds until the next message should be read."""
        self._observer.received()
        drop = self._seat.slot.receive(jpeg, time.monotonic())
        if drop:
            self._drop(drop)
        self._scheduler.offer(self._seat)
        return min(drop.retry_after_ms / 1000, LONGEST_PAUSE) if drop else 0.0

    async def _wait_for_room(self) -> None:
        try:
            await asyncio.wait_for(self._room.wait(), self._reader_timeout)
        except TimeoutError:
            raise SlowReaderError from None

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._channel.send(await self._answers.get())
                if self._answers.qsize() <= UNREAD_ANSWERS // 2:
                    self._room.set()

    def _obey(self, text: str) -> str:
        try:
            return protocol.configured(self._seat.slot.configure(protocol.parse_text(text, self._labels)))
        except ProtocolError as error:
            self._observer.error("text", error.code)
            return protocol.error(None, error.code, error.message)

    def _answer(self, frame: Frame, outcome: Outcome | None) -> None:
        if outcome is None:
            self._fail(frame, "timeout", "This frame took too long and was given up; send the next one.")
        elif isinstance(outcome.answer, FrameError):
            self._fail(frame, outcome.answer.code, outcome.answer.message)
        else:
            queue_ms = (outcome.started_at - frame.received_at) * 1000
            total_ms = (time.monotonic() - frame.received_at) * 1000
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


async def refuse(channel: Channel, code: str, message: str, close: int) -> None:
    """Turn a connection away in a way that the page's script can understand: an error, then a close code."""
    await channel.send(protocol.error(None, code, message))
    await channel.close(close)
