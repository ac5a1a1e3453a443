"""Writes a video that every browser plays: H.264 in an MP4."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from server.errors import StartError

# Times are told in milliseconds: frames of a file with an uneven rate keep theirs.
TICK = Fraction(1, 1000)
# x264's constant quality: 18 cannot be told from the original, 28 shows blocks.
QUALITY = "22"


class Reel:
    """An MP4 file to which frames are added; `close` makes it whole, also after a Ctrl-C."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        """Open the file for frames of this size (even numbers). Raises StartError when it cannot be written."""
        try:
            self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        except (av.FFmpegError, OSError) as error:
            raise StartError(f"-o {path}: cannot be written: {error.strerror or error}") from error
        self._stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"preset": "veryfast", "crf": QUALITY}
        self._stream.codec_context.time_base = TICK
        self._last = -1

    def add(self, picture: NDArray[np.uint8], at: float) -> None:
        """Add a frame at `at` seconds; frames of one millisecond follow each other. Raises OSError (a full disk)."""
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        self._last = max(self._last + 1, round(at / TICK))
        frame.pts, frame.time_base = self._last, TICK
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what is still to come. Raises OSError."""
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()
