"""What several kinds of tests share: the data folder, photographs and a running server."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings

from tests.support import ROOT
from tests.support.pictures import astronaut_frame, to_jpeg
from tests.support.running_server import RunningServer

# The time of one example depends on the machine, not on the code.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder with FER2013 and FER+; tests that need it skip where it is missing."""
    folder = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "fer2013.zip").exists():
        pytest.skip(f"no fer2013.zip in {folder}; set EMOJIFY_DATA to the folder that has it")
    return folder


@pytest.fixture(scope="session")
def smiling() -> npt.NDArray[np.uint8]:
    """A real photograph, uint8 [480, 640, 3] BGR: Eileen Collins smiles (NASA, public domain)."""
    return astronaut_frame()


@pytest.fixture(scope="session")
def empty_room() -> npt.NDArray[np.uint8]:
    """A picture without a face, uint8 [480, 640, 3] BGR: a wall, a floor and a window."""
    room = np.full((480, 640, 3), (190, 200, 205), np.uint8)
    room[330:] = (90, 120, 150)
    cv2.rectangle(room, (380, 60), (560, 230), (240, 225, 200), -1)
    cv2.rectangle(room, (380, 60), (560, 230), (120, 110, 105), 6)
    return cv2.GaussianBlur(room, (0, 0), 2).astype(np.uint8)


@pytest.fixture(scope="session")
def smiling_jpeg(smiling: npt.NDArray[np.uint8]) -> bytes:
    """The photograph as one frame of the wire."""
    return to_jpeg(smiling)


@pytest.fixture(scope="session")
def empty_jpeg(empty_room: npt.NDArray[np.uint8]) -> bytes:
    """The empty room as one frame of the wire."""
    return to_jpeg(empty_room)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """Starts real servers, each a process of its own on a free port; all are ended after the test."""
    running: list[RunningServer] = []

    def start(*options: str, **how: Any) -> RunningServer:
        running.append(RunningServer(*options, **how))
        return running[-1]

    yield start
    for server in running:
        server.end()


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """One real server with the default settings, for the tests that leave it as it was."""
    running = RunningServer()
    yield running
    running.end()
