"""Videos and cameras as frames with their times: FFmpeg reads the files (PyAV), OpenCV the cameras."""

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

MIN_FPS, MAX_FPS = 1.0, 120.0  # outside of it a file's own word about its rate is not to be believed
USUAL_FPS = 30.0
# A file that ends this much before its header says, as a share of its length, broke off: sound may be a little longer.
BROKEN_OFF = 0.05


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame: seconds from the beginning, and uint8 [height, width, 3], blue, green, red."""

    at: float
    picture: NDArray[np.uint8]


class Source(Protocol):
    """Where frames come from."""

    duration: float | None  # seconds; None where nobody knows
    fps: float
    fault: str | None  # once it has ended: why too early, or None

    def frames(self) -> Iterator[Shot]:
        """The frames in their order; ends early at a fault."""

    def close(self) -> None:
        """Let go of the file or the camera."""


def open_source(name: str) -> Source:
    """A camera by its number, else a file. Raises StartError when it cannot be read, or has no video."""
    return Camera(int(name)) if name.isdigit() else File(Path(name))


class File:
    """A video file, upright as its own data says."""

    def __init__(self, path: Path) -> None:
        """Open it and find its video. Raises StartError."""
        if not path.is_file():
            raise StartError(f"{path}: {'this is a folder' if path.is_dir() else 'there is no such file'}")
        try:
            self._container = av.open(str(path), metadata_errors="ignore")
        except (av.FFmpegError, OSError) as error:
            words = error.strerror or str(error)
            raise StartError(f"{path}: cannot be read as a video: {words.lower()}; it may be damaged") from error
        if not self._container.streams.video:
            self._container.close()
            raise StartError(f"{path}: there is no video in it")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        length = self._stream.duration
        if length and self._stream.time_base:
            self.duration: float | None = float(length * self._stream.time_base)
        else:
            self.duration = self._container.duration / av.time_base if self._container.duration else None
        self.fps = _believable(float(self._stream.average_rate or 0))
        self.fault: str | None = None

    def frames(self) -> Iterator[Shot]:
        """The frames by their own times; those without one follow at the file's rate."""
        first: float | None = None
        at, count = 0.0, 0
        try:
            for frame in self._container.decode(self._stream):
                stamp = frame.time
                if stamp is not None:
                    first = stamp if first is None else first
                    at = max(at, stamp - first)
                yield Shot(at, _upright(frame))
                at += 1 / self.fps
                count += 1
        except (av.FFmpegError, OSError, ValueError) as error:
            self.fault = f"it breaks off after {at:.1f} s: {(getattr(error, 'strerror', None) or str(error)).lower()}"
            return
        # FFmpeg shortens the length of some files to what is there; their headers still count all frames.
        short = self.duration is not None and at < self.duration * (1 - BROKEN_OFF) - 2 / self.fps
        if short or count < self._stream.frames * (1 - BROKEN_OFF) - 2:
            self.fault = f"it breaks off after {at:.1f} s, before its end"

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()


def _upright(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A frame's pixels, turned as the file asks (in quarters, counter-clockwise), shrunk like a picture."""
    pixels = shrunk(frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False))
    quarters = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels


class Camera:
    """A camera of this machine. A frame in which nothing comes any more is its end."""

    def __init__(self, index: int) -> None:
        """Open it. Raises StartError."""
        level = cv2.utils.logging.getLogLevel()  # what its drivers complain of is said in one line below
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            self._capture = cv2.VideoCapture(index)
        finally:
            cv2.utils.logging.setLogLevel(level)
        if not self._capture.isOpened():
            raise StartError(f"there is no camera {index}, or another program uses it; cameras are numbered from 0")
        with contextlib.suppress(cv2.error):
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # fresh frames, where the driver can
        self.duration: float | None = None
        self.fps = _believable(self._capture.get(cv2.CAP_PROP_FPS))
        self.fault: str | None = None

    def frames(self) -> Iterator[Shot]:
        """The frames as they come."""
        began = time.monotonic()
        while True:
            good, picture = self._capture.read()
            if not good:
                self.fault = "the camera gives no more pictures"
                return
            yield Shot(time.monotonic() - began, shrunk(picture.astype(np.uint8, copy=False)))

    def close(self) -> None:
        """Let go of the camera."""
        self._capture.release()


def _believable(fps: float) -> float:
    return fps if MIN_FPS <= fps <= MAX_FPS else USUAL_FPS
