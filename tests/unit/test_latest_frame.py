"""Flow control of one connection: every frame is answered once, and the newest wins."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.latest_frame import Drop, LatestFrame
from server.live.messages import ConfigureMessage
from server.vision.expression.hold import Hold
from server.vision.state import State
from server.vision.types import ExpressionSettings, HoldResult

TUNING = ExpressionSettings(smoothing_s=0.3, margin=0.1, floor=0.4)


def make_latest(fps: float = 1000.0, burst: int = 100) -> LatestFrame:
    return LatestFrame(TUNING, fps, burst)


def test_a_newer_frame_replaces_the_waiting_one() -> None:
    latest = make_latest()
    assert latest.receive(b"1", now=0.0) is None
    assert latest.receive(b"2", now=0.0) == Drop(1, "superseded", 0)
    frame, _ = latest.begin()
    assert (frame.number, frame.jpeg) == (2, b"2")


def test_a_frame_in_service_is_not_replaced() -> None:
    latest = make_latest()
    latest.receive(b"1", now=0.0)
    latest.begin()
    assert latest.receive(b"2", now=0.0) is None
    latest.finish(None)
    frame, _ = latest.begin()
    assert frame.number == 2


def test_too_many_frames_are_dropped_with_the_time_to_wait() -> None:
    latest = make_latest(fps=10.0, burst=2)
    drops = [latest.receive(b"", now=0.0) for _ in range(3)]
    assert drops[2] == Drop(3, "rate", 101)
    assert latest.receive(b"", now=0.11) == Drop(2, "superseded", 0)


def test_settings_reach_the_next_frame() -> None:
    latest = make_latest()
    assert latest.configure(ConfigureMessage(type="configure", margin=0.5)).margin == 0.5
    latest.receive(b"", now=0.0)
    _, state = latest.begin()
    assert state.settings.margin == 0.5


def begin(latest: LatestFrame) -> State:
    latest.receive(b"", now=0.0)
    return latest.begin()[1]


def test_what_was_taught_reaches_the_next_frame() -> None:
    latest = make_latest()
    latest.taught = taught = latest.taught.with_example("wink", b"", ("happy",))
    assert begin(latest).taught is taught


def test_a_hold_starts_with_the_next_frame_and_goes_on_until_it_has_ended() -> None:
    latest = make_latest()
    assert latest.hold(1.5) is None
    state = begin(latest)
    assert state.hold == Hold(1.5, 1)
    started = replace(state, hold=replace(state.hold, started_at=7.0))
    latest.finish(started)
    assert begin(latest).hold == started.hold
    latest.finish(None)
    assert begin(latest).hold == started.hold, "an error in a frame does not end it"
    ended = HoldResult(1, b"", None)
    assert latest.answer_hold(ended) == ended
    assert latest.answer_hold(ended) is None
    latest.finish(replace(started, hold=None))
    assert begin(latest).hold is None


def test_a_new_hold_replaces_one_that_was_not_answered() -> None:
    latest = make_latest()
    latest.hold(1.5)
    begin(latest)
    assert latest.hold(0.5) == HoldResult(1, None, "replaced")
    assert latest.answer_hold(HoldResult(1, b"", None)) is None, "it has been answered already"
    latest.finish(None)
    assert begin(latest).hold == Hold(0.5, 2)


def test_begin_needs_a_frame() -> None:
    with pytest.raises(RuntimeError):
        make_latest().begin()


@given(st.lists(st.sampled_from(["receive", "begin", "finish", "overload"]), max_size=60), st.booleans())
def test_every_frame_is_answered_exactly_once(steps: list[str], scarce: bool) -> None:
    """In any order of receipt and service, each frame number is answered once."""
    latest = make_latest(fps=50.0 if scarce else 1e6, burst=3)
    sent = 0
    answered: list[int] = []
    for time, step in enumerate(steps):
        if step == "receive":
            sent += 1
            drop = latest.receive(b"x", now=time * 0.001)
            answered += [drop.frame] if drop else []
        elif step == "begin" and latest.waiting and not latest.in_service:
            latest.begin()
        elif step == "finish" and latest.in_service:
            answered.append(latest.in_service.number)
            latest.finish(None)
        elif step == "overload" and latest.waiting:
            answered.append(latest.drop_waiting("overload", 1).frame)
    held = [frame.number for frame in (latest.in_service, latest.waiting) if frame]
    assert sorted(answered + held) == list(range(1, sent + 1))
