"""Clients that keep every rule and reconnect after a restart of the server, as the page does."""

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
from lab.soak.frame_counts import FrameCounts
from tests.support.faulty_server import HANG

FPS = 10.0
# Frames until a client's camera shows another clip: once a minute. (With another photograph in each frame the server
# would search every frame completely for new faces.)
CLIP_FRAMES = 600
# Seconds to wait for the last answers after all clients have stopped sending.
LAST_ANSWERS_S = 15.0


class PoliteClient(Page):
    """One connection that sends camera frames."""

    kind = "polite"

    def __init__(self, port: int, clips: list[list[bytes]], counts: FrameCounts, record: Record) -> None:
        """Prepare a client that sends two of the clips, which have equal lengths, and adds to `counts` and `record`."""
        own = random.sample(clips, 2)
        super().__init__(port, [jpeg for clip in own for jpeg in clip], FPS)
        self.record, self.recording = record, True
        self.left = asyncio.Event()
        self.quiet = False
        self.seen = 0  # results
        self._frame_counts = counts
        self._length = len(clips[0])
        self._shown = random.randrange(2 * CLIP_FRAMES)

    @property
    def unanswered(self) -> int:
        """The number of frames sent and not yet answered."""
        return len(self._taken)

    def abandon(self) -> int:
        """Disconnect; returns the number of frames without an answer."""
        missing = len(self._taken)
        self._taken.clear()
        self.end()
        return missing

    def _may_send(self, flow: Flow, now: float) -> bool:
        return not self.quiet and super()._may_send(flow, now)

    def _step(self) -> int:
        self._shown += 1
        clip = self._shown // CLIP_FRAMES % 2
        return clip * self._length + self._shown % self._length

    def _send(self, taken: float, step: int = 0) -> None:
        self._frame_counts.sent += 1
        super()._send(taken, step)

    def _heard(self, text: bytes) -> None:
        try:
            super()._heard(text)
        except KeyError:  # no unanswered frame has this number
            self._frame_counts.unexpected += 1

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        self._frame_counts.answered += 1
        self.seen += kind == "result"
        super()._answered(kind, message, age, now)

    def _closed(self, code: int) -> None:
        if not self.ended:
            self._frame_counts.codes[str(code)] += 1
        self._frame_counts.aborted += len(self._taken)
        self._taken.clear()
        super()._closed(code)
        self.left.set()


class PoliteClients:
    """All polite clients."""
    def __init__(self, port: int, clips: list[list[bytes]], count: int) -> None:
        """Prepare `count` clients of a server on `port`."""
        self._port, self._clips, self._count = port, clips, count
        self.counts = FrameCounts()
        self._record = Record(PoliteClient.kind)
        self._connected: dict[int, PoliteClient] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._counted_at = time.monotonic()

    async def connect(self) -> None:
        """Connect all clients; returns when each has had a result."""
        self._tasks = [asyncio.create_task(self._run_client(index)) for index in range(self._count)]
        await self.served(set())

    @property
    def present(self) -> set[PoliteClient]:
        """The clients connected now."""
        return set(self._connected.values())

    async def served(self, before: set[PoliteClient]) -> None:
        """Wait until every client has had a result on a connection that is not in `before`."""
        while sum(each.seen > 0 for each in self.present - before) < self._count:
            await asyncio.sleep(0.02)

    def count(self) -> dict[str, Any]:
        """Return what was counted since the last call, and reset it."""
        record, self._record = self._record, Record(PoliteClient.kind)
        for client in self._connected.values():
            client.record = self._record
        now = time.monotonic()
        # Without any result, the age is at least the time since the last call.
        ages = record.ages or [(now - self._counted_at) * 1000]
        self._counted_at = now
        shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        return {
            "sent": record.sent,
            "results": record.results,
            "dropped": record.dropped,
            "errors": record.errors,
            "age_ms": {name: percentile(ages, share) for name, share in shares},
        }

    async def disconnect(self) -> None:
        """Stop sending, wait for outstanding answers, then close all connections."""
        for task in self._tasks:
            task.cancel()
        for client in self._connected.values():
            client.quiet = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_ANSWERS_S):
                while any(client.unanswered for client in self._connected.values()):
                    await asyncio.sleep(0.02)
        for client in self.present:
            self.counts.lost += client.abandon()

    async def _run_client(self, index: int) -> None:
        """Keep one client connected; it reconnects with the page's delays."""
        loop, attempt = asyncio.get_running_loop(), 0
        while True:
            client = PoliteClient(self._port, self._clips, self.counts, self._record)
            try:
                await loop.create_connection(lambda client=client: client.connection, "127.0.0.1", self._port)  # type: ignore[misc]
                self.counts.connections += 1
                async with asyncio.timeout(HELLO_S):
                    await client.greeted.wait()
                self._connected[index] = client
                client.record = self._record
                await client.left.wait()
                del self._connected[index]
            except (OSError, TimeoutError):
                client.end()
            attempt = 0 if client.limits else attempt + 1
            await asyncio.sleep(delay(attempt, random.random()))


async def hang_a_thread(port: int, jpeg: bytes) -> dict[str, Any]:
    """Send a frame that makes an inference thread hang; returns its answer and the seconds until it came."""
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    class Hanger(Page):
        """Sends one frame, and sends it again when it was dropped."""

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
