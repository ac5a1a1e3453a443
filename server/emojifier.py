"""Faces and expressions for programs: `from server import Emojifier`. No web, no wire; the same pipeline as the page's.

docs/example.py and docs/python.md show how to use it.
"""

import threading
from os import PathLike
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from server.settings.groups import ROOT
from server.vision.errors import FrameError
from server.vision.expression.manifest import load_manifest
from server.vision.images.picture import MAX_PIXELS, decode_picture_grey, shrunk
from server.vision.pipeline import make_pipeline
from server.vision.state import State
from server.vision.types import Analysis, ExpressionSettings, Grey

# A picture as a program may have it: uint8 [height, width] grey, or [height, width, 3] in OpenCV's order blue, green,
# red; the bytes of a JPEG, PNG or WebP file; or the path of one.
Picture = NDArray[np.uint8] | bytes | str | PathLike[str]


class Emojifier:
    """Finds faces and reads their expressions.

    Thread-safe: threads may share one, and then take turns. To use several cores make one for each thread (25 MB
    each).
    """

    def __init__(
        self,
        model: str | PathLike[str] = ROOT / "model",
        detector: str = "blazeface",
        engine: str = "litert",
        tuning: ExpressionSettings | None = None,
    ) -> None:
        """Load the detector and the model.

        Args:
            model: folder of an exported model.
            detector: `blazeface` or `haar`.
            engine: `litert`, or `keras`, which needs TensorFlow.
            tuning: smoothing, margin and floor, by default those of the page.

        Raises:
            ModelFilesError: a file is missing or damaged; the message says which and what to do.
            ValueError: there is no detector or engine of that name.
        """
        self._manifest = load_manifest(Path(model))
        self._pipeline = make_pipeline(detector, engine, self._manifest, MAX_PIXELS)
        self._tuning = tuning or ExpressionSettings()
        self._turn = threading.Lock()

    @property
    def labels(self) -> tuple[str, ...]:
        """The expressions, in the order of a face's `scores`."""
        return self._manifest.labels

    def analyse(self, picture: Picture) -> Analysis:
        """The faces of one picture, the largest ten, largest first; boxes are fractions of its width and height.

        Args:
            picture: see `Picture`. A file is turned upright first, as its EXIF data says; an array is taken as it is.

        Raises:
            FrameError: it is no picture, damaged or too large; `code` for programs, `message` for people.
            OSError: the file cannot be read.
            ValueError: an array of another type or shape.
        """
        return self._look(_grey(picture), 0.0, State.initial(self._tuning))[0]

    def video(self) -> "Video":
        """The faces of pictures that follow each other: with an id for each person, and settled labels."""
        return Video(self)

    def _look(self, grey: Grey, at: float, state: State) -> tuple[Analysis, State]:
        with self._turn:
            return self._pipeline.analyse_grey(grey, at, state)

    def _beginning(self) -> State:
        return State.initial(self._tuning)


class Video:
    """One video: remembers its faces. For one thread; several videos may share an Emojifier."""

    def __init__(self, emojifier: Emojifier) -> None:
        """Begin a video; `Emojifier.video()` does."""
        self._emojifier, self._state = emojifier, emojifier._beginning()

    def analyse(self, frame: Picture, at: float) -> Analysis:
        """The faces of the next frame.

        Args:
            frame: see `Picture`.
            at: when it was taken, seconds of any clock that goes forward: by it the scores are smoothed.

        Raises:
            FrameError, OSError, ValueError: see `Emojifier.analyse`; the video can go on with the next frame.
        """
        analysis, self._state = self._emojifier._look(_grey(frame), at, self._state)
        return analysis


def _grey(picture: Picture) -> Grey:
    if isinstance(picture, np.ndarray):
        return _grey_of_array(picture)
    data = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
    return decode_picture_grey(data)


def _grey_of_array(pixels: NDArray[np.uint8]) -> Grey:
    colour = pixels.ndim == 3 and pixels.shape[2] == 3
    if pixels.dtype != np.uint8 or not (colour or pixels.ndim == 2):
        raise ValueError(
            f"a picture must be uint8 [height, width] or [height, width, 3], this is {pixels.dtype} {pixels.shape}"
        )
    if not pixels.size:
        raise FrameError("empty", "The picture has no pixels.")
    small = shrunk(pixels)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False) if colour else small
