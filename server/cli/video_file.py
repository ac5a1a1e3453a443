"""Frames with their times from video files and streams of a network (FFmpeg, by PyAV)."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from server.cli.frame_pixels import displayed
from server.cli.video_address import check_address, is_address, shown
from server.cli.video_source import Camera, FrameSource, TimedFrame, is_camera, plausible_fps
from server.errors import StartError

# A video that is shorter than its header says by more than this share is incomplete; sound may be a little longer.
MAX_MISSING = 0.05
# Seconds in which a stream must open, and in which its next frame must come. A camera wakes up within some seconds.
OPEN_TIMEOUT_S, READ_TIMEOUT_S = 15.0, 10.0
# FFmpeg's own decoders drop the transparency of a WebM.
DECODERS_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
# RTSP over TCP passes firewalls and loses no packets; FFmpeg would begin with UDP.
STREAM_OPTIONS = {"rtsp_transport": "tcp"}


def open_source(name: str) -> FrameSource:
    """Open a camera, a stream or a file. Raises StartError when it cannot be read or has no video stream."""
    if is_address(name):
        return open_stream(name)
    return Camera(name) if is_camera(name) else open_file(Path(name))


def open_file(path: Path) -> "Film":
    """Open a video file. Raises StartError."""
    if not path.is_file():
        raise StartError(f"{shown(str(path))}: {'is a folder' if path.is_dir() else 'no such file'}; name a video file")
    with contextlib.ExitStack() as opened:
        try:
            # A file object, because PyAV takes only names that are valid UTF-8. Absolute, because FFmpeg would take the
            # beginning of `2026-11-26T12:14:35.mp4` for a protocol.
            file = str(path.absolute()) if _is_utf_8(path) else opened.enter_context(path.open("rb"))
            container = opened.enter_context(av.open(file, "r", metadata_errors="ignore"))
        except (av.FFmpegError, OSError) as error:
            reason = error.strerror or str(error)
            raise StartError(f"{path}: cannot be read as a video: {reason.lower()}; it may be damaged") from error
        film = Film(container, str(path), live=False)
        film.opened = opened.pop_all()
    return film


def open_stream(address: str) -> "Film":
    """Open a stream or a file of a network. Raises StartError, which does not contain the credentials."""
    check_address(address)
    options = STREAM_OPTIONS if address.lower().startswith("rtsp") else {}
    try:
        container = av.open(
            address, options=options, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S), metadata_errors="ignore"
        )
    except (av.FFmpegError, OSError, ValueError) as error:  # its text has the address, its strerror has not
        reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
        advice = "check the address, user and password, and that the camera is on"
        raise StartError(f"{shown(address)}: cannot be opened: {reason}; {advice}") from None
    with contextlib.ExitStack() as opened:
        opened.enter_context(container)
        film = Film(container, shown(address), live=container.duration is None)
        film.opened = opened.pop_all()
    return film


class Film:
    """The video stream of a file or an address."""

    def __init__(self, container: InputContainer, name: str, live: bool) -> None:
        """Find the video stream. The cover of a piece of music is none. Raises StartError."""
        self._container, self.live = container, live
        self.opened = contextlib.ExitStack()  # what to close
        covers = Disposition.attached_pic | Disposition.timed_thumbnails
        films = [stream for stream in container.streams.video if not stream.disposition & covers]
        if not films:
            cover = "only sound and a cover picture, " if container.streams.video else ""
            raise StartError(f"{name}: contains {cover}no video stream")
        self._stream = films[0]
        self._stream.thread_type = "AUTO"
        length = self._stream.duration
        self.duration: float | None = None
        if length and self._stream.time_base:
            self.duration = float(length * self._stream.time_base)
        elif container.duration:
            self.duration = container.duration / av.time_base
        self.fps = plausible_fps(float(self._stream.average_rate or 0))
        self.fault: str | None = None

    def frames(self) -> Iterator[TimedFrame]:
        """Yield the frames with their own times, or those of a live stream with the times at which they arrive.

        Frames without a time follow at the file's rate.
        """
        first: float | None = None
        time_s, count, began = 0.0, 0, time.monotonic()
        try:
            for frame in self._decoded():
                stamp = time.monotonic() - began if self.live else frame.time
                if stamp is not None:
                    first = stamp if first is None else first
                    time_s = max(time_s, stamp - first)
                yield TimedFrame(time_s, displayed(frame, self._stream.sample_aspect_ratio))
                time_s += 1 / self.fps
                count += 1
        except (av.FFmpegError, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            what = "stream ended" if self.live else "video breaks off"
            self.fault = f"the {what} after {time_s:.1f} s: {reason.lower()}"
            return
        if self.live:
            self.fault = f"the stream ended after {time_s:.1f} s"
            return
        # FFmpeg shortens the duration of some incomplete files; the number of frames in their headers stays.
        short = self.duration is not None and time_s < self.duration * (1 - MAX_MISSING) - 2 / self.fps
        if short or count < self._stream.frames * (1 - MAX_MISSING) - 2:
            self.fault = f"the video breaks off after {time_s:.1f} s, before its end"

    def _decoded(self) -> Iterator[av.VideoFrame]:
        name = DECODERS_WITH_ALPHA.get(self._stream.codec_context.name)
        if name is None or self._stream.metadata.get("alpha_mode") != "1":
            yield from self._container.decode(self._stream)
            return
        decoder = av.CodecContext.create(name, "r")
        if not isinstance(decoder, av.VideoCodecContext):
            raise TypeError(f"{name} is no video codec")
        for packet in self._container.demux(self._stream):
            yield from decoder.decode(packet)

    def close(self) -> None:
        """Release the file or the connection."""
        self.opened.close()


def _is_utf_8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
