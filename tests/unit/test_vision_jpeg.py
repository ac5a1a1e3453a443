"""The header walk: what it reads, what it refuses, and that nothing surprises it."""

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.vision.errors import FrameError
from server.vision.images.jpeg_header import MAX_SCANS, MAX_SEGMENTS, read_size
from tests.support.pictures import to_jpeg

PICTURE = np.random.default_rng(1).integers(0, 256, (30, 40), np.uint8)
JPEG = to_jpeg(PICTURE)
BARE_SCAN = bytes.fromhex("FFDA 0008 01 01 00 00 3F 00")


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """A segment put in right after the start of the image."""
    return jpeg[:2] + segment(marker, content) + jpeg[2:]


def claiming(width: int, height: int) -> bytes:
    """A JPEG whose header claims a size that its few pixels do not have."""
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + JPEG[at + 4 :]


def code_of(data: bytes) -> str:
    with pytest.raises(FrameError) as caught:
        read_size(data)
    assert len(caught.value.message) > 20  # words for people
    return caught.value.code


def test_size_comes_as_width_and_height() -> None:
    assert read_size(JPEG) == (40, 30)


def test_progressive_and_colour_files_are_read_too() -> None:
    colour = np.repeat(PICTURE[:, :, None], 3, axis=2)
    done, progressive = cv2.imencode(".jpg", colour, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    assert done
    assert read_size(to_jpeg(colour)) == read_size(progressive.tobytes()) == (40, 30)


def test_a_huge_claim_is_read_without_cost() -> None:
    assert read_size(claiming(20000, 20000)) == (20000, 20000)


def test_bytes_after_the_end_are_tolerated() -> None:
    assert read_size(JPEG + b"\x00" * 1000) == (40, 30)
    assert read_size(JPEG + JPEG[:100]) == (40, 30)


def test_fill_bytes_before_a_marker_are_legal() -> None:
    assert read_size(JPEG[:2] + b"\xff\xff\xff" + JPEG[2:]) == (40, 30)


def test_every_beginning_of_a_file_is_refused() -> None:
    """Wherever the sender broke off, the code says so."""
    codes = [code_of(JPEG[:kept]) for kept in range(len(JPEG))]
    assert codes == ["empty", "not_jpeg", "not_jpeg"] + ["truncated"] * (len(JPEG) - 3)


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_file() -> None:
    """An EXIF segment holds a whole JPEG of its own; cutting off the tail of the outer one must still show."""
    photograph = with_segment(JPEG, 0xE1, b"Exif\0\0" + JPEG)
    assert read_size(photograph) == (40, 30)
    assert code_of(photograph[:-2]) == "truncated"
    assert code_of(photograph[: len(photograph) // 2]) == "truncated"


@pytest.mark.parametrize(
    "start",
    [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0", b"BM", b"{}", b"\xff\xd8", b"\0"],
)
def test_what_does_not_start_like_a_jpeg_is_not_one(start: bytes) -> None:
    assert code_of(start + b"\0" * 50 if len(start) > 2 else start) == "not_jpeg"


def test_no_bytes_are_an_error_of_their_own() -> None:
    assert code_of(b"") == "empty"


@pytest.mark.parametrize(
    "data",
    [
        claiming(0, 30),
        claiming(40, 0),
        with_segment(JPEG, 0xC0, JPEG[JPEG.index(b"\xff\xc0") + 4 :][:9]),  # two sizes
        b"\xff\xd8" + segment(0xC0, b"\x08\x00") + b"\xff\xd9",  # a size segment too short for a size
        b"\xff\xd8\xff\xd9",  # nothing between start and end
        b"\xff\xd8" + BARE_SCAN + b"\xff\xd9",  # pixels of no size
        b"\xff\xd8\xff\xd8\xff\xd9",  # a second start
        b"\xff\xd8\xff\xe0\x00\x01" + JPEG[2:],  # a length shorter than itself
        JPEG[:2] + segment(0xFE, b"") + b"junk" + JPEG[2:],  # no marker where one is due
        JPEG[:2] + segment(0xFE, b"") * (MAX_SEGMENTS + 1) + JPEG[2:],
        JPEG[:-2] + BARE_SCAN * (MAX_SCANS + 1) + b"\xff\xd9",
    ],
)
def test_odd_files_are_refused_without_decoding(data: bytes) -> None:
    """Some of these would cost a decoder seconds, some would show it another size than they show us."""
    assert code_of(data) == "undecodable"


def test_scans_hidden_behind_a_false_end_are_counted() -> None:
    """An end marker inside a comment ends nothing."""
    hidden = JPEG[:-2] + segment(0xFE, b"\xff\xd9") + BARE_SCAN * (MAX_SCANS + 1) + b"\xff\xd9"
    assert code_of(hidden) == "undecodable"


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"\xff\xd8\xff" + tail))
@example(b"\xff\xd8\xff")
@example(b"\xff\xd8" + b"\xff" * 1000)
def test_whatever_the_bytes_nothing_but_a_frame_error(data: bytes) -> None:
    try:
        size = read_size(data)
    except FrameError as error:
        assert error.code in {"empty", "not_jpeg", "truncated", "undecodable"}
    else:
        assert size.width > 0 and size.height > 0


@given(st.integers(2, len(JPEG) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused(at: int, damage: bytes) -> None:
    try:
        read_size(JPEG[:at] + damage + JPEG[at + len(damage) :])
    except FrameError as error:
        assert error.code in {"not_jpeg", "truncated", "undecodable"}
