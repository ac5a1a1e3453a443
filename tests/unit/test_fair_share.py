"""The thread time that each connection used, and its effect on the order of service."""

import asyncio
import gc
import math
import random
import time
import weakref
from collections import Counter
from collections.abc import Callable

import pytest

from server.live.fair_share import HEAVY_FACTOR, MEMORY_S, NEW_CONNECTION_S, FairShare
from server.live.inference_pool import InferencePool, InferenceResult
from server.live.latest_frame import LatestFrame
from server.live.scheduler import ScheduledConnection, Scheduler
from server.vision.state import State
from tests.unit.scripted import PATIENCE, TUNING, Scripted, run


def test_usage_decays_and_is_forgotten() -> None:
    shares = FairShare()
    shares.record("a", 0.5, 10.0)
    assert shares.used("a", 10.0) == 0.5
    assert shares.used("a", 10.0 + MEMORY_S) == pytest.approx(0.5 / math.e)
    shares.record("b", 0.1, 10.0 + 2 * MEMORY_S)
    assert shares.used("a", 10.0 + 2 * MEMORY_S) == 0.0


def test_a_connection_is_heavy_above_a_multiple_of_the_mean_weighted_by_frames() -> None:
    """Compared, after each of a thousand random records, with sums over all of them."""
    rng, shares, recorded, now = random.Random(5), FairShare(), list[tuple[str, float, float]](), 0.0
    verdicts = Counter[bool]()
    for _ in range(1000):
        now += rng.expovariate(50)
        who = rng.choice("abcdefg")
        seconds = rng.choice((0.002, 0.1)) if who in "ab" else 0.004
        shares.record(who, seconds, now)
        recorded.append((who, seconds, now))
        used, frames = dict.fromkeys("abcdefg", 0.0), dict.fromkeys("abcdefg", 0.0)
        for each, cost, at in recorded:
            used[each] += cost * math.exp((at - now) / MEMORY_S)
            frames[each] += math.exp((at - now) / MEMORY_S)
        mean = sum(used[each] * frames[each] for each in used) / sum(frames.values())
        for each in used:
            if abs(used[each] / mean - HEAVY_FACTOR) > 0.2:  # forgotten usage makes a small difference
                verdicts[shares.is_heavy(each, now)] += 1
                assert shares.is_heavy(each, now) == (used[each] > HEAVY_FACTOR * mean)
    assert min(verdicts.values()) > 50


def test_connections_that_are_alone_or_alike_are_not_heavy() -> None:
    shares = FairShare()
    shares.record("a", 0.9, 1.0)
    assert not shares.is_heavy("a", 1.0)
    for who in "bcd":
        shares.record(who, 0.9, 1.0)
    assert not any(shares.is_heavy(who, 1.0) for who in "abcd")


def test_the_initial_usage_is_added_once() -> None:
    """Not again after a pause in its frames."""
    pool = ManualThreads(threads=1)
    connection = pool.client()
    pool.receive(connection, b"-")
    shares = pool.scheduler._shares
    assert shares.used(connection.usage_key, pool.now) == NEW_CONNECTION_S
    pool.finish(b"-")
    pool.now += 10 * MEMORY_S
    pool.receive(connection, b"-")
    assert shares.used(connection.usage_key, pool.now) < NEW_CONNECTION_S / 1000


def test_a_connection_that_has_ended_leaves_nothing_in_memory() -> None:
    """Neither the last picture nor its tracks, even if no other connection follows."""

    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        pool.start()
        scheduler = Scheduler(pool, 10)
        answered = asyncio.Event()
        connection = ScheduledConnection(
            LatestFrame(TUNING, 1e6, 100), lambda frame, result: answered.set(), lambda drop: None
        )
        connection.latest.receive(b"good", time.monotonic())
        scheduler.schedule(connection)
        await answered.wait()
        connection.latest.closed = True
        left = weakref.ref(connection.latest)
        del connection
        for _ in range(1000):  # the thread drops its own reference soon after it has answered
            gc.collect()
            if left() is None:
                break
            await asyncio.sleep(0.001)
        pool.stop()
        assert left() is None

    run(work)


