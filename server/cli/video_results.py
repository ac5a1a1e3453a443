"""The results of a video: the drawn video, the CSV and the summary."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from server.cli.csv_writer import FaceCsvWriter
from server.cli.resources import Resources
from server.cli.video_address import is_address
from server.cli.video_source import TimedFrame
from server.cli.video_writer import VideoWriter, check_name
from server.errors import StartError
from server.render.canvas import Canvas
from server.render.emojis import NO_FACE
from server.render.panel import face_count, percent
from server.vision.types import Face


class VideoResults:
    """Takes the frames and their faces; `close` completes all files."""

    def __init__(self, options: argparse.Namespace, resources: Resources, fps: float) -> None:
        """Check and open the files before any work is done. Raises StartError where one cannot be written."""
        self.frames, self.duration = 0, 0.0
        self._analysed = 0
        self._labels: dict[str, float] = {}  # frames by label; the faces of a frame share it evenly
        self._tracks: set[int] = set()
        self._resources, self._fps, self._out = resources, fps, options.out
        self._faces: Sequence[Face] = ()
        self._canvas: Canvas | None = None
        self._video: VideoWriter | None = None
        for option, path in (("-o", options.out), ("--csv", options.csv)):
            _check(option, path, options.source)
        self._csv = FaceCsvWriter(options.csv, resources.labels, resources.is_taught) if options.csv else None

    def add_faces(self, number: int, frame: TimedFrame, faces: Sequence[Face]) -> None:
        """Add the faces of an analysed frame; frames are numbered from 1. Raises OSError."""
        self._faces = faces
        self._analysed += 1
        self._tracks.update(face.id for face in faces)
        for label in [face.label for face in faces] or [NO_FACE]:
            self._labels[label] = self._labels.get(label, 0) + 1 / max(1, len(faces))
        if self._csv:
            self._csv.add(frame.time_s, number, faces)

    def add_frame(self, frame: TimedFrame) -> None:
        """Add a frame to the drawn video, with the faces of the last analysed frame. Raises OSError."""
        self.frames += 1
        self.duration = max(self.duration, frame.time_s)
        if self._out is None:
            return
        height, width = frame.pixels.shape[:2]
        self._canvas = self._canvas or Canvas(width, height, self._resources.emojis, self._resources.labels)
        drawn = self._canvas.draw(frame.pixels, self._faces, frame.time_s)
        self._video = self._video or VideoWriter(self._out, self._canvas.size, self._fps)
        self._video.add(drawn, frame.time_s)

    def close(self) -> str | None:
        """Complete all files; returns what went wrong."""
        fault = None
        for writer in (self._video, self._csv):
            try:
                if writer:
                    writer.close()
            except OSError as error:
                fault = write_fault(error)
        return fault

    def shares(self) -> dict[str, float]:
        """Each label's share of the analysed frames, largest first, `no-face` included; they add up to 1."""
        by_frames = sorted(self._labels.items(), key=lambda item: -item[1])
        return {label: frames / self._analysed for label, frames in by_frames}

    def summary(self, source: str, elapsed: float | None) -> str:
        """A few lines for people; `elapsed` is the processing time in seconds, None for a camera."""
        speed = f", {self.duration / elapsed:.1f} times real time" if elapsed and self.duration else ""
        named = [(label.replace("-", " "), percent(share)) for label, share in self.shares().items()]
        shares = f": {', '.join(f'{label} {share}' for label, share in named)} of the time" if self._tracks else ""
        found = face_count(len(self._tracks))
        return f"{source}: {self.frames} frames, {self.duration:.1f} s{speed}\n  {found}{shares}"


def write_fault(error: OSError) -> str:
    """What to say when a result cannot be written."""
    return f"the results cannot be written: {error.strerror or error}"


def _check(option: str, path: Path | None, source: str) -> None:
    """Raise StartError unless the file can be written and is not the one that is read."""
    if path is None:
        return
    if is_address(str(path)):
        raise StartError(f"{option}: is an address; name a file")
    if option == "-o":
        check_name(path)
    if not is_address(source) and path.resolve() == Path(source).resolve():
        raise StartError(f"{option} {path}: would overwrite the video that is read; choose another file")
    if path.is_dir():
        raise StartError(f"{option} {path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise StartError(f"{option} {path}: there is no folder {path.parent}")
