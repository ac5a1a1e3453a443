"""`python -m server video`: faces and expressions in a video file or from a camera."""

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from server.cli.resources import add_resource_options, load_resources
from server.cli.video_address import shown
from server.cli.video_file import open_source
from server.cli.video_results import VideoResults, write_fault
from server.cli.video_source import FrameSource
from server.cli.video_writer import NAMES
from server.emojifier import Video
from server.errors import StartError
from server.vision.errors import ModelFilesError

USAGE = "python -m server video [OPTION ...] SOURCE"
DESCRIPTION = """Find faces and their expressions in a video file, a stream or from a camera, frame by frame.

A source is a file of any kind that FFmpeg reads, the number of a camera (the first is 0) or its path (/dev/video0), or
an address: rtsp://user:password@camera/stream, http://host/film.mp4. Of an address only the host is ever printed. If a
live stream is faster than the analysis, --every 3 keeps up with it.

Ctrl-C ends it; the files written until then are complete. Exit codes: 0 the video was read to its end (a camera or a
live stream: until Ctrl-C); 1 the video is damaged, a live stream ended or a result could not be written (the output up
to that point is kept); 2 could not start, or no frame could be read; 130 interrupted by Ctrl-C while reading a file.
"""

# Seconds of the video done, of how many, and how fast: `50% |#####     | 6.0/12.0 s [00:02<00:02, 3.0 s/s]`.
BAR_FORMAT = "{percentage:3.0f}% |{bar:24}| {n:.1f}/{total:.1f} s [{elapsed}<{remaining}, {rate_noinv_fmt}]"
BAR_FORMAT_OF_CAMERA = "{n:.1f} s [{elapsed}]"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    parser.add_argument("source", metavar="SOURCE", help="Video file, address, or number or path of a camera.")
    written = f"Write the video with boxes and emoji; {NAMES}."
    parser.add_argument("-o", dest="out", type=Path, metavar="OUT.mp4", help=written)
    parser.add_argument("--csv", type=Path, metavar="OUT.csv", help="Write a row for each face of each frame.")
    parser.add_argument("--every", type=_count, default=1, metavar="N", help="Analyse every Nth frame. (default: 1)")
    add_resource_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read the video; returns the exit code, see DESCRIPTION."""
    stop = StopSignal()
    try:
        source = open_source(options.source)
        try:
            return _read(source, options, stop)
        finally:
            source.close()
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


class StopSignal:
    """Ctrl-C or SIGTERM as a flag, so that the current frame is finished and the files are closed."""

    def __init__(self) -> None:
        """Handle both signals; a second Ctrl-C interrupts at once."""
        self.received = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.received = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _read(source: FrameSource, options: argparse.Namespace, stop: StopSignal) -> int:
    resources = load_resources(options)
    results = VideoResults(options, resources, source.fps)
    began = time.monotonic()
    fault: str | None = None
    try:
        _process(source, options.every, resources.emojifier.video(), results, stop)
    except OSError as error:
        fault = write_fault(error)
    finally:
        fault = results.close() or fault
    fault = fault or (None if stop.received else source.fault)
    if not results.frames:
        fault = fault or "no frame could be read"
    if fault:
        print(f"error: {shown(options.source)}: {fault}", file=sys.stderr)
    if not results.frames:
        return 2
    live = source.live
    print(results.summary(shown(options.source), None if live else time.monotonic() - began), flush=True)
    if fault:
        return 1
    return 130 if stop.received and not live else 0


def _process(source: FrameSource, every: int, video: Video, results: VideoResults, stop: StopSignal) -> None:
    with progress_bar(source.duration) as bar:
        for number, frame in enumerate(source.frames()):
            if stop.received:
                return
            if number % every == 0:
                results.add_faces(number + 1, frame, video.analyse(frame.pixels, frame.time_s).faces)
            results.add_frame(frame)
            bar.update(min(frame.time_s, source.duration or frame.time_s) - bar.n)


def progress_bar(duration: float | None) -> tqdm:
    """A bar in a terminal, nothing where standard error is a file."""
    bar_format = BAR_FORMAT if duration else BAR_FORMAT_OF_CAMERA
    return tqdm(total=duration, bar_format=bar_format, unit=" s", leave=False, disable=None)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be 1 or more")
    return int(text)
