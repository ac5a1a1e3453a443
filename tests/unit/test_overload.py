"""More frames than the threads can process: the order of service, drops, and one answer for each frame."""

import asyncio
import itertools
import queue
import random
from collections import Counter
from collections.abc import Callable

from server.live.inference_pool import InferencePool, InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.scheduler import ScheduledConnection, Scheduler
from server.vision.state import State
from server.vision.types import STAGES, Analysis
from tests.unit.scripted import PATIENCE, TUNING, run


class Stepped:
    """An analyser that processes one frame for each step that the test allows."""

    def __init__(self, steps: "queue.SimpleQueue[None]") -> None:
        self._steps = steps

    def warm_up(self) -> None:
        pass

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        self._steps.get(timeout=PATIENCE)
        return Analysis((), dict.fromkeys(STAGES, 0.0)), state


class Crowd:
    """Clients of one scheduler with one slow thread, and the number of answers of each."""

    def __init__(self, size: int, under_load: float) -> None:
        self.steps: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.pool = InferencePool(lambda: Stepped(self.steps), size=1, deadline=PATIENCE)
        ticks = itertools.count()
        self.clock: Callable[[], float] = lambda: next(ticks) / 1000  # each frame takes about the same time
        self.scheduler = Scheduler(self.pool, 10 * PATIENCE, under_load, self.clock)
        self.sent, self.results, self.drops = Counter[int](), Counter[int](), Counter[int]()
        self.retries: list[int] = []
        self.connections = [self._connection(client) for client in range(size)]
        self.changed = asyncio.Event()

    def send(self, client: int, received_at: float | None = None) -> None:
        now = self.clock()
        self.sent[client] += 1
        drop = self.connections[client].latest.receive(b"x", now if received_at is None else received_at)
        if drop:
            self._dropped(client)(drop)
        self.scheduler.schedule(self.connections[client])

    async def serve_one(self) -> None:
        """Let the thread process one frame, and wait for its answer."""
        wanted = self.results.total() + 1
        self.steps.put(None)
        while self.results.total() < wanted:
            self.changed.clear()
            await self.changed.wait()

    def held(self, client: int) -> int:
        latest = self.connections[client].latest
        return sum(frame is not None for frame in (latest.waiting, latest.in_service))

    def _connection(self, client: int) -> ScheduledConnection:
        def answer(frame: Frame, result: InferenceResult | None) -> None:
            self.results[client] += 1
            self.changed.set()

        return ScheduledConnection(LatestFrame(TUNING, 1e6, 100), answer, self._dropped(client), served_at=0.0)

    def _dropped(self, client: int) -> Callable[[Drop], None]:
        def dropped(drop: Drop) -> None:
            self.drops[client] += 1
            self.retries.append(drop.retry_after_ms)

        return dropped


def test_all_clients_get_the_same_although_one_sends_more() -> None:
    """Nine clients always have a frame waiting; one of them replaces it again and again."""

    async def work() -> None:
        crowd = Crowd(9, under_load=PATIENCE)
        crowd.pool.start()
        await crowd.pool.ready.wait()
        for _ in range(90):
            for client in range(9):
                if crowd.held(client) == 0:
                    crowd.send(client)
            for _ in range(5):
                crowd.send(0)
            await crowd.serve_one()
        counts = [crowd.results[client] for client in range(9)]
        assert max(counts) - min(counts) <= 1, counts
        crowd.pool.stop()

    run(work)


def test_a_client_that_lost_a_frame_keeps_its_turn() -> None:
    """Some frames are too old when their turn comes. Their clients are next, before those that were served since."""

    async def work() -> None:
        crowd = Crowd(20, under_load=PATIENCE)
        luck = random.Random(4)
        crowd.pool.start()
        await crowd.pool.ready.wait()
        for _ in range(400):
            for client in range(20):
                if crowd.held(client) == 0:
                    now = crowd.clock()
                    crowd.send(client, now - 2 * PATIENCE if luck.random() < 0.5 else now)
            await crowd.serve_one()
        counts = [crowd.results[client] for client in range(20)]
        assert min(counts) >= 0.8 * sum(counts) / len(counts), counts
        assert crowd.drops.total() > 100
        assert min(crowd.retries) >= 1000 * PATIENCE, "come back no sooner than the queue is long"
        crowd.pool.stop()

    run(work)


def test_an_old_frame_is_answered_when_no_other_waits() -> None:
    """On a slow machine every frame of a single client is old; dropping it would leave the thread idle."""

    async def work() -> None:
        crowd = Crowd(1, under_load=0.0)
        crowd.send(0)
        crowd.pool.start()
        await crowd.serve_one()
        assert crowd.drops.total() == 0
        crowd.pool.stop()

    run(work)


def test_every_frame_is_answered_exactly_once_under_overload() -> None:
    async def work() -> None:
        crowd = Crowd(10, under_load=PATIENCE)
        crowd.pool.start()
        await crowd.pool.ready.wait()
        for step in range(300):
            age = 2 * PATIENCE if step % 4 == 0 else 0
            crowd.send((step * 7) % 10, crowd.clock() - age)
            if step % 3 == 0:
                await crowd.serve_one()
        while any(crowd.held(client) for client in range(10)):
            await crowd.serve_one()
        assert crowd.drops.total() > 0
        for client in range(10):
            assert crowd.results[client] + crowd.drops[client] == crowd.sent[client]
        crowd.pool.stop()

    run(work)
