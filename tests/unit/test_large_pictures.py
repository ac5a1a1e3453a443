"""Large uploads are shrunk in a thread of their own, one at a time."""

import asyncio
import threading

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from server import Emojifier
from server.http import large_pictures
from server.http.large_pictures import LargePictures
from server.http.problem_details import Problem
from server.vision.images.jpeg_header import read_size
from server.vision.images.picture import LARGE_PIXELS, MAX_LONG_SIDE_PX
from tests.support.pictures import to_jpeg

LIMIT = 64_000_000


def encoded(picture: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], ending: str) -> bytes:
    return cv2.imencode(ending, picture)[1].tobytes()


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp"])
def test_a_large_picture_becomes_a_small_one_that_shows_the_same(
    smiling: npt.NDArray[np.uint8], ending: str
) -> None:
    large = cv2.resize(smiling, (3000, 2250), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    small = asyncio.run(LargePictures(LIMIT).shrunk(encoded(large, ending)))
    assert max(read_size(small)) == MAX_LONG_SIDE_PX
    emojifier = Emojifier()
    (face,), (other,) = (emojifier.analyse(each).faces for each in (small, smiling))
    assert face.label == other.label == "happy" and np.allclose(face.box, other.box, atol=0.02)


def test_other_pictures_are_passed_on_as_they_are() -> None:
    for data in (to_jpeg(np.zeros((2048, 2048), np.uint8)), b"GIF89a" + b"\xff" * 60, b"no picture", b""):
        assert asyncio.run(LargePictures(LIMIT).shrunk(data)) is data


def test_what_is_too_large_or_damaged_is_a_problem() -> None:
    large = encoded(np.zeros((2200, 2200), np.uint8), ".png")
    damaged = large[:60] + bytes(20) + large[80:]
    deep = encoded(np.zeros((2200, 2200), np.uint16), ".png")
    too_many = [(large, LARGE_PIXELS + 1, "too_many_pixels"), (deep, 2 * 2200 * 2200 - 1, "too_many_pixels")]
    for data, limit, code in (*too_many, (damaged, LIMIT, "undecodable")):
        with pytest.raises(Problem) as error:
            asyncio.run(LargePictures(limit).shrunk(data))
        assert error.value.code == code


def test_they_take_turns_and_do_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, release = 0, 0, threading.Event()

    def slowly(data: bytes, max_pixels: int) -> bytes:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        release.wait()
        inside -= 1
        return b"small"

    monkeypatch.setattr(large_pictures, "shrink_upload", slowly)
    monkeypatch.setattr(large_pictures, "WAIT_S", 0.05)
    large = to_jpeg(np.zeros((2100, 2100), np.uint8))

    async def send() -> list[bytes | BaseException]:
        pictures = LargePictures(LIMIT)
        impatient = await asyncio.gather(*(pictures.shrunk(large) for _ in range(3)), return_exceptions=True)
        release.set()
        return [*impatient, *(await asyncio.gather(*(pictures.shrunk(large) for _ in range(3))))]

    *refused, first, second, third = asyncio.run(send())
    assert [error.code for error in refused if isinstance(error, Problem)] == ["overload"] * 3
    assert first == second == third == b"small" and most == 1
