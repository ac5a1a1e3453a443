"""A client that reconnects as the page does (web/static/js/connection/reconnecting-socket.js, backoff.js)."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from typing import Any

from lab.bench.backoff import FULL_FIRST_ATTEMPT, delay
from lab.bench.clients import Page
from lab.bench.flow import Flow
from lab.bench.wire import Connection

# The page's values; a test compares.
HELLO_MS = 10_000
SILENT_MS = 10_000
FULL = 1013


class ReconnectingClient(Page):
    """A page client that also reconnects. Its times are milliseconds of `time.monotonic`.

    Attributes:
        answers: (time, age) of each result.
        outages: (time of the last result before, time of the first one after, close code) of each outage. A refused
            connection attempt belongs to the outage that it prolongs.
        answered: frames answered in any way.
        ended_with: frames whose connection ended before their answer.
    """

    kind = "reconnecting"

    def __init__(self, port: int, jpegs: list[bytes], fps: float) -> None:
        """Prepare the client; `connect` opens the connection."""
        super().__init__(port, jpegs, fps)
        self.recording = True
        self.answers: list[tuple[float, float]] = []
        self.outages: list[tuple[float, float, int]] = []
        self.answered = self.ended_with = 0
        self._port, self._attempt = port, 0
        self._lost_with: int | None = None
        self._camera_runs = False
        self._last = self.now()

    def connect(self) -> None:
        """Open a connection, and abandon it if no `hello` arrives in time."""
        connection = Connection(
            self._port,
            lambda text: self._heard(text) if connection is self.connection else None,
            lambda code: self._handle_end(connection, code),
        )
        self.connection = connection
        self._number = 0
        self._opening = self._loop.create_task(self._open(connection))
        self._watch = self._loop.call_later(HELLO_MS / 1000, self._abandon, connection)

    async def _open(self, connection: Connection) -> None:
        with contextlib.suppress(OSError):
            await self._loop.create_connection(lambda: connection, "127.0.0.1", self._port)
            return
        self._handle_end(connection, 0)

    def begin(self) -> None:
        """Start with all credits; the camera starts at the first `hello` and runs on."""
        self._watch.cancel()
        self._flow = Flow(self.limits)
        if not self._camera_runs:
            self._camera_runs = True
            self._next = self._loop.time() + self._every * random.random()
            self._loop.call_at(self._next, self._picture)

    def _send(self, taken: float, step: int = 0) -> None:
        if self._taken and taken - min(self._taken.values()) > SILENT_MS:
            self._abandon(self.connection)
        else:
            super()._send(taken, step)

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        super()._answered(kind, message, age, now)
        self.answered += 1
        if kind != "result":
            return
        if self._lost_with is not None:
            self.outages.append((self._last, now, self._lost_with))
            self._lost_with = None
        self.answers.append((now, age))
        self._last, self._attempt = now, 0

    def _abandon(self, connection: Connection) -> None:
        connection.close()
        self._handle_end(connection, 0)

    def _handle_end(self, connection: Connection, code: int) -> None:
        if connection is not self.connection or self.ended:
            return
        self._watch.cancel()
        self.connection = Connection(self._port, lambda text: None, lambda code: None)  # until the next attempt
        self._flow = None
        self.ended_with += len(self._taken)
        self._taken.clear()
        self._lost_with = code if self._lost_with is None else self._lost_with
        if code == FULL:
            self._attempt = max(self._attempt, FULL_FIRST_ATTEMPT)
        self._loop.call_later(delay(self._attempt, random.random()), self._reconnect)
        self._attempt += 1

    @property
    def has_unanswered(self) -> bool:
        """Whether frames are unanswered."""
        return bool(self._taken)

    def _reconnect(self) -> None:
        if not self.ended:
            self.connect()

    def report(self) -> dict[str, Any]:
        """The record for JSON; the end of an outage that has not ended is None."""
        going_on = [] if self._lost_with is None else [(self._last, None, self._lost_with)]
        return {
            "answers": self.answers,
            "outages": [*self.outages, *going_on],
            "sent": self.record.sent,
            "answered": self.answered,
            "ended": self.ended_with,
            "dropped": dict(self.record.dropped),
            "errors": dict(self.record.errors),
        }


async def settle(clients: list[ReconnectingClient], seconds: float) -> None:
    """Stop the cameras and wait up to `seconds` for the last answers."""
    for client in clients:
        client.ended = True
    for _ in range(int(seconds * 20)):
        if not any(client.has_unanswered for client in clients):
            return
        await asyncio.sleep(0.05)
