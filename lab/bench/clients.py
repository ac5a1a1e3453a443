"""Clients of the load generator: some behave as the page, some send as fast as credits allow, some ignore credits."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import orjson

from lab.bench.adapt import Pace
from lab.bench.flow import Flow
from lab.bench.wire import BINARY, TEXT, Connection, pack
from server.vision.types import STAGES


def server_ms(result: Mapping[str, Any]) -> float:
    """Milliseconds that the server spent on a frame, as the page computes them."""
    timing = result["timing_ms"]
    spent: float = max(timing["total"], sum(timing[stage] for stage in ("queue", *STAGES)))
    return spent


@dataclass(slots=True)
class Record:
    """What one client sent and received during the measurement.

    Attributes:
        kind: the kind of client.
        sent: frames sent.
        results: results received, with or without faces.
        dropped: dropped frames by reason.
        errors: errors by code.
        ages: milliseconds from capture to receipt, for each result.
        worked: milliseconds in an inference thread, for each result.
        closed: the close code if the server ended the connection, else None.
    """

    kind: str
    sent: int = 0
    results: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    ages: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    closed: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON (`dataclasses.asdict` cannot copy a Counter before Python 3.12)."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class Client:
    """Base class: a connection, numbered frames, and a record that counts while `recording`."""

    kind = ""

    def __init__(self, port: int, jpegs: list[bytes]) -> None:
        """Prepare for a server on `port`; `jpegs` is one picture in decreasing sizes."""
        self.record = Record(self.kind)
        self.recording = False
        self.greeted = asyncio.Event()
        self.ended = False
        self.limits: Mapping[str, float] = {}
        self._messages = [pack(BINARY, jpeg) for jpeg in jpegs]
        self._taken: dict[int, float] = {}
        self._number = 0
        self._loop = asyncio.get_running_loop()
        self.connection = Connection(port, self._heard, self._closed, self._room)

    def begin(self) -> None:
        """Start to send; called when `hello` arrives."""
        raise NotImplementedError

    def end(self) -> None:
        """Stop sending and close the connection."""
        self.ended = True
        self.connection.close()

    def now(self) -> float:
        """Monotonic milliseconds; uvloop's own clock has whole milliseconds and stands still within an iteration."""
        return time.monotonic() * 1000

    def _send(self, taken: float, step: int = 0) -> None:
        """Send a picture captured at `taken`, `step` sizes below the full one."""
        self._number += 1
        self._taken[self._number] = taken
        self.record.sent += self.recording
        self.connection.send(self._messages[step])

    def _heard(self, text: bytes) -> None:
        now = self.now()
        message = orjson.loads(text)
        kind, frame = message["type"], message.get("frame")
        if kind == "hello":
            self.limits = message["limits"]
            self.greeted.set()
            self.begin()
            return
        if kind == "configured":
            return
        if frame is None:
            self.record.errors[message.get("code", kind)] += 1
            return
        age = now - self._taken.pop(frame)
        if self.recording:
            if kind == "result":
                self.record.results += 1
                self.record.ages.append(round(age, 2))
                timing = message["timing_ms"]
                self.record.worked.append(sum(timing[stage] for stage in STAGES))
            elif kind == "dropped":
                self.record.dropped[message["reason"]] += 1
            else:
                self.record.errors[message["code"]] += 1
        self._answered(kind, message, age, now)

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        """A frame was answered; subclasses react."""

    def _room(self) -> None:
        """The send buffer has room again; subclasses react."""

    def _closed(self, code: int) -> None:
        if not self.ended:
            self.record.closed, self.ended = code, True
            self.greeted.set()


class Page(Client):
    """Behaves as the page, but at a fixed rate: a camera, no queue, frames only with a credit.

    Because the rate is fixed, only the server can react to too many of these clients.
    """

    kind = "page"

    def __init__(self, port: int, jpegs: list[bytes], fps: float) -> None:
        """Prepare a client whose camera gives `fps` pictures a second."""
        super().__init__(port, jpegs)
        self._every = 1 / fps
        self._flow: Flow | None = None

    def begin(self) -> None:
        """Start the camera at a random moment, since the cameras of different people are not synchronised."""
        self._flow = Flow(self.limits)
        self._next = self._loop.time() + self._every * random.random()
        self._loop.call_at(self._next, self._picture)

    def _picture(self) -> None:
        if self.ended:
            return
        self._next = max(self._next + self._every, self._loop.time())
        self._loop.call_at(self._next, self._picture)
        now = self.now()
        if self._flow is not None and self._may_send(self._flow, now):
            self._flow.frame_sent(now)
            self._send(now, self._step())

    def _may_send(self, flow: Flow, now: float) -> bool:
        return flow.may_send(now)

    def _step(self) -> int:
        """The index of the size to send; 0 is the full size."""
        return 0

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        assert self._flow is not None
        frame = message["frame"]
        if kind == "result":
            self._flow.answered(frame, server_ms(message), now)
        elif kind == "dropped":
            self._flow.dropped(frame, message["retry_after_ms"], now)
        else:
            self._flow.failed(frame)


class Adaptive(Page):
    """Behaves as the page in full: it also lowers its frame rate, then its size, when the server is overloaded."""

    kind = "adaptive"

    def begin(self) -> None:
        """Start at the full rate."""
        self._pace = Pace(self.limits["fps"])
        super().begin()

    def _may_send(self, flow: Flow, now: float) -> bool:
        self._pace.capture(blocked=not self.connection.has_room)
        flow.interval = 1000 / self._pace.fps
        return flow.may_send(now)

    def _step(self) -> int:
        return min(self._pace.step, len(self._messages) - 1)

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        super()._answered(kind, message, age, now)
        if kind == "result":
            self._pace.result(age, server_ms(message), message["timing_ms"]["queue"], now)
        elif kind == "dropped":
            self._pace.drop(now)


class Saturating(Client):
    """Always has a frame on the way, without waiting for a camera: measures the maximum throughput.

    It starts with all its credits. A dropped frame is not replaced while another one is on its way, as the page goes
    down to one credit after a drop. (A frame sent at once would supersede the waiting one: 15 drops for each result,
    measured.)
    """

    kind = "saturating"

    def begin(self) -> None:
        """Send one frame for each credit."""
        for _ in range(int(self.limits["credits"])):
            self._again()

    def _again(self) -> None:
        if not self.ended:
            self._send(self.now())

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        if kind == "dropped" and self._taken:
            return
        wait = message.get("retry_after_ms", 0)
        if wait:
            self._loop.call_later(wait / 1000, self._again)
        else:
            self._again()


class Living(Saturating):
    """The same, and it asks for motion values."""

    kind = "living"

    def begin(self) -> None:
        """Ask for motion values first."""
        self.connection.send(pack(TEXT, b'{"type": "configure", "motion": true}'))
        super().begin()


class Flood(Client):
    """Ignores credits and limits: sends whenever the send buffer has room. Reads the answers."""

    kind = "flood"

    def begin(self) -> None:
        """Start to send."""
        self._room()

    def _room(self) -> None:
        while self.connection.has_room and not self.ended:
            self._send(self.now())
