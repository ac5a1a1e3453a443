"""What a connection remembers, and that no clock can confuse it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.vision.expression.smoothing import SmoothedExpression
from server.vision.state import MIN_STEP_S, State
from server.vision.tracking import Tracks
from server.vision.types import Detection, ExpressionSettings


def seen_once() -> State:
    state = State.initial().at(100.0)
    tracks, _ = state.tracks.step([Detection((0.1, 0.1, 0.3, 0.3), 0.9)], state.clock)
    return State(state.settings, tracks, {}, state.clock, state.received_at)


def test_a_new_connection_has_no_faces() -> None:
    state = State.initial()
    assert state.tracks == Tracks() and not state.expressions and state.settings == ExpressionSettings()
    assert State.initial(ExpressionSettings(floor=0.2)).settings.floor == 0.2


def test_other_settings_keep_the_faces() -> None:
    state = seen_once().with_settings(ExpressionSettings(margin=0.5))
    assert state.settings.margin == 0.5 and len(state.tracks.alive) == 1


def test_another_calibration_restarts_expressions_and_keeps_the_faces() -> None:
    settings = ExpressionSettings(resting=(0.2, 0.8))
    state = replace(seen_once(), expressions={1: SmoothedExpression.first((0.2, 0.8), 0.0, ExpressionSettings())})
    assert state.with_settings(ExpressionSettings(margin=0.5)).expressions == state.expressions
    calibrated = state.with_settings(settings)
    assert not calibrated.expressions and calibrated.tracks == state.tracks
    again = replace(calibrated, expressions=state.expressions)
    assert again.with_settings(settings).expressions == state.expressions
    assert not again.with_settings(ExpressionSettings()).expressions


def test_reset_forgets_the_faces_but_not_the_used_ids() -> None:
    state = seen_once().reset()
    assert not state.tracks.alive and state.tracks.next_id == 2


def test_the_clock_counts_what_passed() -> None:
    state = State.initial().at(1e9)
    assert state.at(1e9 + 2.5).clock - state.clock == 2.5


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9), max_size=20))
def test_the_clock_grows_whatever_the_server_says(times: list[float]) -> None:
    """Frames of the same instant, and a server clock that is set back."""
    state = State.initial()
    for received_at in times:
        before, state = state, state.at(received_at)
        assert state.clock - before.clock > MIN_STEP_S / 2
        assert state.received_at == received_at
