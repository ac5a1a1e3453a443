"""Motion values are left out while the inference threads are busy."""

from collections.abc import Callable
from itertools import pairwise

from server.live.inference_pool import InferenceResult
from server.live.latest_frame import LatestFrame
from server.live.motion_gate import BUSY, PAUSE_S, QUIET, MotionGate
from server.live.scheduler import ScheduledConnection, Scheduler
from server.vision.state import State
from server.vision.types import STAGES, Analysis, ExpressionSettings

MOTION = ExpressionSettings(motion=True)


def keep_busy(gate: MotionGate, share: float, since: float, seconds: float, threads: int = 1) -> list[bool]:
    """Frames every 20 ms that use this share of the threads; returns what was granted at each."""
    granted = []
    for k in range(1, round(seconds / 0.02) + 1):
        now = since + 0.02 * k
        granted.append(gate.grants(threads, now))
        gate.record(share * 0.02 * threads, now)
    return granted


def test_an_idle_server_grants_motion() -> None:
    gate = MotionGate()
    assert gate.grants(1, 0.0) and gate.load(1, 0.0) == 0
    assert all(keep_busy(gate, BUSY - 0.1, 0.0, 20.0))


def test_the_load_is_the_share_of_all_threads_in_use() -> None:
    gate = MotionGate()
    keep_busy(gate, 0.5, 0.0, 20.0, threads=4)
    assert abs(gate.load(4, 20.0) - 0.5) < 0.01


def test_a_busy_server_withdraws_motion_within_seconds() -> None:
    granted = keep_busy(MotionGate(), 0.95, 0.0, 10.0)
    assert granted[0] and not any(granted[150:])


def test_it_comes_back_when_the_load_has_gone_and_not_before() -> None:
    gate = MotionGate()
    keep_busy(gate, 0.95, 0.0, 10.0)
    # Without motion each frame costs half: that alone is no reason to grant it again.
    assert not any(keep_busy(gate, 0.95 / 2, 10.0, 20.0))
    granted = keep_busy(gate, QUIET - 0.1, 30.0, 10.0)
    assert granted[-1] and granted.index(True) > 10


def test_it_does_not_come_and_go() -> None:
    """A load that motion doubles beyond the limit: at most one change in PAUSE_S."""
    gate, granted = MotionGate(), [True]
    for k in range(1, 3000):
        now = 0.02 * k
        granted.append(gate.grants(1, now))
        gate.record(0.02 * (0.7 if granted[-1] else 0.2), now)
    changes = sum(a != b for a, b in pairwise(granted))
    assert changes <= 2 * 60 / PAUSE_S


class Idle:
    """One thread that answers at once, and remembers whether motion was asked of it."""

    threads, has_idle, on_idle = 1, True, staticmethod(lambda: None)

    def __init__(self) -> None:
        self.asked: list[bool] = []

    def infer(
        self, jpeg: bytes, received_at: float, state: State, done: Callable[[InferenceResult | None], None]
    ) -> None:
        self.asked.append(state.settings.motion)
        done(InferenceResult(received_at, Analysis((), dict.fromkeys(STAGES, 0.0)), state))


def served(gate: MotionGate | None, state: State | None = None) -> tuple[bool, LatestFrame]:
    pool, latest = Idle(), LatestFrame(MOTION, fps=100, burst=10)
    latest.state = state or latest.state
    scheduler = Scheduler(pool, 10, clock=lambda: 1.0, motion_gate=gate)
    latest.receive(b"x", 1.0)
    scheduler.schedule(ScheduledConnection(latest, lambda *_: None, lambda _: None))
    return pool.asked[0], latest


def test_under_load_a_frame_is_served_without_motion_and_the_client_keeps_its_setting() -> None:
    busy = MotionGate()
    busy.record(10.0, 1.0)
    asked, latest = served(busy)
    assert not asked and latest.settings.motion
    latest.receive(b"x", 1.1)
    assert latest.begin()[1].settings.motion, "asked for again with the next frame"
    assert served(None)[0] and served(MotionGate())[0]


def test_a_single_picture_gets_its_motion_under_load_too() -> None:
    busy = MotionGate()
    busy.record(10.0, 1.0)
    assert served(busy, State.for_picture(MOTION))[0]


def test_the_scheduler_tells_the_gate_how_long_threads_were_busy() -> None:
    gate, ticks = MotionGate(), iter((1.0, 1.0, 1.0, 1.0, 1.5, 1.5, 1.5, 1.5))
    pool, latest = Idle(), LatestFrame(MOTION, fps=100, burst=10)
    scheduler = Scheduler(pool, 10, clock=lambda: next(ticks), motion_gate=gate)
    latest.receive(b"x", 1.0)
    scheduler.schedule(ScheduledConnection(latest, lambda *_: None, lambda _: None))
    assert gate.load(1, 1.5) > 0


