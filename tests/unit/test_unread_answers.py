"""Connections whose client does not read or sends too much, and internal errors: none of them waits for ever."""

import asyncio
import json

import pytest
from websockets.frames import CloseCode

from server.live.connection import MAX_UNREAD_ANSWERS, Connection, ConnectionTerms
from server.live.inference_pool import InferencePool
from server.live.messages import Limits
from server.live.scheduler import Scheduler
from tests.unit.scripted import PATIENCE, TUNING, Scripted, run

HELLO, LABELS = '{"type": "hello"}', ("happy", "neutral")
LIMITS = Limits(frame_bytes=1000, frame_pixels=1000, fps=1e6, credits=2)


class MemoryChannel:
    """A channel in memory whose client may not read."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[bytes | str | None] = asyncio.Queue()
        self.sent: list[dict[str, object]] = []
        self.reads = asyncio.Event()
        self.taken = 0
        self.aborted_with: int | None = None
        self.closed_with: int | None = None

    async def receive(self) -> bytes | str | None:
        message = await self.incoming.get()
        self.taken += 1
        return message

    async def send(self, text: str) -> None:
        await self.reads.wait()
        self.sent.append(json.loads(text))

    async def close(self, code: int) -> None:
        self.closed_with = code

    async def abort(self, code: int) -> None:
        self.aborted_with = code


def start(channel: MemoryChannel, pool: InferencePool, reader_timeout: float) -> asyncio.Task[None]:
    """Start a connection without a frame rate limit."""
    return start_with(channel, pool, ConnectionTerms(HELLO, LIMITS, TUNING, LABELS, reader_timeout))


def start_with(channel: MemoryChannel, pool: InferencePool, terms: ConnectionTerms) -> asyncio.Task[None]:
    """Start a connection with these terms."""
    return asyncio.create_task(Connection(channel, Scheduler(pool, PATIENCE), terms).run())


def flood(channel: MemoryChannel, count: int) -> None:
    """Send more frames than the server takes from a client that does not read."""
    for _ in range(count):
        channel.incoming.put_nowait(b"x")


def test_a_client_that_does_not_read_is_not_read_from() -> None:
    """The server keeps few of its answers; once it reads, each message has its answer."""

    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        channel = MemoryChannel()
        connection = start(channel, pool, reader_timeout=PATIENCE)
        flood(channel, total := 4 * MAX_UNREAD_ANSWERS)
        taken = -1
        while taken != channel.taken:  # until it stops taking more
            taken = channel.taken
            for _ in range(200):
                await asyncio.sleep(0)
        assert 0 < taken <= MAX_UNREAD_ANSWERS + 5
        pool.start()  # not before: what the connection takes would depend on how fast a thread is
        channel.reads.set()
        while len(channel.sent) < total + 1:
            await asyncio.sleep(0)
        frames = [message["frame"] for message in channel.sent[1:]]
        assert sorted(map(str, frames)) == sorted(str(number) for number in range(1, total + 1))
        channel.incoming.put_nowait(None)
        await connection
        assert channel.aborted_with is None
        pool.stop()

    run(work)


def test_a_client_that_does_not_read_is_disconnected_after_a_timeout() -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        pool.start()
        channel = MemoryChannel()
        connection = start(channel, pool, reader_timeout=0.05)
        flood(channel, 4 * MAX_UNREAD_ANSWERS)
        await connection
        assert channel.aborted_with == CloseCode.POLICY_VIOLATION
        pool.stop()

    run(work)


def test_a_text_message_over_the_rate_limit_is_not_read_yet() -> None:
    """At one message in 1000 s the first is answered and the second is not read."""

    async def work() -> None:
        pool, channel = InferencePool(Scripted, size=1, deadline=PATIENCE), MemoryChannel()
        channel.reads.set()
        connection = start_with(channel, pool, ConnectionTerms(HELLO, LIMITS, TUNING, LABELS, text_rate=0.001))
        for _ in range(2):
            channel.incoming.put_nowait('{"type": "configure", "floor": 0.5}')
        while len(channel.sent) < 2:
            await asyncio.sleep(0)
        for _ in range(200):
            await asyncio.sleep(0)
        assert (channel.taken, channel.incoming.qsize(), len(channel.sent)) == (1, 1, 2)
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)

    run(work)


def test_an_internal_error_closes_the_connection_with_1011(caplog: pytest.LogCaptureFixture) -> None:
    class Faulty(MemoryChannel):
        async def receive(self) -> bytes | str | None:
            raise ZeroDivisionError("an internal error")

    async def work() -> None:
        pool, channel = InferencePool(Scripted, size=1, deadline=PATIENCE), Faulty()
        channel.reads.set()
        await start_with(channel, pool, ConnectionTerms(HELLO, LIMITS, TUNING, LABELS))
        assert channel.closed_with == CloseCode.INTERNAL_ERROR

    run(work)
    assert "ZeroDivisionError" in caplog.text
