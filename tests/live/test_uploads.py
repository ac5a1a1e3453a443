"""Unusual frames on a real server: each is processed, or refused with an explanation."""

import io
import struct
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.support.pictures import to_jpeg
from tests.support.running_server import RunningServer

Picture = npt.NDArray[np.uint8]
EXIF_TURN = b"Exif\0\0MM\0*\0\0\0\x08" + bytes.fromhex("0001 0112 0003 00000001 0006 0000 00000000")


def pillow(picture: Picture, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).convert(mode).save(file, "JPEG", quality=90, **options)
    return file.getvalue()


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    return jpeg[:2] + bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content + jpeg[2:]


def arithmetic(jpeg: bytes) -> bytes:
    """Its marker says arithmetic coding, which the decoder supports, but its pixels are Huffman-coded: noise."""
    return jpeg.replace(b"\xff\xc0", b"\xff\xc9", 1)


def twelve_bits(jpeg: bytes) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 4
    return jpeg[:at] + b"\x0c" + jpeg[at + 1 :]


def sized(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def second_size(jpeg: bytes) -> bytes:
    """A header of a small picture, before that of the large picture."""
    at = jpeg.index(b"\xff\xc0")
    head = jpeg[at : at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")]
    return jpeg[:at] + sized(b"\xff\xd8" + head, 8, 8)[2:] + jpeg[at:]


SMILES: dict[str, Callable[[Picture], bytes]] = {
    "baseline": to_jpeg,
    "progressive, several scans": lambda picture: pillow(picture, progressive=True),
    "grey": lambda picture: pillow(picture, "L"),
    "four inks": lambda picture: pillow(picture, "CMYK"),
    "no subsampling": lambda picture: pillow(picture, subsampling=0),
    "restart markers": lambda picture: pillow(picture, restart_marker_blocks=4),
    "turned by EXIF, which is ignored": lambda picture: with_segment(to_jpeg(picture), 0xE1, EXIF_TURN),
    "a thumbnail of another size": lambda picture: with_segment(
        to_jpeg(picture), 0xE1, b"Exif\0\0" + to_jpeg(np.zeros((12, 16), np.uint8))
    ),
    "bytes after the end": lambda picture: to_jpeg(picture) + b"\0" * 1000,
    "another picture after the end": lambda picture: to_jpeg(picture) + to_jpeg(np.zeros((9, 9), np.uint8)),
    "fill bytes": lambda picture: to_jpeg(picture)[:2] + b"\xff\xff" + to_jpeg(picture)[2:],
}
NOBODY: dict[str, Callable[[], bytes]] = {
    "1x1": lambda: to_jpeg(np.zeros((1, 1), np.uint8)),
    "2x2000": lambda: to_jpeg(np.zeros((2000, 2), np.uint8)),
    "2000x2": lambda: to_jpeg(np.zeros((2, 2000), np.uint8)),
    "coded by arithmetic, or so it says": lambda: arithmetic(to_jpeg(np.zeros((48, 64), np.uint8))),
    "1920x1080, as large as may be": lambda: to_jpeg(np.zeros((1080, 1920), np.uint8)),
}
REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no bytes": (lambda jpeg: b"", "empty"),
    "cut in the middle": (lambda jpeg: jpeg[: len(jpeg) // 2], "truncated"),
    "without its last byte": (lambda jpeg: jpeg[:-1], "truncated"),
    "12 bits a sample": (twelve_bits, "undecodable"),
    "two sizes": (second_size, "undecodable"),
    "no height": (lambda jpeg: sized(jpeg, 640, 0), "undecodable"),
    "65535x65535": (lambda jpeg: sized(jpeg, 65535, 65535), "too_many_pixels"),
    "a row too many": (lambda jpeg: sized(jpeg, 1920, 1081), "too_many_pixels"),
    "lossless, or so it says": (lambda jpeg: jpeg.replace(b"\xff\xc0", b"\xff\xc3", 1), "undecodable"),
}


@pytest.fixture(scope="module")
def quick() -> Iterator[RunningServer]:
    """A server without a practical frame rate limit."""
    running = RunningServer("--fps", "1000")
    yield running
    running.end()


@pytest.mark.parametrize("name", list(SMILES))
def test_a_smile_is_found_in_every_kind_of_jpeg(quick: RunningServer, smiling: Picture, name: str) -> None:
    with quick.connect() as client:
        client.expect("hello")
        answer = client.ask(SMILES[name](smiling))
        assert answer["type"] == "result", answer
        (face,) = answer["faces"]
        assert face["label"] == "happy"
        x, y, width, height = face["box"]
        assert 0.3 < x + width / 2 < 0.6 and 0.1 < y + height / 2 < 0.4, "places are those of the pixels as sent"


@pytest.mark.parametrize("name", list(NOBODY))
def test_pictures_of_unusual_sizes_have_no_face(quick: RunningServer, name: str) -> None:
    with quick.connect() as client:
        client.expect("hello")
        answer = client.ask(NOBODY[name]())
        assert (answer["type"], answer["faces"]) == ("result", [])


@pytest.mark.parametrize("name", list(REFUSED))
def test_an_invalid_frame_is_refused_with_an_explanation(quick: RunningServer, smiling_jpeg: bytes, name: str) -> None:
    spoil, code = REFUSED[name]
    with quick.connect() as client:
        client.expect("hello")
        answer = client.ask(spoil(smiling_jpeg))
        assert (answer["type"], answer.get("code")) == ("error", code), answer
        assert len(answer["message"]) > 30
        assert client.ask(smiling_jpeg)["type"] == "result"


def test_damaged_pixels_are_decoded_or_refused_and_add_nothing_to_the_log(
    quick: RunningServer, smiling_jpeg: bytes
) -> None:
    """Libjpeg writes a line to standard error for each of these."""
    at = smiling_jpeg.index(b"\xff\xda") + 200
    damaged = smiling_jpeg[:at] + smiling_jpeg[at + 3000 :]
    with quick.connect() as client:
        client.expect("hello")
        for _ in range(3):
            assert client.ask(damaged)["type"] in ("result", "error")
    assert quick.errors == ""
