"""Pictures as people see them: on white where they are transparent, upright, at any depth, and of other kinds."""

import io
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from server import Emojifier
from server.vision.errors import FrameError
from server.vision.images import heic
from server.vision.images.kinds import FILE_KINDS, PHOTO_KINDS
from server.vision.images.picture import MAX_LONG_SIDE_PX, decode_picture, decode_picture_grey
from tests.support import ROOT

# A red square of which the upper half is erased: its colour is still in the file.
ERASED = np.zeros((60, 90, 4), np.uint8)
ERASED[:] = (200, 30, 30, 255)
ERASED[:30, :, 3] = 0


def saved(picture: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def palette() -> Image.Image:
    """Two colours, of which the first is transparent."""
    picture = Image.fromarray((ERASED[..., 3] > 0).astype(np.uint8), "P")
    picture.putpalette([200, 30, 30, 200, 30, 30])
    return picture


IMAGE = Image.fromarray(ERASED)
GREY = Image.fromarray(np.where(ERASED[..., 3] > 0, 73, 74).astype(np.uint8))
TWO_BITS = Image.fromarray(np.where(ERASED[..., 3] > 0, 0, 1).astype(np.uint8), "P")
TWO_BITS.putpalette([73, 73, 73, 74, 74, 74])
DEEP = ERASED[..., [2, 1, 0, 3]].astype(np.uint16) * 257
KINDS = {
    "PNG": saved(IMAGE, "PNG"),
    "PNG of 16 bits": cv2.imencode(".png", DEEP)[1].tobytes(),
    "PNG, interlaced palette": saved(palette(), "PNG", transparency=0),
    "PNG, grey with alpha": saved(IMAGE.convert("LA"), "PNG"),
    "PNG, one transparent grey": saved(GREY, "PNG", transparency=74),
    "PNG, one transparent colour of a palette of 2 bits": saved(TWO_BITS, "PNG", transparency=1, bits=2),
    "WebP": saved(IMAGE, "WEBP", quality=95, exact=True),
    "WebP, lossless": saved(IMAGE, "WEBP", lossless=True, exact=True),
    "WebP, animated": saved(IMAGE, "WEBP", save_all=True, append_images=[IMAGE.rotate(180)], lossless=True),
    "GIF": saved(palette(), "GIF", transparency=0),
    "GIF, animated": saved(palette(), "GIF", transparency=0, save_all=True, append_images=[palette().rotate(180)]),
    "PNG, animated": saved(IMAGE, "PNG", save_all=True, append_images=[IMAGE.rotate(180)]),
    "TIFF": saved(IMAGE, "TIFF"),
    "JPEG 2000": saved(IMAGE, "JPEG2000"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_transparent_is_white(kind: str) -> None:
    colour, grey = decode_picture(KINDS[kind]), decode_picture_grey(KINDS[kind])
    assert colour.shape == (60, 90, 3) and grey.shape == (60, 90)
    assert colour[4:26].min() >= 254 and grey[4:26].min() >= 254, "erased"
    assert grey[34:56].max() < 90 and colour[34:56, :, 0].max() < 90, "kept"


def test_half_transparent_pixels_are_mixed_with_white() -> None:
    half = np.full((8, 8, 4), (0, 0, 0, 64), np.uint8)
    assert abs(int(decode_picture_grey(cv2.imencode(".png", half)[1].tobytes())[4, 4]) - 191) <= 1


def test_ink_on_a_transparent_ground_is_drawn_on_white() -> None:
    """Without the ground, ink and ground have the same colour."""
    drawing = np.zeros((60, 90, 4), np.uint8)
    cv2.circle(drawing, (45, 30), 20, (0, 0, 0, 255), 3)
    decoded = decode_picture_grey(cv2.imencode(".png", drawing)[1].tobytes())
    assert (decoded.min(), decoded.max()) == (0, 255)


def test_a_face_that_its_owner_erased_is_not_read(smiling: npt.NDArray[np.uint8]) -> None:
    opaque = cv2.cvtColor(smiling, cv2.COLOR_BGR2BGRA)
    erased = opaque.copy()
    erased[..., 3] = 0
    emojifier = Emojifier()
    found = [len(emojifier.analyse(cv2.imencode(".png", each)[1].tobytes()).faces) for each in (opaque, erased)]
    assert found == [1, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_png_is_turned_upright_with_and_without_alpha(mode: str, orientation: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (6, 9, 3), np.uint8)
    picture, exif = Image.fromarray(pixels), Image.Exif()
    exif[0x112] = orientation
    stored = saved(picture.convert(mode), "PNG", exif=exif)
    with Image.open(io.BytesIO(stored)) as opened:
        wanted = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    assert np.array_equal(decode_picture(stored)[..., ::-1], wanted)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_upright(orientation: int) -> None:
    """The orientation is in boxes of its own, into which Pillow translates that of EXIF."""
    photograph, exif = Image.open(ROOT / "web" / "static" / "samples" / "astronaut.jpg"), Image.Exif()
    exif[0x112] = orientation
    stored = saved(photograph, "AVIF", exif=exif)
    with Image.open(io.BytesIO(stored)) as opened:
        wanted = np.asarray(ImageOps.exif_transpose(opened).convert("RGB")).astype(int)
    decoded = decode_picture(stored)[..., ::-1]
    assert decoded.shape == wanted.shape and np.abs(decoded - wanted).mean() < 3


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "AVIF", "JPEG2000", "PPM", "JPEG", "MPO"])
def test_other_kinds_are_read_as_files_and_named_where_they_are_not_accepted(format: str) -> None:
    photograph = Image.open(ROOT / "web" / "static" / "samples" / "astronaut.jpg")
    data = saved(photograph, format)
    assert np.abs(decode_picture_grey(data).astype(int) - np.asarray(photograph.convert("L"))).mean() < 5
    if format in ("JPEG", "MPO"):
        assert decode_picture_grey(data, kinds=PHOTO_KINDS).shape == (480, 640)
        return
    with pytest.raises(FrameError, match=r"of the kind .*convert it to JPEG, PNG or WebP") as error:
        decode_picture_grey(data, kinds=PHOTO_KINDS)
    assert error.value.code == "not_picture"


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "HEIC.*pip install pi-heif"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"8BPS\0\1", "Photoshop"),
    ],
)
def test_a_kind_that_cannot_be_read_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, start: bytes, name: str
) -> None:
    monkeypatch.setattr(heic, "DECODERS", ())
    with pytest.raises(FrameError, match=name) as error:
        decode_picture(start + bytes(100))
    assert error.value.code == "not_picture"
    with pytest.raises(FrameError, match="convert it to JPEG, PNG or WebP"):  # who uploads installs nothing here
        decode_picture(start + bytes(100), kinds=PHOTO_KINDS)


