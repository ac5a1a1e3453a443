"""The summary of a video: shares of the whole film, faces and speed."""

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from server.cli.resources import Resources
from server.cli.video_results import VideoResults
from server.cli.video_source import TimedFrame
from server.errors import StartError
from server.vision.types import Face


def results(out: Path | None = None, csv: Path | None = None, source: str = "film.mp4") -> VideoResults:
    options = argparse.Namespace(out=out, csv=csv, source=source)
    return VideoResults(options, cast(Resources, SimpleNamespace(labels=("happy", "sad"))), 10.0)


def add(video: VideoResults, *frames: list[tuple[int, str]]) -> None:
    """Add frames of 0.1 s, each with the track and label of its faces."""
    for number, faces in enumerate(frames, 1):
        frame = TimedFrame(0.1 * number, np.zeros((2, 2, 3), np.uint8))
        found: Any = [SimpleNamespace(id=track, label=label) for track, label in faces]
        video.add_faces(number, frame, cast(list[Face], found))
        video.add_frame(frame)


def test_shares_are_of_the_whole_film() -> None:
    video = results()
    add(video, [(1, "happy")], [], [], [])
    assert video.shares() == {"no-face": 0.75, "happy": 0.25}
    assert video.summary("film.mp4", 0.2) == (
        "film.mp4: 4 frames, 0.4 s, 2.0 times real time\n  1 face: no face 75 %, happy 25 % of the time"
    )


def test_the_faces_of_a_frame_share_its_time() -> None:
    video = results()
    add(video, [(1, "happy"), (2, "sad")], [(1, "happy")])
    assert video.shares() == {"happy": 0.75, "sad": 0.25}
    assert "2 faces: happy 75 %, sad 25 % of the time" in video.summary("film.mp4", None)


def test_a_film_without_faces_has_no_shares_in_its_summary() -> None:
    video = results()
    add(video, [], [])
    assert video.summary("film.mp4", None) == "film.mp4: 2 frames, 0.2 s\n  no face"


@pytest.mark.parametrize("name", ["film.mp4", "nowhere/out.mp4", "."])
def test_a_file_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(StartError, match=r"would overwrite|no folder|is a folder"):
        results(out=tmp_path / name, source=str(tmp_path / "film.mp4"))
