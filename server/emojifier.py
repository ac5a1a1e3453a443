"""Faces and expressions for Python programs: `from server import Emojifier`. It runs the same pipeline as the server.

docs/example.py and docs/python.md show how to use it.
"""

import threading
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Union

import cv2
import numpy as np
from numpy.typing import NDArray

from server.settings import ROOT
from server.vision.arrays import Grey
from server.vision.errors import FrameError
from server.vision.expression.manifest import load_manifest
from server.vision.images.picture import MAX_PIXELS, decode_picture_grey, shrunk
from server.vision.images.pillow import is_pillow_image, pixels_of_pillow
from server.vision.images.transparency import on_white
from server.vision.output_stage import OutputStage
from server.vision.pipeline import make_pipeline
from server.vision.state import State
from server.vision.types import Analysis, ExpressionSettings

if TYPE_CHECKING:
    from PIL.Image import Image

# A picture: uint8 [height, width] grey, [height, width, 3] in OpenCV's order blue, green, red, or [height, width, 4]
# with alpha; an image of Pillow; the content of a file (the kinds are in vision/images/kinds.py), an open file; a path.
Picture = Union[  # a string is no type, and Pillow need not be installed
    NDArray[np.uint8], "Image", bytes, bytearray, memoryview, BinaryIO, str, PathLike[str]
]
TAKEN = (
    "a path, bytes, bytearray, memoryview, an open binary file, an image of Pillow, or a numpy array uint8 "
    "[height, width], [height, width, 3] or [height, width, 4] in the order blue, green, red, alpha"
)


class Emojifier:
    """Finds faces and recognises their expressions.

    Thread-safe: threads may share one, and then take turns. To use several cores, make one for each thread (25 MB
    each). It does not change OpenCV's number of threads, which belongs to the whole process.
    """

    def __init__(
        self,
        model: str | PathLike[str] = ROOT / "model",
        detector: str = "blazeface",
        engine: str = "litert",
        settings: ExpressionSettings | None = None,
        output_stages: Sequence[OutputStage] = (),
    ) -> None:
        """Load the detector and the model.

        Args:
            model: folder of an exported model.
            detector: a name in server/vision/detectors/registry.py: `blazeface` or `haar`.
            engine: `litert`, or `keras`, which needs TensorFlow.
            settings: smoothing, margin, floor and expressiveness; by default those of the page.
            output_stages: further stages, which compute `Face.outputs`.

        Raises:
            ModelFilesError: a file is missing or damaged; the message says which and what to do.
            ValueError: there is no detector or engine of that name.
        """
        self._manifest = load_manifest(Path(model))
        self._pipeline = make_pipeline(detector, engine, self._manifest, MAX_PIXELS, output_stages)
        self._settings = settings or ExpressionSettings()
        self._lock = threading.Lock()

    @property
    def labels(self) -> tuple[str, ...]:
        """The expressions, in the order of a face's `scores`."""
        return self._manifest.labels

    def analyse(self, picture: Picture) -> Analysis:
        """The faces of one picture, the largest ten, largest first; boxes are fractions of its width and height.

        Args:
            picture: see `Picture`. A file or an image of Pillow is turned upright first, as its EXIF data says; an
                array is taken as it is. What is transparent is put on white.

        Raises:
            FrameError: it is not a picture, damaged or too large; `code` is for programs, `message` for people.
            OSError: the file cannot be read.
            TypeError: it is of none of these types.
            ValueError: the array has another type or shape.
        """
        return self._analyse(_grey(picture), 0.0, State.for_picture(self._settings))[0]

    def video(self) -> "Video":
        """Analyses pictures in sequence: each face gets an id that lasts, and a smoothed label."""
        return Video(self)

    def _analyse(self, grey: Grey, at: float, state: State) -> tuple[Analysis, State]:
        with self._lock:
            return self._pipeline.analyse_grey(grey, at, state)

    def _initial_state(self) -> State:
        return State.initial(self._settings)


class Video:
    """One video, whose faces are tracked. For one thread; several videos may share an Emojifier."""

    def __init__(self, emojifier: Emojifier) -> None:
        """Use `Emojifier.video()` instead."""
        self._emojifier, self._state = emojifier, emojifier._initial_state()

    def analyse(self, frame: Picture, at: float) -> Analysis:
        """The faces of the next frame.

        Args:
            frame: see `Picture`.
            at: when it was taken, seconds of any clock; the scores are smoothed over this time.

        Raises:
            FrameError, OSError, TypeError, ValueError: see `Emojifier.analyse`; the video continues with the next
                frame.
        """
        analysis, self._state = self._emojifier._analyse(_grey(frame), at, self._state)
        return analysis


def _grey(picture: Picture) -> Grey:
    if isinstance(picture, np.ndarray):
        return _grey_of_array(picture)
    if isinstance(picture, str | PathLike):
        return decode_picture_grey(Path(picture).read_bytes())
    if isinstance(picture, bytes | bytearray | memoryview):
        return decode_picture_grey(bytes(picture))
    if is_pillow_image(picture):
        return _grey_of_array(pixels_of_pillow(picture))
    read = getattr(picture, "read", None)
    data = read() if callable(read) else None
    if not isinstance(data, bytes):
        given = f"an open file that gives {type(data).__name__}" if callable(read) else type(picture).__name__
        raise TypeError(f"the picture is {given}; it must be {TAKEN}")
    return decode_picture_grey(data)


def _grey_of_array(pixels: NDArray[np.uint8]) -> Grey:
    channels = pixels.shape[2] if pixels.ndim == 3 else 0
    if pixels.dtype != np.uint8 or not (channels in (3, 4) or pixels.ndim == 2):
        raise ValueError(
            f"the picture is {pixels.dtype} {pixels.shape}; it must be uint8 [height, width], [height, width, 3] or "
            "[height, width, 4]"
        )
    if not pixels.size:
        raise FrameError("empty", "The picture has no pixels.")
    small = shrunk(on_white(pixels, colour=True) if channels == 4 else pixels)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False) if small.ndim == 3 else small
