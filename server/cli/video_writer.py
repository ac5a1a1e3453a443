"""Writes H.264 in an MP4, which every browser plays."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from server.errors import StartError

TIME_BASE = Fraction(1, 1000)  # seconds; milliseconds keep the times of a file with an uneven rate
CRF = "22"  # x264's constant rate factor: 18 is visually lossless, 28 shows blocks


class VideoWriter:
    """An MP4 file to which frames are added; `close` completes it."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        """Open the file for frames of this size (even numbers). Raises StartError when it cannot be written."""
        try:
            self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        except (av.FFmpegError, OSError) as error:
            raise StartError(f"-o {path}: cannot be written: {error.strerror or error}") from error
        self._stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"preset": "veryfast", "crf": CRF}
        self._stream.codec_context.time_base = TIME_BASE
        self._last_pts = -1

    def add(self, pixels: NDArray[np.uint8], time_s: float) -> None:
        """Add a frame; each is at least 1 ms later than the one before. Raises OSError (a full disk)."""
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
        self._last_pts = max(self._last_pts + 1, round(time_s / TIME_BASE))
        frame.pts, frame.time_base = self._last_pts, TIME_BASE
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write the remaining frames and the index. Raises OSError."""
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()
