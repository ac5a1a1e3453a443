"""The measurement of how soon the emoji follows a face: the film, and what is computed from the page's notes."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from lab.browser.feel import PICTURES, follow_times, judge, table
from lab.browser.film import BITS, FPS, SQUARE, Film, make_film

FILM = Film(Path("film.y4m"), ("happy", "surprise"), part_frames=30)


def frames(seconds: float) -> list[tuple[int, float, float, float]]:
    """What the page notes of a film that began at 0, with every third frame missed."""
    return [(k % 60, k * 1000 / FPS, 0.0, 1.0) for k in range(round(seconds * FPS)) if k % 3 != 0]


def test_each_change_is_timed_from_its_first_frame_even_if_the_page_missed_that() -> None:
    emojis = [("surprise", 1300.0), ("happy", 2350.0), ("unsure", 3100.0), ("surprise", 3900.0)]
    follows = follow_times(frames(5.5), emojis, FILM)
    assert [label for label, _ in follows] == ["surprise", "happy", "surprise", "happy"]
    assert [after and round(after) for _, after in follows] == [300, 350, 900, None], "the last was never shown"


def test_an_emoji_of_an_earlier_change_does_not_count() -> None:
    assert follow_times(frames(3.5), [("surprise", 950.0), ("surprise", 2100.0)], FILM)[0] == ("surprise", None)


def test_the_table_says_what_misses_its_required_value() -> None:
    notes = {
        "frames": frames(3.5),
        "emojis": [("surprise", 1300.0), ("happy", 2350.0)],
        "answers": [(k * 50.0, 60.0, 10.0) for k in range(60)],
        "tasks": [(0.0, 70.0)],
        "thread": {"all": 0.3, "scripts": 0.1},
        "hasCaptureTime": True,
    }
    lines = table(judge(notes, FILM)).splitlines()
    assert [line.split("  ")[0] for line in lines if line.endswith("NO")] == [
        "answers a second",
        "longest task of the main thread, ms",
    ]


def test_the_frames_of_the_film_have_their_numbers_and_one_face_in_one_place(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.y4m", PICTURES, seconds=4 / FPS)
    assert film.labels == ("happy", "surprise")
    data = np.fromfile(film.path, np.uint8)
    size = 640 * 480 * 3 // 2
    start = bytes(data[:100]).index(b"\n") + 1
    for number in (0, 3, 7):
        at = start + number * (size + len(b"FRAME\n")) + len(b"FRAME\n")
        planes = data[at : at + size].reshape(720, 640)
        row = cv2.cvtColor(planes, cv2.COLOR_YUV2GRAY_I420)[SQUARE // 2]
        bits = [row[bit * SQUARE + SQUARE // 2] > 127 for bit in range(BITS)]
        assert sum(bool(bit) << place for place, bit in enumerate(bits)) == number


def test_pictures_in_a_row_must_differ_in_their_expression(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="happy, happy"):
        make_film(tmp_path / "film.y4m", [PICTURES[0], PICTURES[0]], seconds=1)
