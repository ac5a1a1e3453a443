"""The made blinks of `python -m lab.bench.motion`."""

import pytest

from lab.bench.motion import BLINK_S, FPS, PAUSE_S, shut_at


def test_a_made_blink_closes_and_opens_within_its_time() -> None:
    assert shut_at(0.0) == 0 and shut_at(BLINK_S) == 0
    assert shut_at(BLINK_S / 2) == 1
    assert shut_at(BLINK_S / 6) == pytest.approx(0.5)


def test_every_blink_has_a_frame_in_which_the_eyes_are_nearly_shut() -> None:
    """Wherever it begins between two frames; and the next one begins after the eyes were open for a while."""
    for offset in (0.0, 0.3, 0.6, 0.9):
        assert max(shut_at((k + offset) / FPS) for k in range(round(BLINK_S * FPS) + 1)) > 0.8
    assert PAUSE_S > 2 * BLINK_S
