"""Films that say something about themselves: the shape of their pixels, their orientation, a change of size."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from tests.support.pictures import to_jpeg

Picture = npt.NDArray[np.uint8]


def write_film(
    path: Path,
    pictures: Sequence[Picture],
    each: int = 5,
    pixel_ratio: Fraction | None = None,
    matrix: Sequence[int] | None = None,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
) -> Path:
    """A film of 20 frames a second that shows each picture (uint8, BGR or BGRA, of one size) for some frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(20))
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pix_fmt
        if pix_fmt == "yuva420p":
            stream.options = {"auto-alt-ref": "0"}  # libvpx has none with alpha
        if pixel_ratio:
            stream.codec_context.sample_aspect_ratio = pixel_ratio
        if matrix:
            stream.set_display_matrix(list(matrix))
        for picture in pictures:
            for _ in range(each):
                format = "bgra" if picture.shape[2] == 4 else "bgr24"
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format=format)))
        container.mux(stream.encode(None))
    return path


def joined(path: Path, *parts: Path) -> Path:
    """MPEG transport streams one after the other: a film whose size changes midway."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def write_song(path: Path, cover: Picture) -> Path:
    """A second of silence as MP3 with a cover picture (ID3v2.3, frame APIC)."""
    with av.open(str(path), "w", format="mp3") as container:
        sound = container.add_stream("libmp3lame", rate=44100)
        assert isinstance(sound, av.AudioStream)
        for number in range(38):
            silence = av.AudioFrame.from_ndarray(np.zeros((2, 1152), np.float32), format="fltp", layout="stereo")
            silence.rate, silence.pts = 44100, 1152 * number
            container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    picture = b"\0image/jpeg\0\x03\0" + to_jpeg(cover)
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\0\0" + size + frame + path.read_bytes())
    return path


def squeezed(picture: Picture, width: int, height: int) -> Picture:
    """The picture with other pixels: their shape changes, what they show does not."""
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
