"""Decoding: the right pixels, the limits, and an error in words for everything else."""

from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from server.vision.errors import FrameError
from server.vision.images.frame import MIN_FACE_PX, MIN_LONG_SIDE_PX, decode_grey
from tests.support.pictures import to_jpeg
from tests.unit.test_vision_jpeg import claiming, with_segment

LIMIT = 2_000_000


def gradient(width: int, height: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Smooth, so that JPEG hardly changes it."""
    x, y = np.meshgrid(np.linspace(0, 120, width), np.linspace(0, 120, height))
    return (x + y).astype(np.uint8)


def with_pillow(image: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def code_of(data: bytes, max_pixels: int = LIMIT) -> str:
    with pytest.raises(FrameError) as caught:
        decode_grey(data, max_pixels)
    return caught.value.code


def test_pixels_come_back() -> None:
    picture = gradient(64, 48)
    grey = decode_grey(to_jpeg(picture, 95), LIMIT)
    assert grey.dtype == np.uint8 and grey.shape == (48, 64)
    assert np.abs(grey.astype(int) - picture).max() <= 3


@pytest.mark.parametrize("shape", [(1, 1), (2000, 2), (2, 2000), (1, 40), (17, 33)])
def test_odd_sizes_decode(shape: tuple[int, int]) -> None:
    height, width = shape
    grey = decode_grey(to_jpeg(gradient(width, height)), LIMIT)
    assert grey.ndim == 2 and min(grey.shape) >= 1


def test_progressive_and_colour_decode_to_the_same_grey() -> None:
    picture = gradient(64, 48)
    image = Image.fromarray(picture).convert("RGB")
    for options in ({"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 2}):
        grey = decode_grey(with_pillow(image, quality=95, **options), LIMIT)
        assert np.abs(grey.astype(int) - picture).max() <= 4, options


def test_a_print_shop_file_decodes() -> None:
    """Four inks instead of three lights."""
    picture = gradient(64, 48)
    grey = decode_grey(with_pillow(Image.fromarray(picture).convert("CMYK"), quality=95), LIMIT)
    assert grey.shape == (48, 64)
    assert np.corrcoef(grey.ravel(), picture.ravel())[0, 1] > 0.99


def test_the_orientation_in_exif_is_ignored() -> None:
    """Places in the answer are those of the pixels as sent."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + bytes.fromhex("0001 0112 0003 00000001 0006 0000 00000000")
    turned = with_segment(to_jpeg(gradient(64, 48)), 0xE1, exif)
    assert Image.open(BytesIO(turned)).getexif()[0x0112] == 6  # "turn by 90 degrees": the tag is really there
    assert decode_grey(turned, LIMIT).shape == (48, 64)


@pytest.mark.parametrize(
    ("long_side", "decoded"), [(640, 640), (1280, 1280), (2047, 2047), (2048, 1024), (3200, 1600), (4096, 1024)]
)
def test_large_frames_are_halved_while_they_are_unpacked(long_side: int, decoded: int) -> None:
    grey = decode_grey(to_jpeg(gradient(long_side, 240)), LIMIT)
    assert grey.shape[1] == decoded >= min(long_side, MIN_LONG_SIDE_PX)
    assert abs(float(grey.mean()) - 120) < 3


@pytest.mark.parametrize(
    ("min_face_width", "decoded"), [(0.0, 640), (0.1, 640), (0.1374, 640), (0.1375, 320), (0.5, 160)]
)
def test_a_frame_in_which_only_large_faces_matter_is_decoded_smaller(min_face_width: float, decoded: int) -> None:
    """As small as leaves MIN_FACE_PX for the smallest of them."""
    grey = decode_grey(to_jpeg(gradient(640, 480)), LIMIT, min_face_width)
    assert grey.shape == (decoded * 3 // 4, decoded)
    assert min_face_width == 0 or decoded == 640 or min_face_width * decoded >= MIN_FACE_PX


def test_too_many_pixels_are_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("decoded a frame that is over the limit")

    monkeypatch.setattr(cv2, "imdecode", never)
    assert code_of(claiming(20000, 20000)) == "too_many_pixels"
    assert code_of(to_jpeg(gradient(64, 48)), max_pixels=64 * 48 - 1) == "too_many_pixels"


def test_the_limit_itself_is_allowed() -> None:
    assert decode_grey(to_jpeg(gradient(64, 48)), max_pixels=64 * 48).shape == (48, 64)


def test_a_truncated_file_says_so() -> None:
    jpeg = to_jpeg(gradient(64, 48))
    assert code_of(jpeg[:-1]) == code_of(jpeg[: len(jpeg) // 2]) == code_of(jpeg[:20]) == "truncated"


def test_a_png_is_not_a_jpeg_though_opencv_reads_it() -> None:
    done, png = cv2.imencode(".png", gradient(64, 48))
    assert done and code_of(png.tobytes()) == "not_jpeg"


def test_a_header_without_tables_is_undecodable() -> None:
    jpeg = to_jpeg(gradient(64, 48))
    tables = jpeg.index(b"\xff\xdb")
    length = 2 + int.from_bytes(jpeg[tables + 2 : tables + 4], "big")
    assert code_of(jpeg[:tables] + jpeg[tables + length :]) == "undecodable"


JPEG = to_jpeg(gradient(40, 30))


@given(st.integers(0, len(JPEG) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_file_gives_pixels_or_a_frame_error(at: int, damage: bytes) -> None:
    try:
        grey = decode_grey(JPEG[:at] + damage + JPEG[at + len(damage) :], 10_000)
    except FrameError:
        return
    assert grey.dtype == np.uint8 and grey.ndim == 2 and grey.size <= 10_000
