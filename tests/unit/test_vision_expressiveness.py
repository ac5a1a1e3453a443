"""How easily neutral gives way to the other labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.expression.expressiveness import shifted

NEUTRAL = 2
SCORES = st.lists(st.floats(0.001, 1), min_size=4, max_size=7).map(lambda row: tuple(x / sum(row) for x in row))


@given(SCORES)
def test_at_zero_nothing_changes(scores: tuple[float, ...]) -> None:
    assert shifted(scores, 0.0, NEUTRAL) == scores


@given(SCORES, st.floats(-1, 1), st.floats(-1, 1))
def test_more_expressive_means_less_neutral_and_the_same_order_of_the_others(
    scores: tuple[float, ...], one: float, other: float
) -> None:
    less, more = (shifted(scores, value, NEUTRAL) for value in sorted((one, other)))
    assert more[NEUTRAL] <= less[NEUTRAL] + 1e-9
    assert sum(more) == pytest.approx(1) and min(more) >= 0
    for index in {*range(len(scores))} - {NEUTRAL}:
        assert more[index] / scores[index] == pytest.approx(more[0] / scores[0])
