"""OpenCV's number of threads is a setting of the whole process: only the server changes it, in its own."""

from collections.abc import Iterator

import cv2
import pytest

from server import Emojifier
from server.cli.serve import analyser_factory
from server.settings import ROOT, load_settings
from server.vision.expression.manifest import load_manifest


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    yield
    cv2.setNumThreads(before)


def test_an_emojifier_leaves_it_as_the_program_set_it() -> None:
    Emojifier().analyse(ROOT / "web" / "static" / "samples" / "astronaut.jpg")
    assert cv2.getNumThreads() == 2


def test_the_server_takes_one_thread() -> None:
    analyser_factory(load_settings({}, {}), load_manifest(ROOT / "model"))
    assert cv2.getNumThreads() == 1
