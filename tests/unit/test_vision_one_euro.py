"""The One Euro filter: steady while nothing moves, quick when something does, and the same at every frame rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.motion.one_euro import Filtered, Tuning

TUNING = Tuning(min_cutoff=1.0, beta=4.0, tolerance=0.02)


def run(values: list[float], fps: float = 25.0, tuning: Tuning = TUNING) -> list[float]:
    state, shown = Filtered.first(values[0]), []
    for value in values[1:]:
        state = state.step(value, 1 / fps, tuning)
        shown.append(state.shown)
    return shown


def test_what_stands_still_is_shown_as_it_is() -> None:
    assert run([0.5] * 20) == [0.5] * 19


def test_noise_does_not_show() -> None:
    noise = (0.5 + 0.02 * np.random.default_rng(0).standard_normal(500)).tolist()
    assert np.ptp(noise) > 0.1
    assert np.ptp(run(noise)[50:]) < 0.03


def test_a_quick_movement_arrives_within_an_eighth_of_a_second() -> None:
    shown = run([0.0] * 10 + [1.0] * 10)
    assert shown[8] == 0 and shown[11] > 0.8 and shown[-1] > 0.97


def test_a_slow_movement_trails_by_less_than_a_twentieth() -> None:
    """A nod over a second."""
    ramp = np.linspace(0, 1, 26).tolist()
    assert max(value - seen for value, seen in zip(ramp[1:], run(ramp), strict=True)) < 0.12


@pytest.mark.parametrize("fps", [10.0, 60.0])
def test_the_frame_rate_does_not_matter(fps: float) -> None:
    tuning = Tuning(min_cutoff=1.0, beta=0.0)
    slow, quick = (run([0.0] + [1.0] * round(0.4 * rate), rate, tuning)[-1] for rate in (25.0, fps))
    assert slow == pytest.approx(quick, abs=0.001)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=50), st.floats(0.001, 10))
def test_what_is_shown_lies_between_what_was_measured(values: list[float], elapsed: float) -> None:
    shown = run(values, 1 / elapsed)
    assert all(min(values) - 1e-9 <= value <= max(values) + 1e-9 for value in shown)
