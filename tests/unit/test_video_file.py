"""Films as players show them: square pixels, upright, on white, at every size; and what is no film."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from server import Emojifier
from server.cli.video_file import open_source
from server.errors import StartError
from tests.support.films import joined, squeezed, write_film, write_song

Picture = npt.NDArray[np.uint8]
UNIT = 2**16
# The display matrix of each orientation of EXIF, and what it does to the stored pixels.
MATRICES: dict[str, tuple[tuple[int, ...], Callable[[Picture], Picture]]] = {
    "a quarter clockwise": ((0, UNIT, 0, -UNIT, 0, 0, 0, 0, 2**30), lambda p: np.rot90(p, 3)),
    "a quarter counter-clockwise": ((0, -UNIT, 0, UNIT, 0, 0, 0, 0, 2**30), lambda p: np.rot90(p)),
    "half a turn": ((-UNIT, 0, 0, 0, -UNIT, 0, 0, 0, 2**30), lambda p: np.rot90(p, 2)),
    "mirrored": ((-UNIT, 0, 0, 0, UNIT, 0, 0, 0, 2**30), lambda p: p[:, ::-1]),
    "mirrored and upside down": ((UNIT, 0, 0, 0, -UNIT, 0, 0, 0, 2**30), lambda p: p[::-1]),
    "transposed": ((0, UNIT, 0, UNIT, 0, 0, 0, 0, 2**30), lambda p: p.transpose(1, 0, 2)),
}


def first_frame(path: Path) -> Picture:
    source = open_source(str(path))
    try:
        return next(iter(source.frames())).pixels
    finally:
        source.close()


def is_near(pixels: Picture, wanted: Picture) -> bool:
    return pixels.shape == wanted.shape and bool(np.abs(pixels.astype(int) - wanted).mean() < 6)


@pytest.mark.parametrize(("width", "height", "ratio"), [(320, 480, 2), (640, 240, Fraction(1, 2)), (640, 480, 1)])
def test_pixels_that_are_not_square_are_stretched(
    tmp_path: Path, smiling: Picture, width: int, height: int, ratio: Fraction
) -> None:
    path = write_film(tmp_path / "film.mp4", [squeezed(smiling, width, height)], pixel_ratio=Fraction(ratio))
    pixels = first_frame(path)
    assert is_near(pixels, smiling)
    (face,) = Emojifier().analyse(pixels).faces
    assert face.label == "happy"


def test_a_mistaken_shape_of_pixels_is_ignored(tmp_path: Path, smiling: Picture) -> None:
    assert first_frame(write_film(tmp_path / "f.mp4", [smiling], pixel_ratio=Fraction(64))).shape == smiling.shape


@pytest.mark.parametrize("name", MATRICES)
def test_a_film_is_turned_and_mirrored_as_it_says(tmp_path: Path, smiling: Picture, name: str) -> None:
    matrix, shown = MATRICES[name]
    assert is_near(first_frame(write_film(tmp_path / "film.mp4", [smiling], matrix=matrix)), shown(smiling))


def test_both_together(tmp_path: Path, smiling: Picture) -> None:
    """The pixels are stretched as they are stored, before the film is turned."""
    matrix, shown = MATRICES["a quarter clockwise"]
    stored = squeezed(smiling, 320, 480)
    path = write_film(tmp_path / "film.mp4", [stored], pixel_ratio=Fraction(2), matrix=matrix)
    assert is_near(first_frame(path), shown(smiling))


def test_a_size_that_changes_midway_is_followed(tmp_path: Path, smiling: Picture) -> None:
    wide, tall = squeezed(smiling, 640, 480), np.ascontiguousarray(smiling[:, 120:480])
    parts = (write_film(tmp_path / f"{n}.ts", [each]) for n, each in enumerate((wide, tall)))
    source = open_source(str(joined(tmp_path / "film.ts", *parts)))
    shapes = [frame.pixels.shape for frame in source.frames()]
    source.close()
    assert shapes[0] == (480, 640, 3) and shapes[-1] == (480, 360, 3) and source.fault is None


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("film.mov", "png", "rgba"), ("film.webm", "libvpx-vp9", "yuva420p"), ("film.webm", "libvpx", "yuva420p")],
)
def test_transparent_frames_are_put_on_white(tmp_path: Path, name: str, codec: str, pix_fmt: str) -> None:
    picture = np.zeros((96, 128, 4), np.uint8)
    picture[48:, :, 3] = 255
    pixels = first_frame(write_film(tmp_path / name, [picture], codec=codec, pix_fmt=pix_fmt))
    assert pixels[:40].min() > 250 and pixels[56:].max() < 5


def test_the_cover_of_a_song_is_no_film(tmp_path: Path, smiling: Picture) -> None:
    with pytest.raises(StartError, match="only sound and a cover picture, no video stream"):
        open_source(str(write_song(tmp_path / "song.mp3", smiling)))


def test_a_name_that_is_not_utf_8_is_opened(tmp_path: Path, smiling: Picture) -> None:
    film = write_film(tmp_path / "film.mp4", [smiling])
    try:
        film = film.rename(tmp_path / b"\xff.mp4".decode("utf-8", "surrogateescape"))
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    assert is_near(first_frame(film), smiling)


def test_a_device_is_a_camera(tmp_path: Path) -> None:
    for name in ("/dev/video87", "87"):
        with pytest.raises(StartError, match=f"no camera {name}"):
            open_source(name)
    with pytest.raises(StartError, match="is no camera"):
        open_source("/dev/null")


def test_opencv_agrees_about_the_shape(tmp_path: Path, smiling: Picture) -> None:
    """The fixture is as other programs see it: stored 320 wide."""
    path = write_film(tmp_path / "film.mp4", [squeezed(smiling, 320, 480)], pixel_ratio=Fraction(2))
    capture = cv2.VideoCapture(str(path))
    assert capture.read()[1].shape == (480, 320, 3)
    assert capture.get(cv2.CAP_PROP_SAR_NUM) / capture.get(cv2.CAP_PROP_SAR_DEN) == 2
    capture.release()


def test_a_name_with_a_colon_is_no_protocol(
    tmp_path: Path, smiling: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_film(tmp_path / "film.mp4", [smiling]).rename(tmp_path / "2026-11-26T12:14:35.mp4")
    monkeypatch.chdir(tmp_path)
    assert is_near(first_frame(Path("2026-11-26T12:14:35.mp4")), smiling)