class ManualThreads:
    """Inference threads and a clock that are controlled by the test."""

    def __init__(self, threads: int) -> None:
        self.threads, self.now = threads, 100.0
        self.jobs: list[tuple[bytes, Callable[[InferenceResult | None], None]]] = []
        self.on_idle: Callable[[], None] = lambda: None
        self.served = Counter[bytes]()
        self.scheduler = Scheduler(self, queue_timeout=math.inf, clock=lambda: self.now)

    @property
    def has_idle(self) -> bool:
        return len(self.jobs) < self.threads

    @property
    def in_service(self) -> list[bytes]:
        return [name for name, _ in self.jobs]

    def infer(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        self.served[jpeg] += 1
        self.jobs.append((jpeg, done))

    def finish(self, name: bytes, seconds: float = 0.0) -> None:
        """The frame in service of this client is done after some seconds."""
        self.now += seconds
        (job,) = (job for job in self.jobs if job[0] == name)
        self.jobs.remove(job)
        job[1](InferenceResult(self.now, Analysed))  # type: ignore[arg-type]
        self.on_idle()

    def client(self) -> ScheduledConnection:
        return ScheduledConnection(
            LatestFrame(TUNING, 1e6, 100), lambda frame, result: None, lambda drop: None, served_at=self.now
        )

    def receive(self, connection: ScheduledConnection, name: bytes) -> None:
        """The next frame of this connection is received."""
        connection.latest.receive(name, self.now)
        self.scheduler.schedule(connection)


Analysed = object()


def test_heavy_connections_leave_a_thread_to_the_others() -> None:
    """Two connections would keep a thread busy each, ten others send few frames: one of the two is served at a time."""
    pool = ManualThreads(threads=2)
    crowd, heavy = [pool.client() for _ in range(10)], {b"x": pool.client(), b"y": pool.client()}
    for _ in range(5):
        for connection in crowd:
            pool.receive(connection, b"-")
            pool.finish(b"-", 0.002)
        for name, connection in heavy.items():
            pool.receive(connection, name)
            pool.finish(name, 0.1)
    for name, connection in heavy.items():
        pool.receive(connection, name)
    assert pool.in_service == [b"x"]
    pool.receive(crowd[0], b"-")
    assert pool.in_service == [b"x", b"-"], "a thread was idle"
    pool.finish(b"-")
    assert pool.in_service == [b"x"]
    pool.finish(b"x")
    assert pool.in_service == [b"y"], "the other one is next"


def test_with_one_thread_heavy_connections_are_served_too() -> None:
    pool = ManualThreads(threads=1)
    crowd, heavy = [pool.client() for _ in range(10)], pool.client()
    for connection in crowd:
        pool.receive(connection, b"-")
        pool.finish(b"-", 0.002)
    for _ in range(3):
        pool.receive(heavy, b"x")
        pool.finish(b"x", 0.5)
    assert pool.served[b"x"] == 3


def test_a_connection_with_expensive_frames_is_served_less_often() -> None:
    """Five connections always have a frame waiting; by round robin all would be served equally often."""
    pool = ManualThreads(threads=1)
    connections = {b"%d" % number: pool.client() for number in range(5)}
    for _ in range(2000):
        for name, connection in connections.items():
            if connection.latest.waiting is None and connection.latest.in_service is None:
                pool.receive(connection, name)
        (name,) = pool.in_service
        pool.finish(name, 0.05 if name == b"0" else 0.005)
    others = [pool.served[name] for name in connections if name != b"0"]
    assert max(others) - min(others) <= 2
    assert 0 < pool.served[b"0"] < 0.7 * min(others)


def test_reconnecting_does_not_jump_the_queue() -> None:
    pool = ManualThreads(threads=1)
    crowd = [pool.client() for _ in range(10)]
    for connection in crowd:
        pool.receive(connection, b"-")
        pool.finish(b"-", 0.002)
    pool.now += 0.1
    pool.receive(crowd[0], b"busy")
    pool.receive(pool.client(), b"new")
    pool.receive(crowd[1], b"old")
    pool.finish(b"busy")
    assert pool.in_service == [b"old"]
    pool.finish(b"old")
    assert pool.in_service == [b"new"]
