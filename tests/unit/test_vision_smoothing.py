"""The shown expression: quick to come, slow to flicker."""

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.expression.smoothing import NO_LABEL, SmoothedExpression
from server.vision.types import ExpressionSettings

HAPPY, SAD, CALM = (0.9, 0.05, 0.05), (0.05, 0.9, 0.05), (0.05, 0.05, 0.9)
UNCLEAR = (0.34, 0.33, 0.33)
SETTINGS = ExpressionSettings()


def shown_over(
    frames: Sequence[Sequence[float]], step: float = 0.1, settings: ExpressionSettings = SETTINGS
) -> list[int]:
    expression = SmoothedExpression.first(frames[0], 0.0, settings)
    shown = [expression.shown]
    for k, scores in enumerate(frames[1:], 1):
        expression = expression.step(scores, k * step, settings)
        shown.append(expression.shown)
    return shown


def test_the_first_scores_count_whole() -> None:
    expression = SmoothedExpression.first(HAPPY, 5.0, SETTINGS)
    assert expression.smoothed == HAPPY and expression.shown == 0 and expression.confidence == 0.9


def test_scores_fade_with_the_time_constant() -> None:
    """After one time constant 1/e of the old is left, however many frames came between."""
    at_once = SmoothedExpression.first(HAPPY, 0.0, SETTINGS).step(SAD, 0.3, SETTINGS)
    in_steps = SmoothedExpression.first(HAPPY, 0.0, SETTINGS)
    for k in range(1, 7):
        in_steps = in_steps.step(SAD, 0.05 * k, SETTINGS)
    expected = [b + (a - b) / math.e for a, b in zip(HAPPY, SAD, strict=True)]
    assert at_once.smoothed == pytest.approx(expected)
    assert in_steps.smoothed == pytest.approx(expected)


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_one_stray_frame_changes_nothing(fps: int) -> None:
    assert set(shown_over([HAPPY, HAPPY, SAD, HAPPY, HAPPY], 1 / fps)) == {0}


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_a_real_change_is_shown_within_half_a_second(fps: int) -> None:
    shown = shown_over([HAPPY] * 3 + [SAD] * fps, 1 / fps)
    assert shown.count(1) >= fps / 2 and shown == sorted(shown)


def test_a_label_must_lead_by_the_margin() -> None:
    close = (0.44, 0.52, 0.04)  # ahead by 0.08
    assert set(shown_over([HAPPY] + [close] * 200)) == {0}
    assert shown_over([HAPPY] + [close] * 200, settings=ExpressionSettings(margin=0.05))[-1] == 1


def test_a_close_call_takes_longer_than_a_clear_change() -> None:
    close, clear = (0.4, 0.55, 0.05), (0.05, 0.9, 0.05)
    at = [shown_over([HAPPY] * 5 + [new] * 100).index(1) for new in (close, clear)]
    assert at[1] - 5 <= 4 < 15 < at[0]


@pytest.mark.parametrize("fps", [10, 25])
@pytest.mark.parametrize("period_s", [0.7, 1.0, 2.0])
def test_a_face_between_two_labels_does_not_flicker(fps: int, period_s: float) -> None:
    """Two labels that take turns in being slightly ahead: at most two changes a minute; single frames have dozens."""
    frames = []
    for k in range(60 * fps):
        lead = 0.25 * math.sin(2 * math.pi * k / fps / period_s)
        frames.append((0.45 + lead / 2, 0.45 - lead / 2, 0.1))
    shown = shown_over(frames, 1 / fps)
    assert sum(a != b for a, b in pairwise(shown)) <= 2


@pytest.mark.parametrize("fps", [10, 25])
def test_a_face_on_the_floor_does_not_flicker(fps: int) -> None:
    scores = [SETTINGS.floor + 0.06 * math.sin(2 * math.pi * k / fps / 2) for k in range(60 * fps)]
    shown = shown_over([(p, (1 - p) / 2, (1 - p) / 2) for p in scores], 1 / fps)
    assert sum(a != b for a, b in pairwise(shown)) <= 2


def test_ten_clear_changes_are_all_shown() -> None:
    """Ten clear changes, one every second: restlessness delays them by a moment and loses none."""
    frames = [scores for _ in range(5) for scores in (HAPPY, SAD) for _ in range(10)]
    shown = shown_over(frames)
    assert [label for label, _ in groupby(shown)] == [0, 1] * 5
    assert max(len(list(group)) for _, group in groupby(shown)) <= 15


def test_a_lead_must_last() -> None:
    """Two others that take turns in leading never replace the shown one."""
    turns = [(0.1, 0.9, 0.0), (0.1, 0.0, 0.9)] * 20
    settings = ExpressionSettings(smoothing_s=0.3, floor=0.0)
    expression = SmoothedExpression.first((0.9, 0.1, 0.0), 0.0, settings)
    for k, scores in enumerate(turns, 1):
        before, expression = expression, expression.step(scores, 0.09 * k, settings)
        assert expression.shown == before.shown or expression.candidate == before.candidate


def test_under_the_floor_nothing_is_shown_and_the_confidence_is_of_the_likeliest() -> None:
    expression = SmoothedExpression.first(UNCLEAR, 0.0, SETTINGS)
    assert expression.shown == NO_LABEL and expression.confidence == pytest.approx(0.34)
    shown = shown_over([HAPPY] + [UNCLEAR] * 30, settings=ExpressionSettings(floor=0.5))
    assert shown[0] == 0 and shown[-1] == NO_LABEL


def test_a_label_under_the_floor_loses_its_margin() -> None:
    """It is beaten by less than the margin, but it may not be named any more, and the other may."""
    assert shown_over([HAPPY] + [(0.33, 0.42, 0.25)] * 200)[-1] == 1


def test_without_smoothing_every_frame_speaks_for_itself() -> None:
    frames = [HAPPY, SAD, CALM, UNCLEAR, SAD]
    assert shown_over(frames, 0.001, ExpressionSettings(smoothing_s=0.0)) == [0, 1, 2, NO_LABEL, 1]


def test_a_long_gap_makes_the_new_frame_count_almost_whole() -> None:
    expression = SmoothedExpression.first(HAPPY, 0.0, SETTINGS).step(SAD, 10.0, SETTINGS)
    assert expression.smoothed == pytest.approx(SAD)


probabilities = st.tuples(*[st.floats(0.0, 1.0)] * 3).map(lambda p: tuple((v + 0.01) / (sum(p) + 0.03) for v in p))


@given(
    st.lists(st.tuples(st.floats(0.001, 3.0), probabilities), min_size=1, max_size=20),
    st.builds(ExpressionSettings, st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
)
def test_smoothed_scores_stay_probabilities(
    frames: list[tuple[float, tuple[float, ...]]], settings: ExpressionSettings
) -> None:
    clock = 0.0
    expression = SmoothedExpression.first(frames[0][1], clock, settings)
    for elapsed, scores in frames:
        clock += elapsed
        expression = expression.step(scores, clock, settings)
        assert sum(expression.smoothed) == pytest.approx(1.0)
        assert 0.0 <= expression.confidence <= 1.0
        assert expression.shown in (NO_LABEL, 0, 1, 2)
