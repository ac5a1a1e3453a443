"""Frames with their times from cameras (OpenCV), and what a source of frames is."""

import contextlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from server.errors import StartError
from server.vision.images.picture import shrunk

# A rate outside of these bounds is a mistake of the file or the driver; DEFAULT_FPS is taken instead.
MIN_FPS, MAX_FPS = 1.0, 120.0
DEFAULT_FPS = 30.0
# The path of a camera on Linux; links such as those in /dev/v4l/by-id/ lead to one.
_DEVICE = re.compile(r"/dev/video(\d+)")


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """One frame: seconds from the beginning, and uint8 [height, width, 3], blue, green, red."""

    time_s: float
    pixels: NDArray[np.uint8]


class FrameSource(Protocol):
    """A video file, a stream or a camera."""

    live: bool  # it has no end of its own
    duration: float | None  # seconds; None if unknown
    fps: float
    fault: str | None  # set at the end: why it ended early, or None

    def frames(self) -> Iterator[TimedFrame]:
        """Yield the frames in order; ends early at a fault."""

    def close(self) -> None:
        """Release the file or the camera."""


def is_camera(name: str) -> bool:
    """Whether a source is a camera of this machine: a number, or the path of a device."""
    return name.isdigit() or bool(_DEVICE.fullmatch(name)) or Path(name).is_char_device()


class Camera:
    """A camera of this machine. It ends when it delivers no frame."""

    live = True

    def __init__(self, name: str) -> None:
        """Open the camera by its number or its path. Raises StartError."""
        device = _DEVICE.fullmatch(str(Path(name).resolve()))
        if device and Path(name).exists() and not os.access(name, os.R_OK | os.W_OK):
            raise StartError(f"no permission for {name}; add yourself to the group of that file, often `video`")
        if not device and not name.isdigit():
            raise StartError(f"{name}: is no camera; name its number, or a path such as /dev/video0")
        index = int(device[1] if device else name)
        level = cv2.utils.logging.getLogLevel()  # one line below replaces the warnings of the drivers
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            self._capture = cv2.VideoCapture(index)
        finally:
            cv2.utils.logging.setLogLevel(level)
        if not self._capture.isOpened():
            raise StartError(f"there is no camera {name}, or another program uses it; the first camera is 0")
        with contextlib.suppress(cv2.error):
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # no stale frames, where the driver supports it
        self.duration: float | None = None
        self.fps = plausible_fps(self._capture.get(cv2.CAP_PROP_FPS))
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


def plausible_fps(fps: float) -> float:
    """A frame rate, or DEFAULT_FPS for one that cannot be."""
    return fps if MIN_FPS <= fps <= MAX_FPS else DEFAULT_FPS
