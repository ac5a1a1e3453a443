"""BlazeFace's numbers to faces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from server.vision.arrays import Floats
from server.vision.detectors.blazeface.anchors import make_anchors, merge, read_candidates

SIZE = 128  # pixels a side of the input
ANCHORS = make_anchors(((16, 2), (8, 6)))


def face(left: float, top: float, side: float) -> Floats:
    """The eight points of a square face whose landmarks all lie in its middle."""
    corners = [(left, top), (left + side, top + side)]
    return np.array(corners + [(left + side / 2, top + side / 2)] * 6, np.float32)


def test_anchors_are_the_cell_centres_of_two_grids_row_by_row() -> None:
    assert ANCHORS.shape == (896, 2) and ANCHORS.dtype == np.float32
    assert ANCHORS[:4] * 32 == pytest.approx(np.array([(1, 1), (1, 1), (3, 1), (3, 1)]))
    assert ANCHORS[512:519:6] * 16 == pytest.approx(np.array([(1, 1), (3, 1)]))
    assert ANCHORS[-1] * 16 == pytest.approx(np.array((15, 15)))


def test_a_candidate_is_read_relative_to_its_anchor() -> None:
    """Anchor 512 is the first of the coarse grid, at 1/16; offsets are pixels of the input."""
    logits = np.full(896, -10, np.float32)
    logits[512] = 0
    offsets = np.zeros((896, 16), np.float32)
    offsets[512] = (8, 16, 64, 32, *range(12))
    scores, points = read_candidates(ANCHORS, SIZE, logits, offsets, 0.5)
    assert scores == pytest.approx(np.array([0.5]))
    x, y = 8 + 8, 8 + 16
    assert points[0, :2] == pytest.approx(np.array([(x - 32, y - 16), (x + 32, y + 16)]))
    assert points[0, 2] == pytest.approx(np.array((8, 8 + 1)))
    assert points[0, 7] == pytest.approx(np.array((8 + 10, 8 + 11)))


def test_a_single_grid_has_one_anchor_in_each_cell() -> None:
    anchors = make_anchors(((48, 1),))
    assert anchors.shape == (2304, 2)
    assert anchors[[0, 1, 48]] * 96 == pytest.approx(np.array([(1, 1), (3, 1), (1, 3)]))


def test_scores_under_the_threshold_are_left_out() -> None:
    logits = np.linspace(-200, 200, 896, dtype=np.float32)  # no warning of overflow either
    scores, points = read_candidates(ANCHORS, SIZE, logits, np.zeros((896, 16), np.float32), 0.7)
    assert len(scores) == len(points) == np.count_nonzero(1 / (1 + np.exp(-logits.astype(float))) >= 0.7)
    assert scores.min() >= 0.7


def test_overlapping_candidates_become_one_weighted_face() -> None:
    scores, points = merge(np.array([0.5, 0.75], np.float32), np.stack([face(0.1, 0.1, 0.4), face(0.2, 0.1, 0.4)]))
    assert scores.tolist() == [0.75]
    assert points[0] == pytest.approx(face(0.1 * 0.4 + 0.2 * 0.6, 0.1, 0.4))


def test_separate_faces_stay_separate_and_the_surest_comes_first() -> None:
    scores, points = merge(np.array([0.6, 0.9], np.float32), np.stack([face(0, 0, 0.3), face(0.5, 0.5, 0.3)]))
    assert scores.tolist() == pytest.approx([0.9, 0.6])
    assert points[0] == pytest.approx(face(0.5, 0.5, 0.3))


def test_nothing_merges_to_nothing() -> None:
    scores, points = merge(np.empty(0, np.float32), np.empty((0, 8, 2), np.float32))
    assert scores.shape == (0,) and points.shape == (0, 8, 2)


@given(
    arrays(np.float32, (12,), elements=st.floats(0.125, 1, width=32)),
    arrays(np.float32, (12, 8, 2), elements=st.floats(-1, 2, width=32)),
)
def test_merging_ends_and_keeps_within_the_candidates(scores: Floats, points: Floats) -> None:
    """Any boxes, even inside out or without area: no endless loop, no warning, no point out of nowhere."""
    best, mean = merge(scores, points)
    assert 1 <= len(best) <= 12 and best[0] == scores.max()
    assert np.all(np.diff(best) <= 0)
    assert mean.min() >= points.min() - 1e-5 and mean.max() <= points.max() + 1e-5
