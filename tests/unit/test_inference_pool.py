"""Inference threads and the scheduler with a scripted analyser: faults, hangs and the order of service."""

import asyncio
import itertools
import threading
from collections.abc import Callable

import pytest

from server.live.deadline import SUSPENDED_S
from server.live.inference_pool import MAX_ABANDONED, InferencePool, InferenceResult
from server.live.latest_frame import Frame, LatestFrame
from server.live.scheduler import ScheduledConnection, Scheduler
from server.vision.errors import FrameError
from server.vision.types import Analysis
from tests.unit.scripted import PATIENCE, TUNING, Scripted, run

DEADLINE = 1.0  # seconds of the manual clock


def succeeded(result: InferenceResult | None) -> bool:
    return result is not None and isinstance(result.answer, Analysis)


async def answers_of(scheduler: Scheduler, *jpegs: bytes) -> list[InferenceResult | None]:
    """Send frames one after the other on one connection."""
    results: asyncio.Queue[InferenceResult | None] = asyncio.Queue()
    connection = ScheduledConnection(
        LatestFrame(TUNING, 1e6, 100), lambda frame, result: results.put_nowait(result), lambda drop: None
    )
    collected = []
    for jpeg in jpegs:
        connection.latest.receive(jpeg, asyncio.get_running_loop().time())
        scheduler.schedule(connection)
        collected.append(await results.get())
    return collected


def inference_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "inference"}


class ManualTimer:
    """A callback of `ManualClock`."""

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when, self.callback, self.cancelled = when, callback, False

    def cancel(self) -> None:
        self.cancelled = True


class ManualClock:
    """A clock that only the test moves, so that no deadline depends on the speed of the machine."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[ManualTimer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> ManualTimer:
        self.timers.append(ManualTimer(when, callback))
        return self.timers[-1]

    @property
    def pending(self) -> list[ManualTimer]:
        return [timer for timer in self.timers if not timer.cancelled]

    def advance(self, seconds: float) -> None:
        """Move the clock in one step, then call back what is due."""
        self.now += seconds
        due = [timer for timer in self.pending if timer.when <= self.now]
        self.timers = [timer for timer in self.pending if timer not in due]
        for timer in due:
            timer.callback()


class OneThread:
    """A pool of one thread with a manual clock, and the analysers that it makes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.analysers: list[Scripted] = []
        self.pool = InferencePool(self._make, size=1, deadline=DEADLINE, timers=self.clock)

    def _make(self) -> Scripted:
        self.analysers.append(Scripted())
        return self.analysers[-1]

    async def wait_until_served(self, *jpegs: bytes) -> None:
        """Wait until the newest thread has begun these frames."""
        while not self.analysers or self.analysers[-1].served != list(jpegs):
            await asyncio.sleep(0.001)

    def stop(self) -> None:
        for analyser in self.analysers:
            analyser.release.set()
        self.pool.stop()


