"""Expressions relative to a resting face: that face is neutral, clear ones stay, and nothing else changes."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.bench.calibration import measure
from server.vision.expression.calibration import MAX_RIVAL_RATIO, MIN_NEUTRAL_SHARE, MIN_PROBABILITY, calibrated

NEUTRAL, SAD, HAPPY = 4, 5, 3
SAD_AT_REST = (0.05, 0.01, 0.04, 0.01, 0.25, 0.62, 0.02)


def faces(least: float = 0.0) -> st.SearchStrategy[tuple[float, ...]]:
    """Probabilities of seven labels."""
    rows = st.tuples(*[st.floats(least, 1.0)] * 7).filter(lambda row: sum(row) > 0.01)
    return rows.map(lambda row: tuple(value / sum(row) for value in row))


@given(faces(), faces())
def test_calibrated_scores_are_a_distribution(resting: tuple[float, ...], scores: tuple[float, ...]) -> None:
    corrected = calibrated(scores, resting, NEUTRAL)
    assert sum(corrected) == pytest.approx(1.0) and min(corrected) >= 0.0


@given(faces())
def test_the_resting_face_itself_is_neutral(resting: tuple[float, ...]) -> None:
    """Whatever it looks like: even one that is nothing but sad."""
    corrected = calibrated(resting, resting, NEUTRAL)
    rivals = [share for label, share in enumerate(corrected) if label != NEUTRAL]
    assert corrected[NEUTRAL] >= MIN_NEUTRAL_SHARE - 7 * MIN_PROBABILITY
    assert max(rivals) <= (MAX_RIVAL_RATIO + 0.01) * corrected[NEUTRAL]


@given(faces(), st.floats(0.65, 1.0), faces())
def test_a_resting_face_that_is_neutral_changes_nothing(
    others: tuple[float, ...], neutral: float, scores: tuple[float, ...]
) -> None:
    rest = sum(others) - others[NEUTRAL]
    assume(rest > 0.01)
    resting = [(1 - neutral) * share / rest for share in others]
    resting[NEUTRAL] = neutral
    assert calibrated(scores, resting, NEUTRAL) == scores


@given(faces(MIN_PROBABILITY * 8), faces(MIN_PROBABILITY * 8))
def test_other_labels_lose_to_neutral_and_none_gains(
    resting: tuple[float, ...], scores: tuple[float, ...]
) -> None:
    """Against neutral no label gains; those that are rare at rest keep what they have, and none is lost for good."""
    corrected = calibrated(scores, resting, NEUTRAL)
    for label in range(7):
        before, after = scores[label] / scores[NEUTRAL], corrected[label] / corrected[NEUTRAL]
        assert after <= before * 1.000001
        if resting[label] <= resting[NEUTRAL] / 20:  # even with all others at its level, neutral has its share
            assert after == pytest.approx(before)
        assert after >= before * MIN_PROBABILITY / 10


def test_clear_expressions_keep_their_label_with_a_sad_resting_face() -> None:
    happy = (0.0, 0.0, 0.0, 0.97, 0.02, 0.01, 0.0)
    sadder = (0.02, 0.0, 0.02, 0.0, 0.03, 0.93, 0.0)
    assert calibrated(happy, SAD_AT_REST, NEUTRAL)[HAPPY] > 0.95
    assert calibrated(sadder, SAD_AT_REST, NEUTRAL)[SAD] > 0.5
    assert calibrated(SAD_AT_REST, SAD_AT_REST, NEUTRAL)[SAD] < 0.25


def test_most_real_resting_faces_become_neutral_and_clear_ones_keep_their_label(data_folder: Path) -> None:
    """A part of `python -m lab.bench.calibration`; docs/performance.md has the figures of the whole."""
    figures = measure(data_folder / "fer2013.zip", data_folder / "ferplus.csv", "PublicTest", 10, 12)
    assert figures.resting == 10 and figures.before <= 0.5
    assert figures.after >= 0.9
    for label, least in {"happy": 0.95, "surprise": 0.9, "angry": 0.8, "sad": 0.6}.items():
        kept = figures.kept[label]
        assert figures.right[label] >= 0.7 and sum(kept) / len(kept) >= least, label
