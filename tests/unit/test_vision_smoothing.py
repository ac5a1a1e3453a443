"""The shown expression: quick to follow a clear change, steady between two close labels."""

import math
from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise

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
    at_once = SmoothedExpression.first(HAPPY, 0.0, SETTINGS).step(SAD, SETTINGS.smoothing_s, SETTINGS)
    in_steps = SmoothedExpression.first(HAPPY, 0.0, SETTINGS)
    for k in range(1, 7):
        in_steps = in_steps.step(SAD, SETTINGS.smoothing_s * k / 6, SETTINGS)
    expected = [b + (a - b) / math.e for a, b in zip(HAPPY, SAD, strict=True)]
    assert at_once.smoothed == pytest.approx(expected)
    assert in_steps.smoothed == pytest.approx(expected)


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_one_stray_frame_changes_nothing(fps: int) -> None:
    assert set(shown_over([HAPPY, HAPPY, SAD, HAPPY, HAPPY], 1 / fps)) == {0}


@pytest.mark.parametrize("fps", [4, 10, 15, 30])
@pytest.mark.parametrize("certainty", [0.75, 0.9])
def test_ten_clear_changes_take_the_same_short_time(fps: int, certainty: float) -> None:
    """None waits for those before it, none is missed, whichever label has the rest of the certainty."""
    one, other = (certainty, 1 - certainty, 0.0), (1 - certainty, certainty, 0.0)
    shown = shown_over([scores for _ in range(5) for scores in (one, other) for _ in range(fps)], 1 / fps)
    runs = [(label, len(list(run))) for label, run in groupby(shown)]
    assert [label for label, _ in runs] == [0, 1] * 5
    ends = list(accumulate(length for _, length in runs))
    delays = [end - fps * k for k, end in enumerate(ends[:-1], 1)]  # frames
    assert max(delays) <= 0.3 * fps and max(delays) - min(delays) <= 1


def test_after_a_gap_one_clear_frame_is_enough() -> None:
    expression = SmoothedExpression.first(HAPPY, 0.0, SETTINGS).step(HAPPY, 0.04, SETTINGS)
    assert expression.step(SAD, 0.08, SETTINGS).shown == 0
    assert expression.step(SAD, 0.30, SETTINGS).shown == 1


def test_a_label_must_lead_by_the_margin() -> None:
    close = (0.44, 0.52, 0.04)  # ahead by 0.08
    assert set(shown_over([HAPPY] + [close] * 200)) == {0}
    assert shown_over([HAPPY] + [close] * 200, settings=ExpressionSettings(margin=0.05))[-1] == 1


def test_a_close_call_takes_longer_than_a_clear_change() -> None:
    close, clear = (0.4, 0.55, 0.05), (0.05, 0.9, 0.05)
    at = [shown_over([HAPPY] * 5 + [new] * 100).index(1) for new in (close, clear)]
    assert at[1] - 5 <= 3 < 15 < at[0]


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


certain = st.tuples(st.integers(0, 2), st.floats(0.75, 1.0)).map(
    lambda made: tuple(made[1] if label == made[0] else (1 - made[1]) / 2 for label in range(3))
)
probabilities = st.tuples(*[st.floats(0.0, 1.0)] * 3).map(lambda p: tuple((v + 0.01) / (sum(p) + 0.03) for v in p))
# Frames at 4 to 30 a second, and gaps between them.
intervals = st.one_of(st.floats(1 / 30, 1 / 4), st.floats(1 / 30, 1 / 4), st.floats(0.25, 3.0))
# An expression lasts for some frames. Single frames of it are as they come.
expressions = st.tuples(st.one_of(certain, probabilities), st.integers(1, 12))
films = st.lists(st.tuples(expressions, intervals), min_size=1, max_size=12).map(
    lambda parts: [(scores, interval) for (scores, frames), interval in parts for _ in range(frames)]
)


@given(films, st.floats(0.0, 0.25), st.floats(0.0, 1.0), st.sampled_from([0.0, 0.15, 0.2, 1.0]))
def test_the_shown_label_never_trails_by_more_than_25_points(
    film: list[tuple[tuple[float, ...], float]], margin: float, floor: float, smoothing_s: float
) -> None:
    """In no answer, at whatever rate and after whatever gap; nor is it `unsure` when one is well above the floor."""
    settings, clock = ExpressionSettings(smoothing_s, margin, floor), 0.0
    expression = SmoothedExpression.first(film[0][0], clock, settings)
    for scores, interval in film:
        clock += interval
        expression = expression.step(scores, clock, settings)
        most = max(expression.smoothed)
        if expression.shown == NO_LABEL:
            assert most <= floor + 0.125 + 1e-9
        else:
            assert expression.smoothed[expression.shown] >= most - 0.25 - 1e-9


@given(films, certain, st.integers(4, 30))
def test_whatever_came_before_a_clear_expression_is_shown_within_0_4_s(
    film: list[tuple[tuple[float, ...], float]], clear: tuple[float, ...], fps: int
) -> None:
    clock = 0.0
    expression = SmoothedExpression.first(film[0][0], clock, SETTINGS)
    for scores, interval in film:
        clock += interval
        expression = expression.step(scores, clock, SETTINGS)
    for _ in range(math.ceil(0.4 * fps)):
        clock += 1 / fps
        expression = expression.step(clear, clock, SETTINGS)
    assert expression.shown == clear.index(max(clear))


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
