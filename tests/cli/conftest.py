"""Fixtures for the tests of the commands, which run them as a user does."""

import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from tests.support import ROOT
from tests.support.running_server import TIMEOUT

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment() -> dict[str, str]:
    """The environment without settings of Emojify."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EMOJIFY_")}


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs `python -m server ARGUMENTS` to its end, with further environment variables."""

    def start(*arguments: str | Path, **variables: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "server", *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=environment() | variables, capture_output=True, text=True, errors="backslashreplace",
            timeout=4 * TIMEOUT, check=False,
        )  # fmt: skip

    return start


def write_clip(
    path: Path, pictures: list[npt.NDArray[np.uint8]], seconds: float, codec: str = "libx264"
) -> Path:
    """A clip of 20 frames a second that shows each picture (uint8 [480, 640, 3], BGR) for some seconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(20))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = 640, 480
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for picture in pictures:
            for _ in range(round(20 * seconds)):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def clip(
    tmp_path_factory: pytest.TempPathFactory, smiling: npt.NDArray[np.uint8], empty_room: npt.NDArray[np.uint8]
) -> Path:
    """Two seconds of a smile, then one of an empty room, at 20 frames a second."""
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", [smiling, smiling, empty_room], 1)
