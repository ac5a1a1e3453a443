"""Frames with their times from video files (FFmpeg, by PyAV) and cameras (OpenCV)."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from server.errors import StartError
from server.vision.images.picture import shrunk

# A rate outside of these bounds is a mistake of the file or the driver; DEFAULT_FPS is taken instead.
MIN_FPS, MAX_FPS = 1.0, 120.0
DEFAULT_FPS = 30.0
# A video that is shorter than its header says by more than this share is incomplete; sound may be a little longer.
MAX_MISSING = 0.05


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """One frame: seconds from the beginning, and uint8 [height, width, 3], blue, green, red."""

    time_s: float
    pixels: NDArray[np.uint8]


class FrameSource(Protocol):
    """A video file or a camera."""

    duration: float | None  # seconds; None if unknown
    fps: float
    fault: str | None  # set at the end: why it ended early, or None

    def frames(self) -> Iterator[TimedFrame]:
        """Yield the frames in order; ends early at a fault."""

    def close(self) -> None:
        """Release the file or the camera."""


def open_source(name: str) -> FrameSource:
    """Open a camera by its number, else a file. Raises StartError when it cannot be read or has no video stream."""
    return Camera(int(name)) if name.isdigit() else VideoFile(Path(name))


class VideoFile:
    """A video file, rotated as its metadata says."""

    def __init__(self, path: Path) -> None:
        """Open the file and find its video stream. Raises StartError."""
        if not path.is_file():
            raise StartError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; name a video file")
        try:
            self._container = av.open(str(path), metadata_errors="ignore")
        except (av.FFmpegError, OSError) as error:
            reason = error.strerror or str(error)
            raise StartError(f"{path}: cannot be read as a video: {reason.lower()}; it may be damaged") from error
        if not self._container.streams.video:
            self._container.close()
            raise StartError(f"{path}: contains no video stream")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        length = self._stream.duration
        if length and self._stream.time_base:
            self.duration: float | None = float(length * self._stream.time_base)
        else:
            self.duration = self._container.duration / av.time_base if self._container.duration else None
        self.fps = _plausible(float(self._stream.average_rate or 0))
        self.fault: str | None = None

    def frames(self) -> Iterator[TimedFrame]:
        """Yield the frames with their own times; frames without one follow at the file's rate."""
        first: float | None = None
        time_s, count = 0.0, 0
        try:
            for frame in self._container.decode(self._stream):
                stamp = frame.time
                if stamp is not None:
                    first = stamp if first is None else first
                    time_s = max(time_s, stamp - first)
                yield TimedFrame(time_s, _upright(frame))
                time_s += 1 / self.fps
                count += 1
        except (av.FFmpegError, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.fault = f"the video breaks off after {time_s:.1f} s: {reason.lower()}"
            return
        # FFmpeg shortens the duration of some incomplete files; the number of frames in their headers stays.
        short = self.duration is not None and time_s < self.duration * (1 - MAX_MISSING) - 2 / self.fps
        if short or count < self._stream.frames * (1 - MAX_MISSING) - 2:
            self.fault = f"the video breaks off after {time_s:.1f} s, before its end"

    def close(self) -> None:
        """Release the file."""
        self._container.close()


def _upright(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A frame's pixels, shrunk like a picture, and rotated as the file says (quarters, counter-clockwise)."""
    pixels = shrunk(frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False))
    quarters = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels


class Camera:
    """A camera of this machine. It ends when it delivers no frame."""

    def __init__(self, index: int) -> None:
        """Open the camera. Raises StartError."""
        level = cv2.utils.logging.getLogLevel()  # one line below replaces the warnings of the drivers
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            self._capture = cv2.VideoCapture(index)
        finally:
            cv2.utils.logging.setLogLevel(level)
        if not self._capture.isOpened():
            raise StartError(f"there is no camera {index}, or another program uses it; the first camera is 0")
        with contextlib.suppress(cv2.error):
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # no stale frames, where the driver supports it
        self.duration: float | None = None
        self.fps = _plausible(self._capture.get(cv2.CAP_PROP_FPS))
        self.fault: str | None = None

    def frames(self) -> Iterator[TimedFrame]:
        """Yield the frames as they arrive."""
        began = time.monotonic()
        while True:
            good, pixels = self._capture.read()
            if not good:
                self.fault = "the camera delivers no more frames"
                return
            yield TimedFrame(time.monotonic() - began, shrunk(pixels.astype(np.uint8, copy=False)))

    def close(self) -> None:
        """Release the camera."""
        self._capture.release()


def _plausible(fps: float) -> float:
    return fps if MIN_FPS <= fps <= MAX_FPS else DEFAULT_FPS
