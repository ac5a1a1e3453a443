"""Who had how much of the threads' time, and what follows from it for the next turn."""

import asyncio
import gc
import math
import random
import time
import weakref
from collections import Counter
from collections.abc import Callable

import pytest

from server.live.fair_share import GREEDY, MEMORY_S, NEW_CONNECTION_S, FairShare
from server.live.inference_pool import InferencePool, InferenceResult
from server.live.latest_frame import LatestFrame
from server.live.scheduler import ScheduledConnection, Scheduler
from server.vision.state import State
from tests.unit.scripted import PATIENCE, TUNING, Scripted, run


def test_what_was_used_fades_and_is_forgotten() -> None:
    shares = FairShare()
    shares.charge("a", 0.5, 10.0)
    assert shares.used("a", 10.0) == 0.5
    assert shares.used("a", 10.0 + MEMORY_S) == pytest.approx(0.5 / math.e)
    shares.charge("b", 0.1, 10.0 + 2 * MEMORY_S)
    assert shares.used("a", 10.0 + 2 * MEMORY_S) == 0.0


def test_greedy_is_who_used_more_than_so_many_times_the_mean_by_frames() -> None:
    """Compared with the sums made anew from all that was ever charged, through a thousand random charges."""
    luck, shares, charged, now = random.Random(5), FairShare(), list[tuple[str, float, float]](), 0.0
    verdicts = Counter[bool]()
    for _ in range(1000):
        now += luck.expovariate(50)
        who = luck.choice("abcdefg")
        seconds = luck.choice((0.002, 0.1)) if who in "ab" else 0.004
        shares.charge(who, seconds, now)
        charged.append((who, seconds, now))
        used, frames = dict.fromkeys("abcdefg", 0.0), dict.fromkeys("abcdefg", 0.0)
        for each, cost, at in charged:
            used[each] += cost * math.exp((at - now) / MEMORY_S)
            frames[each] += math.exp((at - now) / MEMORY_S)
        mean = sum(used[each] * frames[each] for each in used) / sum(frames.values())
        for each in used:
            if abs(used[each] / mean - GREEDY) > 0.2:  # what is forgotten after a while makes a small difference
                verdicts[shares.is_greedy(each, now)] += 1
                assert shares.is_greedy(each, now) == (used[each] > GREEDY * mean)
    assert min(verdicts.values()) > 50


def test_nobody_is_greedy_who_is_alone_or_like_all_others() -> None:
    shares = FairShare()
    shares.charge("a", 0.9, 1.0)
    assert not shares.is_greedy("a", 1.0)
    for who in "bcd":
        shares.charge(who, 0.9, 1.0)
    assert not any(shares.is_greedy(who, 1.0) for who in "abcd")


def test_a_newcomer_pays_once() -> None:
    """Not again after a rest: a page that sends a frame now and then is not new each time."""
    desk = Desk(threads=1)
    connection = desk.client()
    desk.show(connection, b"-")
    shares = desk.scheduler._shares
    assert shares.used(connection.account, desk.now) == NEW_CONNECTION_S
    desk.finish(b"-")
    desk.now += 10 * MEMORY_S
    desk.show(connection, b"-")
    assert shares.used(connection.account, desk.now) < NEW_CONNECTION_S / 1000


def test_nothing_of_a_connection_is_left_when_it_has_ended() -> None:
    """Neither the last picture nor what was found in it, though nobody else comes."""

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


class Desk:
    """Threads that are done when the test says so; its clock too is the test's."""

    def __init__(self, threads: int) -> None:
        self.threads, self.now = threads, 100.0
        self.jobs: list[tuple[bytes, Callable[[InferenceResult | None], None]]] = []
        self.on_idle: Callable[[], None] = lambda: None
        self.served = Counter[bytes]()
        self.scheduler = Scheduler(self, stale=math.inf, clock=lambda: self.now)

    @property
    def has_idle(self) -> bool:
        return len(self.jobs) < self.threads

    @property
    def in_work(self) -> list[bytes]:
        return [name for name, _ in self.jobs]

    def infer(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        self.served[jpeg] += 1
        self.jobs.append((jpeg, done))

    def finish(self, name: bytes, seconds: float = 0.0) -> None:
        """The frame in work of this client is done, some seconds later."""
        self.now += seconds
        (job,) = (job for job in self.jobs if job[0] == name)
        self.jobs.remove(job)
        job[1](InferenceResult(self.now, Analysed))  # type: ignore[arg-type]
        self.on_idle()

    def client(self) -> ScheduledConnection:
        return ScheduledConnection(
            LatestFrame(TUNING, 1e6, 100), lambda frame, result: None, lambda drop: None, served_at=self.now
        )

    def show(self, connection: ScheduledConnection, name: bytes) -> None:
        """Its next frame has come."""
        connection.latest.receive(name, self.now)
        self.scheduler.schedule(connection)


Analysed = object()


def test_the_greedy_leave_a_thread_to_the_others() -> None:
    """Two who keep a thread busy each, and ten who come now and then: of the two, one is served at a time."""
    desk = Desk(threads=2)
    crowd, greedy = [desk.client() for _ in range(10)], {b"x": desk.client(), b"y": desk.client()}
    for _ in range(5):
        for connection in crowd:
            desk.show(connection, b"-")
            desk.finish(b"-", 0.002)
        for name, connection in greedy.items():
            desk.show(connection, name)
            desk.finish(name, 0.1)
    for name, connection in greedy.items():
        desk.show(connection, name)
    assert desk.in_work == [b"x"]
    desk.show(crowd[0], b"-")
    assert desk.in_work == [b"x", b"-"], "a thread was free for it"
    desk.finish(b"-")
    assert desk.in_work == [b"x"]
    desk.finish(b"x")
    assert desk.in_work == [b"y"], "and the other one has its turn"


def test_with_one_thread_the_greedy_are_served_too() -> None:
    desk = Desk(threads=1)
    crowd, greedy = [desk.client() for _ in range(10)], desk.client()
    for connection in crowd:
        desk.show(connection, b"-")
        desk.finish(b"-", 0.002)
    for _ in range(3):
        desk.show(greedy, b"x")
        desk.finish(b"x", 0.5)
    assert desk.served[b"x"] == 3


def test_who_needs_ten_times_as_long_is_served_less_often() -> None:
    """Five connections with a frame waiting at any time; by turns alone each would be served alike."""
    desk = Desk(threads=1)
    connections = {b"%d" % number: desk.client() for number in range(5)}
    for _ in range(2000):
        for name, connection in connections.items():
            if connection.latest.waiting is None and connection.latest.in_service is None:
                desk.show(connection, name)
        (name,) = desk.in_work
        desk.finish(name, 0.05 if name == b"0" else 0.005)
    others = [desk.served[name] for name in connections if name != b"0"]
    assert max(others) - min(others) <= 2
    assert 0 < desk.served[b"0"] < 0.7 * min(others)


def test_who_comes_anew_gets_no_thread_before_those_who_stayed() -> None:
    desk = Desk(threads=1)
    crowd = [desk.client() for _ in range(10)]
    for connection in crowd:
        desk.show(connection, b"-")
        desk.finish(b"-", 0.002)
    desk.now += 0.1
    desk.show(crowd[0], b"busy")
    desk.show(desk.client(), b"new")
    desk.show(crowd[1], b"old")
    desk.finish(b"busy")
    assert desk.in_work == [b"old"]
    desk.finish(b"old")
    assert desk.in_work == [b"new"]
