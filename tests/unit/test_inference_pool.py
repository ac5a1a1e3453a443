"""Threads and turns with a small analyser in place of the pictures' one: what happens under stress."""

import asyncio
import itertools
import threading
import time

import pytest

from server.live.inference_pool import LATE, MAX_ABANDONED, InferencePool, InferenceResult
from server.live.latest_frame import Frame, LatestFrame
from server.live.scheduler import ScheduledConnection, Scheduler
from server.vision.errors import FrameError
from server.vision.types import Analysis
from tests.unit.scripted import PATIENCE, TUNING, Scripted, run


def succeeded(outcome: InferenceResult | None) -> bool:
    return outcome is not None and isinstance(outcome.answer, Analysis)


async def answers_of(scheduler: Scheduler, *jpegs: bytes) -> list[InferenceResult | None]:
    """Offer frames one after the other on one connection."""
    results: asyncio.Queue[InferenceResult | None] = asyncio.Queue()
    seat = ScheduledConnection(
        LatestFrame(TUNING, 1e6, 100), lambda frame, outcome: results.put_nowait(outcome), lambda drop: None
    )
    collected = []
    for jpeg in jpegs:
        seat.slot.receive(jpeg, asyncio.get_running_loop().time())
        scheduler.offer(seat)
        collected.append(await results.get())
    return collected


def inference_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "inference"}


def impatient_pool() -> tuple[InferencePool, list[Scripted]]:
    """A pool of one thread that may work for 0.05 s, and the analysers it makes."""
    made: list[Scripted] = []

    def make() -> Scripted:
        made.append(Scripted())
        return made[-1]

    return InferencePool(make, size=1, deadline=0.05), made


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


def test_a_thread_that_hangs_is_replaced_and_its_late_result_thrown_away() -> None:
    async def work() -> None:
        pool, made = impatient_pool()
        before = inference_threads()
        pool.start()
        hung, good = await answers_of(Scheduler(pool, 10), b"hang", b"good")
        assert hung is None and succeeded(good)
        assert (pool.abandoned, pool.healthy) == (1, True)
        made[0].release.set()
        while len(inference_threads() - before) > 1:
            await asyncio.sleep(0)  # until the freed thread has ended, its late result thrown away
        (after,) = await answers_of(Scheduler(pool, 10), b"good")
        assert succeeded(after) and made[1].served == [b"good", b"good"]
        pool.stop()

    run(work)


def test_a_frame_that_was_answered_in_time_is_never_given_up() -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=0.02)
        pool.start()
        (good,) = await answers_of(Scheduler(pool, 10), b"good")
        until = asyncio.get_running_loop().time() + 0.06
        while asyncio.get_running_loop().time() < until:  # past its deadline
            await asyncio.sleep(0.01)
        assert succeeded(good) and pool.abandoned == 0
        pool.stop()

    run(work)


def test_a_process_that_stood_still_does_not_blame_its_threads() -> None:
    """Ctrl-Z, a paused container: deadlines come due before the results that waited are seen."""

    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=0.05)
        pool.start()
        await pool.ready.wait()
        answer = asyncio.create_task(answers_of(Scheduler(pool, 10), b"good"))
        await asyncio.sleep(0)
        until = time.monotonic() + 0.05 + 2 * LATE
        while time.monotonic() < until:  # the event loop stands still
            pass
        (good,) = await answer
        assert succeeded(good) and pool.abandoned == 0
        pool.stop()

    run(work)


def test_the_pool_is_ready_even_when_frames_waited_for_it() -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=2, deadline=PATIENCE)
        scheduler = Scheduler(pool, 10)
        slots = [
            ScheduledConnection(LatestFrame(TUNING, 1e6, 100), lambda frame, outcome: None, lambda drop: None)
            for _ in range(4)
        ]
        for seat in slots:
            seat.slot.receive(b"x", asyncio.get_running_loop().time())
            scheduler.offer(seat)
        pool.start()
        await pool.ready.wait()
        pool.stop()

    run(work)


def test_when_threads_keep_hanging_the_pool_says_that_it_is_broken() -> None:
    async def work() -> None:
        pool, made = impatient_pool()
        pool.start()
        await answers_of(Scheduler(pool, 10), *[b"hang"] * MAX_ABANDONED)
        await pool.broken.wait()
        assert not pool.healthy
        for scripted in made:
            scripted.release.set()
        pool.stop()

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


def test_connections_take_turns() -> None:
    """One that always has a frame waiting is served no more often than the others."""

    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        order: list[str] = []
        done = asyncio.Event()
        ticks = itertools.count()  # each frame takes the same time
        scheduler = Scheduler(pool, stale=float("inf"), clock=lambda: next(ticks) / 1000)

        def seat(name: str) -> ScheduledConnection:
            def answer(frame: Frame, outcome: InferenceResult | None) -> None:
                order.append(name)
                if frame.number < 5:
                    taken.slot.receive(b"x", 0.0)
                if len(order) == 15:
                    done.set()

            taken = ScheduledConnection(LatestFrame(TUNING, 1e6, 100), answer, lambda drop: None, served_at=0.0)
            return taken

        for name in "abc":
            place = seat(name)
            place.slot.receive(b"x", asyncio.get_running_loop().time())
            scheduler.offer(place)
        pool.start()
        await done.wait()
        assert order == list("abc") * 5
        pool.stop()

    run(work)


def test_a_frame_that_waited_too_long_is_dropped_instead_of_answered_late() -> None:
    async def work() -> None:
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        drops: asyncio.Queue[str] = asyncio.Queue()
        scheduler = Scheduler(pool, stale=0.5)
        seat = ScheduledConnection(
            LatestFrame(TUNING, 1e6, 100), lambda frame, outcome: None, lambda drop: drops.put_nowait(drop.reason)
        )
        seat.slot.receive(b"x", now=0.0)  # received long ago: before the threads were there
        scheduler.offer(seat)
        pool.start()
        assert await drops.get() == "overload"
        pool.stop()

    run(work)
