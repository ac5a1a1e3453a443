"""Which frames of a hold count, and how it ends."""

from typing import Any

import numpy as np
import pytest

from server.vision.expression.example import Example
from server.vision.expression.hold import MAX_FRAMES, MAX_TURN, Hold
from server.vision.types import Face, Quality

EXAMPLE = Example(np.zeros(1, np.float32), None)


def face(id: int = 1, turn: float | None = 0.0) -> Face:
    return Face(id, (0.3, 0.3, 0.2, 0.2), None, "happy", (1.0,), (1.0,), 1.0, Quality(0.5, 0.2, turn, 20.0))


def frames(hold: Hold, *shown: Any, step_s: float = 0.125, example: Example | None = EXAMPLE) -> Hold:
    """The hold after frames with these lists of faces; it must not end before the last one."""
    for number, faces in enumerate(shown):
        assert not hold.ended, number
        hold = hold.step(faces, example if faces else None, 10 + number * step_s)
    return hold


def test_it_lasts_its_seconds_from_the_first_frame_on() -> None:
    almost = frames(Hold(1.0), *[[face()]] * 8)
    assert not almost.ended and len(almost.examples) == 8
    ended = almost.step([face()], EXAMPLE, 11.0)
    assert ended.ended and ended.failure is None and len(ended.examples) == 9


def test_without_seconds_the_next_frame_decides() -> None:
    assert len(frames(Hold(0.0), [face()]).examples) == 1
    assert frames(Hold(0.0), []).failure == "no_face"


def test_a_frame_after_a_pause_ends_it_without_counting() -> None:
    ended = frames(Hold(1.0), [face()], [face()]).step([face()], EXAMPLE, 60.0)
    assert ended.ended and len(ended.examples) == 2 and ended.failure is None


@pytest.mark.parametrize(
    ("shown", "failure"),
    [
        ([], "no_face"),
        ([face(1), face(2)], "several"),
        ([face(turn=MAX_TURN + 0.05)], "turned"),
        ([face(turn=-MAX_TURN - 0.05)], "turned"),
    ],
)
def test_frames_that_do_not_count_are_left_out(shown: list[Face], failure: str) -> None:
    some = frames(Hold(1.0), *[[face()]] * 5, *[shown] * 3, [face()])
    assert some.ended and len(some.examples) == 6 and some.failure is None
    most = frames(Hold(1.0), [face()], *[shown] * 3, [face()], *[shown] * 4) if shown else frames(Hold(1.0), *[[]] * 9)
    assert most.ended and most.failure == failure


def test_a_blurred_face_is_not_measured() -> None:
    assert frames(Hold(0.25), *[[face()]] * 3, example=None).failure == "blurred"


def test_a_detector_without_landmarks_knows_no_turn() -> None:
    assert frames(Hold(0.0), [face(turn=None)]).failure is None


def test_another_face_or_none_ends_it_at_once() -> None:
    other = frames(Hold(5.0), [face(1)], [face(2)])
    assert other.ended and other.failure == "moved"
    gone = frames(Hold(5.0), [face()], *[[]] * 5)
    assert gone.ended and gone.failure == "moved"
    waiting = frames(Hold(5.0), *[[]] * 20)
    assert not waiting.ended, "the person may not have sat down yet"


def test_memory_is_bounded() -> None:
    hold = Hold(5.0)
    for number in range(2000):
        hold = hold.step([face()] if number % 2 else [], EXAMPLE, number * 0.002)
    assert len(hold.examples) == MAX_FRAMES and len(hold.left_out) == MAX_FRAMES
