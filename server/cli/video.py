"""`python -m server video`: faces and expressions in a video file or of a camera."""

import argparse
import signal
import sys
import time
import webbrowser
from pathlib import Path
from types import FrameType

from server.cli.common import add_tool_options, make_tools
from server.cli.progress import Progress
from server.cli.reports import Results
from server.cli.video_source import Camera, Source, open_source
from server.cli.view import View
from server.errors import StartError
from server.vision.errors import ModelFilesError

DESCRIPTION = """Find faces and their expressions in a video file or of a camera, frame by frame.

Ctrl-C ends it; the files written until then are complete. Exit codes: 0 the video was read to its end (a camera: until
Ctrl-C); 1 the video is damaged or a result could not be written, what came before is kept; 2 nothing could be done;
130 Ctrl-C ended the reading of a file.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    parser.add_argument("source", metavar="SOURCE", help="a video file, or the number of a camera: 0 is the first")
    parser.add_argument("-o", dest="out", type=Path, metavar="OUT.mp4", help="write the video with boxes and emoji")
    parser.add_argument("--csv", type=Path, metavar="OUT.csv", help="write a row for each face of each frame")
    parser.add_argument("--plot", type=Path, metavar="OUT.png", help="draw the expressions over time")
    parser.add_argument("--every", type=_count, default=1, metavar="N", help="look at every Nth frame only (default 1)")
    parser.add_argument("--view", action="store_true", help="show it live in the browser of this machine")
    add_tool_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read the video; see the module for the exit codes."""
    stop = Stop()
    try:
        source = open_source(options.source)
        try:
            return _read(source, options, stop)
        finally:
            source.close()
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


class Stop:
    """Ctrl-C and a polite kill, as a flag: the frame in hand is finished, the files are closed."""

    def __init__(self) -> None:
        """Take over both signals; a second Ctrl-C interrupts at once."""
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _read(source: Source, options: argparse.Namespace, stop: Stop) -> int:
    tools = make_tools(options)
    results = Results(options, tools, source.fps)
    view = _open_view(stop) if options.view else None
    progress = Progress(source.duration)
    fault: str | None = None
    try:
        video = tools.emojifier.video()
        for number, shot in enumerate(source.frames()):
            if stop.asked:
                break
            if number % options.every == 0:
                results.found(number + 1, shot, video.analyse(shot.picture, shot.at).faces)
            results.draw(shot, view)
            progress.show(shot.at)
            if view and not isinstance(source, Camera):
                time.sleep(max(0.0, shot.at - progress.elapsed))  # as fast as it was filmed, not as fast as we can
    except OSError as error:
        fault = f"the results cannot be written: {error.strerror or error}"
    finally:
        progress.clear()
        if view:
            view.close()
        fault = results.close() or fault
    return _report(source, options, results, progress, stop, fault or (None if stop.asked else source.fault))


def _report(
    source: Source, options: argparse.Namespace, results: Results, progress: Progress, stop: Stop, fault: str | None
) -> int:
    if fault:
        print(f"error: {options.source}: {fault}", file=sys.stderr)
    if not results.frames:
        if not fault:
            print(f"error: {options.source}: it has no frame that could be read", file=sys.stderr)
        return 2
    live = isinstance(source, Camera)
    print(results.summary(options.source, None if live or options.view else progress.elapsed), flush=True)
    if fault:
        return 1
    return 130 if stop.asked and not live else 0


def _open_view(stop: Stop) -> View:
    """A view that somebody looks at."""
    view = View()
    print(f"The video is shown at {view.url} (Ctrl-C ends it)", flush=True)
    webbrowser.open(view.url)
    while not (view.watched.wait(0.1) or stop.asked):
        pass
    return view


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be 1 or more")
    return int(text)
