"""People at their cameras: they keep to every rule, and come back when the server was away."""

import asyncio
import contextlib
import random
import time
from collections.abc import Mapping
from typing import Any

from lab.bench.backoff import delay
from lab.bench.clients import Page, Record
from lab.bench.flow import Flow
from lab.bench.load import HELLO_S
from lab.bench.stats import percentile
from lab.soak.account import Account
from tests.support.faulty_server import HANG

FPS = 10.0
# A camera shows one person that moves a little; once a minute somebody else sits down before it. (Another photograph in
# each frame, as cuts in a film, would have the server search all of every frame for new faces.)
STAYS = 600  # frames
# Seconds for the last answers, once nobody sends any more.
LAST_ANSWERS_S = 15.0


class Visitor(Page):
    """One connection of a person before a camera."""

    kind = "visitor"

    def __init__(self, port: int, films: list[list[bytes]], account: Account, record: Record) -> None:
        """Prepare; what it hears goes into `record` and `account`. It shows two of the films, all of one length."""
        own = random.sample(films, 2)
        super().__init__(port, [jpeg for film in own for jpeg in film], FPS)
        self.record, self.recording = record, True
        self.left = asyncio.Event()
        self.quiet = False
        self.seen = 0  # results
        self._account = account
        self._length = len(films[0])
        self._shown = random.randrange(2 * STAYS)

    @property
    def unanswered(self) -> int:
        """Frames on their way."""
        return len(self._taken)

    def give_up(self) -> int:
        """Leave; returns the frames that had no answer."""
        missing = len(self._taken)
        self._taken.clear()
        self.end()
        return missing

    def _may_send(self, flow: Flow, now: float) -> bool:
        return not self.quiet and super()._may_send(flow, now)

    def _step(self) -> int:
        self._shown += 1
        film = self._shown // STAYS % 2
        return film * self._length + self._shown % self._length

    def _send(self, taken: float, step: int = 0) -> None:
        self._account.sent += 1
        super()._send(taken, step)

    def _heard(self, text: bytes) -> None:
        try:
            super()._heard(text)
        except KeyError:  # an answer to no frame that waits for one
            self._account.strange += 1

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        self._account.answered += 1
        self.seen += kind == "result"
        super()._answered(kind, message, age, now)

    def _closed(self, code: int) -> None:
        if not self.ended:
            self._account.codes[str(code)] += 1
        self._account.cut += len(self._taken)
        self._taken.clear()
        super()._closed(code)
        self.left.set()


class Visitors:
    """All of them."""

    def __init__(self, port: int, films: list[list[bytes]], count: int) -> None:
        """Plan for `count` people who look at a server on `port`."""
        self._port, self._films, self._count = port, films, count
        self.account = Account()
        self._record = Record(Visitor.kind)
        self._here: dict[int, Visitor] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._turned_at = time.monotonic()

    async def come(self) -> None:
        """Let them come; returns when each has had an answer."""
        self._tasks = [asyncio.create_task(self._attend(place)) for place in range(self._count)]
        await self.served(set())

    @property
    def present(self) -> set[Visitor]:
        """Those connected now."""
        return set(self._here.values())

    async def served(self, before: set[Visitor]) -> None:
        """Wait until everybody has had a result, on a connection other than those of `before`."""
        while sum(each.seen > 0 for each in self.present - before) < self._count:
            await asyncio.sleep(0.02)

    def turn(self) -> dict[str, Any]:
        """Begin to count anew; returns what was counted since the last time."""
        record, self._record = self._record, Record(Visitor.kind)
        for visitor in self._here.values():
            visitor.record = self._record
        now = time.monotonic()
        # Where nobody had an answer, an answer would be at least as old as this span is long.
        ages = record.ages or [(now - self._turned_at) * 1000]
        self._turned_at = now
        shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        return {
            "sent": record.sent,
            "results": record.results,
            "dropped": record.dropped,
            "errors": record.errors,
            "age_ms": {name: percentile(ages, share) for name, share in shares},
        }

    async def leave(self) -> None:
        """Send no more, wait for what is on its way, say goodbye."""
        for task in self._tasks:
            task.cancel()
        for visitor in self._here.values():
            visitor.quiet = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_ANSWERS_S):
                while any(visitor.unanswered for visitor in self._here.values()):
                    await asyncio.sleep(0.02)
        for visitor in self.present:
            self.account.lost += visitor.give_up()

    async def _attend(self, place: int) -> None:
        """One person: comes, stays, and comes back with the patience of the page."""
        loop, attempt = asyncio.get_running_loop(), 0
        while True:
            visitor = Visitor(self._port, self._films, self.account, self._record)
            try:
                await loop.create_connection(lambda visitor=visitor: visitor.connection, "127.0.0.1", self._port)  # type: ignore[misc]
                self.account.connections += 1
                async with asyncio.timeout(HELLO_S):
                    await visitor.greeted.wait()
                self._here[place] = visitor
                visitor.record = self._record
                await visitor.left.wait()
                del self._here[place]
            except (OSError, TimeoutError):
                visitor.end()
            attempt = 0 if visitor.limits else attempt + 1
            await asyncio.sleep(delay(attempt, random.random()))


async def hang_a_thread(port: int, jpeg: bytes) -> dict[str, Any]:
    """Send the frame that hangs until it is worked on; returns its answer and how long that took."""
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    class Hanger(Page):
        """Sends one frame, and again where there was no room for it."""

        def begin(self) -> None:
            self._sent_at = self.now()
            self._send(self._sent_at)

        def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
            if kind == "dropped":
                self._loop.call_later(message["retry_after_ms"] / 1000, self.begin)
            else:
                answers.put_nowait((message.get("code", kind), age / 1000))

        def _closed(self, code: int) -> None:
            answers.put_nowait((f"closed {code}", (self.now() - self._sent_at) / 1000))

    hanger = Hanger(port, [jpeg + HANG], FPS)
    await loop.create_connection(lambda: hanger.connection, "127.0.0.1", port)
    answer, seconds = await answers.get()
    hanger.end()
    return {"answer": answer, "seconds": round(seconds, 2)}
