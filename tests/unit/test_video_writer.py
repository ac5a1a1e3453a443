"""A written video is of the kind that its name says."""

from pathlib import Path

import av
import numpy as np
import pytest

from server.cli.video_writer import FORMATS, VideoWriter, check_name
from server.errors import StartError

SIZE = (128, 96)
WRITTEN = {
    ".mp4": ("mov,mp4,m4a,3gp,3g2,mj2", "h264"), ".m4v": ("mov,mp4,m4a,3gp,3g2,mj2", "h264"),
    ".mov": ("mov,mp4,m4a,3gp,3g2,mj2", "h264"), ".mkv": ("matroska,webm", "h264"),
    ".webm": ("matroska,webm", "vp9"), ".gif": ("gif", "gif"),
}  # fmt: skip


def write(path: Path, times: list[float]) -> None:
    """A film whose colour goes from black to red."""
    writer = VideoWriter(path, SIZE, 25.0)
    for number, time_s in enumerate(times):
        pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        pixels[..., 2] = 255 * number // max(1, len(times) - 1)
        writer.add(pixels, time_s)
    writer.close()


@pytest.mark.parametrize("ending", FORMATS)
def test_the_file_is_what_its_name_says(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending.upper()}"
    write(path, [number / 10 for number in range(11)])
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert (film.format.name, stream.codec_context.name.removeprefix("lib").removeprefix("vpx-")) == WRITTEN[ending]
        frames = list(film.decode(stream))
    assert [round(frame.time or 0.0, 2) for frame in frames] == [number / 10 for number in range(11)]
    last = frames[-1].to_ndarray(format="bgr24")[48, 64]
    assert last[2] > 230 and last[:2].max() < 30, "red"
    magic = {".webm": b"\x1aE\xdf\xa3", ".mkv": b"\x1aE\xdf\xa3", ".gif": b"GIF89a"}.get(ending)
    assert magic is None or path.read_bytes().startswith(magic)


def test_a_gif_has_no_more_frames_than_browsers_show(tmp_path: Path) -> None:
    write(tmp_path / "out.gif", [number / 50 for number in range(101)])
    with av.open(str(tmp_path / "out.gif")) as film:
        times = [frame.time or 0.0 for frame in film.decode(video=0)]
    assert len(times) == 26 and times[-1] == 2.0


@pytest.mark.parametrize("name", ["out", "out.avi", "out.jpg", "out.mp3", "out.webp"])
def test_a_name_that_promises_something_else_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StartError, match=r"names end in \.mp4, .*\.webm, \.gif"):
        check_name(tmp_path / name)


def test_a_name_that_is_not_utf_8_is_written(tmp_path: Path) -> None:
    path = tmp_path / b"\xff.mp4".decode("utf-8", "surrogateescape")
    try:
        path.touch()
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    write(path, [0.0, 0.1])
    assert path.stat().st_size > 500
