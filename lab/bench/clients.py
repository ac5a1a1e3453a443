"""Clients of the load generator: as the page behaves, as fast as credits allow, and without regard for anything."""

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
from lab.bench.wire import BINARY, Connection, pack
from server.vision.types import STAGES


def server_ms(result: Mapping[str, Any]) -> float:
    """What the server spent on a frame, as the page counts it."""
    timing = result["timing_ms"]
    spent: float = max(timing["total"], sum(timing[stage] for stage in ("queue", *STAGES)))
    return spent


@dataclass(slots=True)
class Record:
    """What one client sent and heard while the measurement ran.

    Attributes:
        kind: of client.
        sent: frames.
        results: answers with faces, or without any in the picture.
        dropped: frames not looked at, by reason.
        errors: by code.
        ages: of each result, milliseconds from capture to receipt.
        worked: of each result, milliseconds that an inference thread had it.
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
    """What all have in common: a connection, numbered frames, and a record that counts while `recording`."""

    kind = ""

    def __init__(self, port: int, jpegs: list[bytes]) -> None:
        """Prepare for a server on `port`; `jpegs` is one picture, from its full size down."""
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
        """Hello has come: start to send."""
        raise NotImplementedError

    def end(self) -> None:
        """Stop and leave."""
        self.ended = True
        self.connection.close()

    def now(self) -> float:
        """Milliseconds; not the loop's own clock, which uvloop reads once a turn and in whole milliseconds."""
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
        """A frame has its answer."""

    def _room(self) -> None:
        """The network takes more again."""

    def _closed(self, code: int) -> None:
        if not self.ended:
            self.record.closed, self.ended = code, True
            self.greeted.set()


class Page(Client):
    """Behaves as the page: a camera with a rhythm of its own, a frame only with a credit in hand, no queue.

    At a fixed rate: what the server does about too many of these it does alone.
    """

    kind = "page"

    def __init__(self, port: int, jpegs: list[bytes], fps: float) -> None:
        """The camera gives `fps` pictures a second."""
        super().__init__(port, jpegs)
        self._every = 1 / fps
        self._flow: Flow | None = None

    def begin(self) -> None:
        """The camera starts at a moment of its own: cameras of different people are not in step."""
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
        """Sizes below the full one."""
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
    """The whole page: it also lowers its frame rate, then its size, when the server has too much to do."""

    kind = "adaptive"

    def begin(self) -> None:
        """Begin at the full rate."""
        self._pace = Pace(self.limits["fps"])
        super().begin()

    def _may_send(self, flow: Flow, now: float) -> bool:
        self._pace.look(blocked=not self.connection.has_room)
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


class Greedy(Client):
    """Always has a frame on the way, with no camera to wait for: what a server can do at most.

    It begins with all its credits. A drop says that there is no room for so many, so the frame is not replaced
    while another one is on its way, as the page goes down to one credit after a drop. (Replaced at once, the new
    frame supersedes the waiting one, and the two sides do nothing but drop: 15 for each result, measured.)
    """

    kind = "greedy"

    def begin(self) -> None:
        """Spend every credit."""
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


class Flood(Client):
    """Ignores credits and limits: sends whenever the network takes it. It does read."""

    kind = "flood"

    def begin(self) -> None:
        """Open the tap."""
        self._room()

    def _room(self) -> None:
        while self.connection.has_room and not self.ended:
            self._send(self.now())
