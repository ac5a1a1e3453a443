"""Adapting: faint expressions of a face that was seen at rest are found, and nothing that lasts is eaten."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.expression.adapting import MEMORY_S, Rest
from server.vision.expression.correction import corrected
from server.vision.expression.resting import MAX_RAISE, TYPICAL, shift_by_rest
from server.vision.state import State
from server.vision.types import ExpressionSettings

HAPPY, NEUTRAL, SAD = range(3)
AT_REST = (0.002, 0.997, 0.001)
FAINT_SMILE = (0.35, 0.6, 0.05)
probabilities = st.lists(st.floats(0.0001, 1), min_size=3, max_size=3).map(lambda row: tuple(np.divide(row, sum(row))))


def after(rest: Rest, scores: tuple[float, ...], seconds: float, fps: float = 10.0) -> Rest:
    for _ in range(round(seconds * fps)):
        rest = rest.step(scores, NEUTRAL, 1 / fps)
    return rest


def test_a_face_that_was_not_seen_at_rest_is_read_as_before() -> None:
    assert Rest().adapted(FAINT_SMILE, NEUTRAL) == FAINT_SMILE


def test_a_faint_smile_is_found_once_the_face_was_seen_at_rest() -> None:
    known = after(Rest(), AT_REST, 20)
    smiling = known.adapted(FAINT_SMILE, NEUTRAL)
    assert np.argmax(smiling) == HAPPY and sum(smiling) == pytest.approx(1)
    assert np.argmax(known.adapted(AT_REST, NEUTRAL)) == NEUTRAL
    moment = after(Rest(), AT_REST, 0.2)
    assert np.argmax(moment.adapted(FAINT_SMILE, NEUTRAL)) == NEUTRAL, "a moment of rest is not enough"


@given(probabilities, st.sampled_from([(0.7, 0.2, 0.1), (0.1, 0.3, 0.6), (0.45, 0.44, 0.11)]))
def test_an_expression_that_lasts_for_ten_minutes_changes_nothing(
    at_rest: tuple[float, ...], held: tuple[float, ...]
) -> None:
    known = after(Rest(), at_rest, 5)
    assert after(known, held, 600, fps=1) == known


def test_a_faint_smile_that_lasts_does_not_undo_what_finds_it() -> None:
    known = after(Rest(), AT_REST, 20)
    held = after(known, FAINT_SMILE, 600, fps=1)
    assert np.argmax(held.adapted(FAINT_SMILE, NEUTRAL)) == HAPPY and held == known


@given(probabilities)
def test_a_face_at_rest_stays_neutral_however_long_it_rests(at_rest: tuple[float, ...]) -> None:
    known = after(Rest(), at_rest, 3 * MEMORY_S, fps=1)
    if at_rest[NEUTRAL] > max(at_rest[HAPPY], at_rest[SAD]):
        assert np.argmax(known.adapted(at_rest, NEUTRAL)) == NEUTRAL


def test_what_lies_far_back_is_forgotten() -> None:
    known = after(after(Rest(), (0.3, 0.6, 0.1), MEMORY_S, 2), AT_REST, 5 * MEMORY_S, 2)
    assert np.exp(known.log_scores) == pytest.approx(AT_REST, rel=0.1)


def test_a_long_gap_counts_as_a_short_one() -> None:
    assert Rest().step(AT_REST, NEUTRAL, 3600.0).seconds < 1


def test_rivals_are_raised_towards_a_typical_face_and_never_above_it() -> None:
    log_scores = tuple(np.log((1e-4, 0.98, 0.02)))
    shifts = shift_by_rest(log_scores, NEUTRAL, max_lower=0.0)
    assert 0 < shifts[SAD] < shifts[HAPPY] <= MAX_RAISE and shifts[NEUTRAL] == 0
    for index in (HAPPY, SAD):
        assert log_scores[index] + shifts[index] < log_scores[NEUTRAL] + TYPICAL
    assert shift_by_rest(tuple(np.log((0.4, 0.45, 0.15))), NEUTRAL, max_lower=0.0)[HAPPY] == 0, "nothing is lowered"


def test_a_calibration_takes_the_place_of_what_was_learned() -> None:
    known, settings = after(Rest(), AT_REST, 20), ExpressionSettings(resting=AT_REST)
    assert corrected(FAINT_SMILE, settings, NEUTRAL, rest=known) == corrected(FAINT_SMILE, settings, NEUTRAL)
    assert corrected(FAINT_SMILE, ExpressionSettings(), NEUTRAL, rest=known) != FAINT_SMILE


def test_switching_it_forgets_what_was_learned() -> None:
    state = State(ExpressionSettings(adapt=True), rests={1: after(Rest(), AT_REST, 5)})
    assert state.with_settings(ExpressionSettings(adapt=True, margin=0.3)).rests
    assert not state.with_settings(ExpressionSettings()).rests
    assert not state.reset().rests
