"""One connection from hello to goodbye: a thin asyncio shell around slot and protocol.

Reading and writing are two tasks. Answers wait in a bounded queue, and a client that sends without reading
is no longer read from, so it cannot make the server hold more than that.
"""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Protocol

from server.live import protocol
from server.live.protocol import Limits, ProtocolError
from server.live.scheduler import Scheduler, Seat
from server.live.slot import Drop, Frame, Slot
from server.live.workers import Outcome
from server.vision.errors import FrameError
from server.vision.types import Tuning

log = logging.getLogger(__name__)

# Answers a client may leave unread before it is no longer read from: several times its credits.
UNREAD_ANSWERS = 64

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


@dataclass(frozen=True, slots=True)
class Offer:
    """What every connection is given at the start: the hello, the limits and the settings to begin with."""

    hello: str
    limits: Limits
    tuning: Tuning


class Session:
    """Runs one connection."""

    def __init__(self, channel: Channel, scheduler: Scheduler, offer: Offer) -> None:
        """Prepare; `run` does the work."""
        self._channel, self._scheduler = channel, scheduler
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()
        # A client with all its credits in hand may send them at once, and network jitter may bunch a few more.
        slot = Slot(offer.tuning, offer.limits.fps, burst=2 * offer.limits.credits)
        self._seat = Seat(slot, self._answer, self._drop)
        self._say(offer.hello)

    async def run(self) -> None:
        """Serve until the client leaves or the task is cancelled."""
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._seat.slot.closed = True
            for task in (reader, writer):
                task.cancel()
            for fault in await asyncio.gather(reader, writer, return_exceptions=True):
                if isinstance(fault, Exception):
                    log.error("a connection ended by a fault of the server", exc_info=fault)
                    await self._channel.close(SERVER_FAULT)

    async def _read(self) -> None:
        while (message := await self._channel.receive()) is not None:
            if isinstance(message, str):
                self._say(self._obey(message))
            else:
                drop = self._seat.slot.receive(message, time.monotonic())
                if drop:
                    self._drop(drop)
                self._scheduler.offer(self._seat)
            await self._room.wait()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._channel.send(await self._answers.get())
                if self._answers.qsize() < UNREAD_ANSWERS:
                    self._room.set()

    def _obey(self, text: str) -> str:
        try:
            return protocol.configured(self._seat.slot.configure(protocol.parse_text(text)))
        except ProtocolError as error:
            return protocol.error(None, error.code, error.message)

    def _answer(self, frame: Frame, outcome: Outcome | None) -> None:
        if outcome is None:
            text = "This frame took too long and was given up; send the next one."
            self._say(protocol.error(frame.number, "timeout", text))
        elif isinstance(outcome.answer, FrameError):
            self._say(protocol.error(frame.number, outcome.answer.code, outcome.answer.message))
        else:
            queue_ms = (outcome.started_at - frame.received_at) * 1000
            total_ms = (time.monotonic() - frame.received_at) * 1000
            self._say(protocol.result(frame.number, outcome.answer, queue_ms, total_ms))

    def _drop(self, drop: Drop) -> None:
        self._say(protocol.dropped(drop.frame, drop.reason, drop.retry_after_ms))

    def _say(self, text: str) -> None:
        self._answers.put_nowait(text)
        if self._answers.qsize() >= UNREAD_ANSWERS:
            self._room.clear()


async def refuse(channel: Channel, code: str, message: str, close: int) -> None:
    """Turn a connection away in a way that the page's script can understand: an error, then a close code."""
    await channel.send(protocol.error(None, code, message))
    await channel.close(close)