def test_heic_is_read_where_a_decoder_is_installed() -> None:
    """An iPhone's photograph: tiles, turned by the file itself."""
    encoder = pytest.importorskip("pillow_heif", reason="pip install pillow-heif to run this test")
    photograph = Image.open(ROOT / "web" / "static" / "samples" / "astronaut.jpg")
    file = io.BytesIO()
    encoder.from_pillow(photograph).save(file, quality=90)
    decoded = decode_picture(file.getvalue())
    assert np.abs(decoded[..., ::-1].astype(int) - np.asarray(photograph)).mean() < 6
    assert [face.label for face in Emojifier().analyse(file.getvalue()).faces] == ["happy"]
    with pytest.raises(FrameError, match="kind HEIC"):
        decode_picture(file.getvalue(), kinds=PHOTO_KINDS)
    with pytest.raises(FrameError, match="640x480"):
        decode_picture(file.getvalue(), 640 * 480 - 1)
    with pytest.raises(FrameError, match="undecodable"):
        decode_picture(file.getvalue()[:2000])


@pytest.mark.parametrize("data", [b"BM is how this text begins, and it goes on", b"ftypheic", b"GIF89", b"<svg></svg>"])
def test_what_only_resembles_a_picture_is_none(data: bytes) -> None:
    with pytest.raises(FrameError, match="not a JPEG"):
        decode_picture(data)


@pytest.mark.parametrize("format", ["GIF", "BMP"])
def test_the_limit_of_pixels_holds_for_other_kinds(format: str) -> None:
    with pytest.raises(FrameError, match="90x60"):
        decode_picture(saved(IMAGE.convert("P" if format == "GIF" else "RGB"), format), 90 * 60 - 1)


@pytest.mark.parametrize("factor", [2, 3, 9])
def test_a_large_jpeg_is_shrunk_while_it_is_decoded(factor: int) -> None:
    """The same pixels as a decoding at full size and shrinking afterwards, within what two filters differ by."""
    small = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (32, 256, 3), np.uint8), (0, 0), 6)
    width = MAX_LONG_SIDE_PX * factor
    large = cv2.resize(small, (width, width // 8), interpolation=cv2.INTER_LINEAR)
    jpeg = cv2.imencode(".jpg", large)[1].tobytes()
    decoded = decode_picture(jpeg)
    assert decoded.shape == (MAX_LONG_SIDE_PX // 8, MAX_LONG_SIDE_PX, 3)
    wanted = cv2.resize(large, (MAX_LONG_SIDE_PX, MAX_LONG_SIDE_PX // 8), interpolation=cv2.INTER_AREA)
    assert np.abs(decoded.astype(int) - wanted).mean() < 3
    assert decode_picture_grey(jpeg).shape == (MAX_LONG_SIDE_PX // 8, MAX_LONG_SIDE_PX)


def test_uploads_are_a_part_of_the_kinds_of_files() -> None:
    assert set(PHOTO_KINDS) < set(FILE_KINDS)