def test_a_thread_survives_any_fault_of_a_stage(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        pool.start()
        good, failed, bad, again = await answers_of(Scheduler(pool, 10), b"good", b"fail", b"bad", b"good")
        assert succeeded(good) and succeeded(again)
        assert failed and isinstance(failed.answer, FrameError) and failed.answer.code == "internal"
        assert bad and isinstance(bad.answer, FrameError) and bad.answer.code == "not_jpeg"
        assert pool.healthy
        pool.stop()

    run(work)
    assert "ZeroDivisionError" in caplog.text


def test_a_thread_that_hangs_is_replaced_and_its_late_result_is_discarded() -> None:
    async def work() -> None:
        one, before = OneThread(), inference_threads()
        one.pool.start()
        answers = asyncio.create_task(answers_of(Scheduler(one.pool, 10), b"hang", b"good"))
        await one.wait_until_served(b"hang")
        one.clock.advance(DEADLINE)
        hung, good = await answers
        assert hung is None and succeeded(good)
        assert (one.pool.abandoned, one.pool.healthy) == (1, True)
        one.analysers[0].release.set()
        while len(inference_threads() - before) > 1:
            await asyncio.sleep(0.001)  # until the released thread has ended, its late result discarded
        (after,) = await answers_of(Scheduler(one.pool, 10), b"good")
        assert succeeded(after) and one.analysers[1].served == [b"good", b"good"]
        one.stop()

    run(work)


def test_an_answer_in_time_cancels_the_deadline() -> None:
    async def work() -> None:
        one = OneThread()
        one.pool.start()
        (good,) = await answers_of(Scheduler(one.pool, 10), b"good")
        assert succeeded(good) and not one.clock.pending
        one.clock.advance(10 * DEADLINE)
        assert one.pool.abandoned == 0
        one.stop()

    run(work)


def test_time_in_which_the_process_was_stopped_does_not_count_for_the_deadline() -> None:
    """After Ctrl-Z or in a paused container a deadline is noticed late; then it starts again."""

    async def work() -> None:
        one = OneThread()
        one.pool.start()
        answers = asyncio.create_task(answers_of(Scheduler(one.pool, 10), b"hang"))
        await one.wait_until_served(b"hang")
        one.clock.advance(DEADLINE + 2 * SUSPENDED_S)
        assert one.pool.abandoned == 0
        one.clock.advance(0.9 * DEADLINE)
        assert one.pool.abandoned == 0
        one.analysers[0].release.set()
        (answer,) = await answers
        assert succeeded(answer)
        one.stop()

    run(work)


def test_a_thread_that_hangs_after_the_process_was_stopped_is_replaced_too() -> None:
    async def work() -> None:
        one = OneThread()
        one.pool.start()
        answers = asyncio.create_task(answers_of(Scheduler(one.pool, 10), b"hang"))
        await one.wait_until_served(b"hang")
        one.clock.advance(DEADLINE + 2 * SUSPENDED_S)
        one.clock.advance(DEADLINE)
        assert await answers == [None] and one.pool.abandoned == 1
        one.stop()

    run(work)


def test_the_pool_becomes_ready_although_frames_are_waiting() -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=2, deadline=PATIENCE)
        scheduler = Scheduler(pool, 10)
        connections = [
            ScheduledConnection(LatestFrame(TUNING, 1e6, 100), lambda frame, result: None, lambda drop: None)
            for _ in range(4)
        ]
        for connection in connections:
            connection.latest.receive(b"x", asyncio.get_running_loop().time())
            scheduler.schedule(connection)
        pool.start()
        await pool.ready.wait()
        pool.stop()

    run(work)


def test_the_pool_is_broken_once_too_many_threads_hang() -> None:
    async def work() -> None:
        one = OneThread()
        one.pool.start()
        answers = asyncio.create_task(answers_of(Scheduler(one.pool, 10), *[b"hang"] * MAX_ABANDONED))
        for number in range(MAX_ABANDONED):
            assert one.pool.healthy
            while len(one.analysers) <= number:
                await asyncio.sleep(0.001)
            await one.wait_until_served(b"hang")
            one.clock.advance(DEADLINE)
        assert await answers == [None] * MAX_ABANDONED
        assert one.pool.broken.is_set() and not one.pool.healthy
        one.stop()

    run(work)


def test_a_pool_that_cannot_start_says_why(caplog: pytest.LogCaptureFixture) -> None:
    def make() -> Scripted:
        raise ValueError("no interpreter")

    async def work() -> None:
        pool = InferencePool(make, size=1, deadline=1)
        pool.start()
        await pool.broken.wait()
        assert isinstance(pool.failed, ValueError) and not pool.ready.is_set()

    run(work)


def test_connections_are_served_round_robin() -> None:
    """A connection that always has a frame waiting is served no more often than the others."""

    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        order: list[str] = []
        done = asyncio.Event()
        ticks = itertools.count()  # each frame takes the same time
        scheduler = Scheduler(pool, queue_timeout=float("inf"), clock=lambda: next(ticks) / 1000)

        def connection(name: str) -> ScheduledConnection:
            def answer(frame: Frame, result: InferenceResult | None) -> None:
                order.append(name)
                if frame.number < 5:
                    taken.latest.receive(b"x", 0.0)
                if len(order) == 15:
                    done.set()

            taken = ScheduledConnection(LatestFrame(TUNING, 1e6, 100), answer, lambda drop: None, served_at=0.0)
            return taken

        for name in "abc":
            place = connection(name)
            place.latest.receive(b"x", asyncio.get_running_loop().time())
            scheduler.schedule(place)
        pool.start()
        await done.wait()
        assert order == list("abc") * 5
        pool.stop()

    run(work)


def test_a_frame_that_waited_too_long_is_dropped_instead_of_answered_late() -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        drops: asyncio.Queue[str] = asyncio.Queue()
        scheduler = Scheduler(pool, queue_timeout=0.5)
        connection = ScheduledConnection(
            LatestFrame(TUNING, 1e6, 100), lambda frame, result: None, lambda drop: drops.put_nowait(drop.reason)
        )
        connection.latest.receive(b"x", now=0.0)  # long before the threads started
        scheduler.schedule(connection)
        pool.start()
        assert await drops.get() == "overload"
        pool.stop()

    run(work)
