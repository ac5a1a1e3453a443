"""What a video is made into: the drawn video, the table, the plot and the summary."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2

from server.cli.common import Tools
from server.cli.csv_table import Table
from server.cli.input_files import Output
from server.cli.video_source import Shot
from server.cli.video_writer import Reel
from server.cli.view import View
from server.errors import StartError
from server.render.history import History
from server.render.panel import percent
from server.render.plot import draw_plot
from server.render.stage import Stage
from server.vision.types import Face


class Results:
    """Takes the frames and their faces; `close` makes all files whole."""

    def __init__(self, options: argparse.Namespace, tools: Tools, fps: float) -> None:
        """Open what was asked for, before any work is done. Raises StartError where it cannot be written."""
        self.frames = 0
        self.history = History(tools.labels)
        self._tools, self._fps, self._out, self._plot = tools, fps, options.out, options.plot
        self._faces: Sequence[Face] = ()
        self._stage: Stage | None = None
        self._reel: Reel | None = None
        for option, path in (("-o", options.out), ("--csv", options.csv), ("--plot", options.plot)):
            _check(option, path, options.source)
        self._table = Table(options.csv, tools.labels) if options.csv else None

    def found(self, number: int, shot: Shot, faces: Sequence[Face]) -> None:
        """The faces of a frame that was looked at; numbers count from 1."""
        self._faces = faces
        self.history.add(shot.at, faces)
        if self._table:
            self._table.add(shot.at, number, faces)

    def draw(self, shot: Shot, view: View | None) -> None:
        """Draw a frame with the faces found last, for the file and for the view."""
        self.frames += 1
        self.history.end = max(self.history.end, shot.at)
        if self._out is None and view is None:
            return
        height, width = shot.picture.shape[:2]
        self._stage = self._stage or Stage(width, height, self._tools.emojis, self._tools.labels)
        drawn = self._stage.draw(shot.picture, self._faces, shot.at)
        if self._out is not None:
            self._reel = self._reel or Reel(self._out, self._stage.size, self._fps)
            self._reel.add(drawn, shot.at)
        if view:
            view.show(drawn)

    def close(self) -> str | None:
        """Finish all files; returns what went wrong."""
        fault = None
        for part in (self._reel, self._table):
            try:
                if part:
                    part.close()
            except OSError as error:
                fault = f"the results cannot be written: {error.strerror or error}"
        try:
            if self._plot and self.frames:
                picture = draw_plot(self.history, self._tools.emojis)
                Output(self._plot).write(cv2.imencode(Output(self._plot).ending, picture)[1].tobytes())
        except OSError as error:
            fault = f"--plot {self._plot}: cannot be written: {error.strerror or error}"
        return fault

    def summary(self, source: str, elapsed: float | None) -> str:
        """A few lines for people; `elapsed` in seconds, None where the speed was not ours to choose."""
        seconds, faces = self.history.end, len(self.history.tracks)
        speed = f", {seconds / elapsed:.1f} times as fast as it was filmed" if elapsed and seconds else ""
        lines = [f"{source}: {self.frames} frames, {seconds:.1f} s{speed}"]
        shares = ", ".join(f"{label} {percent(share)}" for label, share in self.history.shares().items())
        count = "no face" if not faces else "1 face" if faces == 1 else f"{faces} faces"
        lines.append(f"  {count}" + (f": {shares} of the time" if shares else ""))
        return "\n".join(lines)


def _check(option: str, path: Path | None, source: str) -> None:
    """That a file can be written here, and is not the one that is read."""
    if path is None:
        return
    if path.resolve() == Path(source).resolve():
        raise StartError(f"{option} {path}: would overwrite the video that is read; choose another place")
    if path.is_dir():
        raise StartError(f"{option} {path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise StartError(f"{option} {path}: there is no folder {path.parent}")
