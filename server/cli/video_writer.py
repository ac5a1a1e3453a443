"""Writes the kind of video that the ending of its name says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from server.errors import StartError

MILLISECONDS = Fraction(1, 1000)  # they keep the times of a file with an uneven rate
HUNDREDTHS = Fraction(1, 100)  # the times of a GIF


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a kind of file is written.

    Attributes:
        container: FFmpeg's name.
        codec: FFmpeg's name of the encoder.
        options: of the encoder.
        container_options: of the container.
        pix_fmt: of the encoded frames.
        time_base: seconds; the unit of the times.
        min_step: least time between two frames, in units of `time_base`; what comes sooner is left out or moved.
    """

    container: str
    codec: str
    options: dict[str, object]
    container_options: dict[str, str] = field(default_factory=dict)
    pix_fmt: str = "yuv420p"
    time_base: Fraction = MILLISECONDS
    min_step: int = 1


# x264's constant rate factor: 18 is visually lossless, 28 shows blocks.
_H264: dict[str, object] = {"preset": "veryfast", "crf": "22"}
_INDEX_FIRST = {"movflags": "+faststart"}
# VP9 at a fixed quality, as fast as it gets; about the size and quality of the H.264 above.
_VP9: dict[str, object] = {"crf": "32", "b": "0", "deadline": "realtime", "cpu-used": "7", "row-mt": "1"}
FORMATS = {
    ".mp4": FileFormat("mp4", "libx264", _H264, _INDEX_FIRST),
    ".m4v": FileFormat("mp4", "libx264", _H264, _INDEX_FIRST),
    ".mov": FileFormat("mov", "libx264", _H264, _INDEX_FIRST),
    ".mkv": FileFormat("matroska", "libx264", _H264),
    ".webm": FileFormat("webm", "libvpx-vp9", _VP9),
    # Browsers slow down a GIF of more than 50 frames a second, and 12 are enough for a file of this size.
    ".gif": FileFormat("gif", "gif", {}, {"loop": "0"}, "pal8", HUNDREDTHS, 8),
}
NAMES = f"names end in {', '.join(FORMATS)}"


def check_name(path: Path) -> None:
    """Raise StartError for a name whose ending promises what cannot be written."""
    if path.suffix.lower() not in FORMATS and not path.is_dir():
        raise StartError(f"-o {path}: the ending says which kind of video to write; {NAMES}")


class VideoWriter:
    """A video file to which frames are added; `close` completes it."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        """Open the file for frames of this size (even numbers). Raises StartError when it cannot be written."""
        self._format = format = FORMATS[path.suffix.lower()]
        try:
            # A file object, because PyAV takes only names that are valid UTF-8.
            self._file = path.open("wb")
            self._container = av.open(self._file, "w", format=format.container, options=format.container_options)
        except (av.FFmpegError, OSError) as error:
            raise StartError(f"-o {path}: cannot be written: {error.strerror or error}") from error
        stream = self._container.add_stream(format.codec, rate=Fraction(fps).limit_denominator(1001))
        if not isinstance(stream, av.VideoStream):
            raise TypeError(f"{format.codec} is no video codec")
        self._stream = stream
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = format.pix_fmt
        self._stream.options = format.options
        self._stream.codec_context.time_base = format.time_base
        self._palette = _palette_graph(size, format.time_base) if format.pix_fmt == "pal8" else None
        self._last_pts = -format.min_step

    def add(self, pixels: NDArray[np.uint8], time_s: float) -> None:
        """Add a frame; each is later than the one before by `min_step`. Raises OSError (a full disk)."""
        pts = round(time_s / self._format.time_base)
        if pts < self._last_pts + self._format.min_step:
            if self._format.min_step > 1:
                return
            pts = self._last_pts + 1
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
        self._last_pts = frame.pts = pts
        frame.time_base = self._format.time_base
        for ready in self._with_palette(frame) if self._palette else (frame,):
            self._container.mux(self._stream.encode(ready))

    def close(self) -> None:
        """Write the remaining frames and the index. Raises OSError."""
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            try:
                self._container.close()
            finally:
                self._file.close()

    def _with_palette(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        graph = self._palette
        if graph is None:
            return
        graph.push(frame)
        while True:
            try:
                ready = graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            if isinstance(ready, av.VideoFrame):
                yield ready


def _palette_graph(size: tuple[int, int], time_base: Fraction) -> "av.filter.Graph":
    """FFmpeg's filters that choose the best 256 colours of each frame."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat("bgr24"), time_base=time_base)
    copies, chosen = graph.add("split"), graph.add("palettegen", "stats_mode=single")
    drawn, sink = graph.add("paletteuse", "new=1:dither=bayer:bayer_scale=4"), graph.add("buffersink")
    source.link_to(copies)
    copies.link_to(drawn, 0, 0)
    copies.link_to(chosen, 1, 0)
    chosen.link_to(drawn, 0, 1)
    drawn.link_to(sink)
    graph.configure()
    return graph
