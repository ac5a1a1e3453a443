"""Pictures by themselves: JPEG, PNG and WebP to pixels, and every way in which they can be bad."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.errors import FrameError
from server.vision.images.picture import MAX_LONG_SIDE_PX, decode_picture, decode_picture_grey, picture_size

SCENE = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (60, 90, 3), np.uint8), (0, 0), 4).astype(np.uint8)
FILES = {
    "jpeg": cv2.imencode(".jpg", SCENE, [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes(),
    "png": cv2.imencode(".png", SCENE)[1].tobytes(),
    "webp": cv2.imencode(".webp", SCENE, [cv2.IMWRITE_WEBP_QUALITY, 98])[1].tobytes(),
    "lossless webp": cv2.imencode(".webp", SCENE, [cv2.IMWRITE_WEBP_QUALITY, 101])[1].tobytes(),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_gives_the_same_picture(kind: str) -> None:
    assert picture_size(FILES[kind]) == (90, 60)
    assert np.abs(decode_picture(FILES[kind]).astype(int) - SCENE).mean() < 3
    grey = cv2.cvtColor(SCENE, cv2.COLOR_BGR2GRAY)
    assert np.abs(decode_picture_grey(FILES[kind]).astype(int) - grey).mean() < 3


def test_transparency_and_depth_do_no_harm() -> None:
    for picture in (np.dstack((SCENE, SCENE[..., 0])), SCENE[..., 1], SCENE.astype(np.uint16) * 257):
        assert decode_picture(cv2.imencode(".png", picture)[1].tobytes()).shape == (60, 90, 3)


def test_a_large_picture_is_shrunk() -> None:
    large = cv2.imencode(".png", np.zeros((100, 3 * MAX_LONG_SIDE_PX), np.uint8))[1].tobytes()
    assert decode_picture_grey(large).shape == (33, MAX_LONG_SIDE_PX)


@pytest.mark.parametrize("kind", FILES)
def test_the_limit_holds_before_anything_is_decoded(kind: str) -> None:
    with pytest.raises(FrameError) as error:
        decode_picture(FILES[kind], 90 * 60 - 1)
    assert error.value.code == "too_many_pixels"


@pytest.mark.parametrize("kind", FILES)
@given(share=st.floats(0.0, 0.98))
def test_a_file_that_breaks_off_is_never_a_picture(kind: str, share: float) -> None:
    with pytest.raises(FrameError) as error:
        decode_picture(FILES[kind][: int(share * len(FILES[kind]))])
    assert error.value.code in ("empty", "not_picture", "truncated")


@given(data=st.binary(max_size=300), kind=st.sampled_from(list(FILES)), kept=st.integers(0, 40))
def test_whatever_the_bytes_are_there_is_nothing_but_a_frame_error(data: bytes, kind: str, kept: int) -> None:
    try:
        decode_picture(FILES[kind][:kept] + data)
    except FrameError as error:
        assert error.message and error.code


@pytest.mark.parametrize("claimed", [2**32 - 1, 2**31, 10_000])
def test_a_png_that_claims_more_than_it_has_is_refused_before_there_is_room_made_for_it(claimed: int) -> None:
    """Found by `make fuzz`: OpenCV made room for 4 GB because 45 bytes said so."""
    whole = cv2.imencode(".png", np.zeros((2, 96), np.uint8))[1].tobytes()
    bomb = whole[:33] + claimed.to_bytes(4, "big") + b"IDAT" + whole[-12:]
    with pytest.raises(FrameError) as caught:
        picture_size(bomb)
    assert caught.value.code == "truncated"


def test_a_png_of_nothing_but_chunks_is_given_up() -> None:
    whole = cv2.imencode(".png", np.zeros((2, 2), np.uint8))[1].tobytes()
    empty = bytes(4) + b"tEXt" + bytes(4)
    assert picture_size(whole[:33] + 100 * empty + whole[33:]) == (2, 2)
    with pytest.raises(FrameError, match="chunks"):
        picture_size(whole[:33] + 60_000 * empty + whole[33:])
