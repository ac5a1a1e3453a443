"""Faces and expressions for Python programs: `from server import Emojifier`. It runs the same pipeline as the server.

docs/example.py and docs/python.md show how to use it.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Union

import cv2
import numpy as np
from numpy.typing import NDArray

from server.settings import ROOT
from server.vision.arrays import Grey
from server.vision.errors import FrameError
from server.vision.expression.example import pack
from server.vision.expression.example_format import ExampleError
from server.vision.expression.faces_file import TaughtExpression, read_faces, write_faces
from server.vision.expression.hold import Hold
from server.vision.expression.manifest import load_manifest
from server.vision.expression.measure import example_of
from server.vision.expression.taught_examples import TaughtExamples, label_problem
from server.vision.images.picture import MAX_PIXELS, decode_picture_grey, shrunk
from server.vision.images.pillow import is_pillow_image, pixels_of_pillow
from server.vision.images.transparency import on_white
from server.vision.motion.availability import check_motion
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
_FAILURES = {
    "no_face": "There is no face in the picture; use one that shows one face.",
    "several": "There are several faces in the picture; cut it so that it shows one.",
    "turned": "The face is turned; use a picture in which it looks into the camera.",
    "blurred": "The face is blurred or too small; use a sharper picture.",
}
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
            settings: smoothing, margin, floor, expressiveness, and whether to add motion values to `Face.outputs`
                (docs/motion.md); by default those of the page, without motion.
            output_stages: further stages, which compute `Face.outputs`.

        Raises:
            ModelFilesError: a file is missing or damaged, or motion is asked for with a detector that finds no
                landmarks; the message says which and what to do.
            ValueError: there is no detector or engine of that name.
        """
        if settings and settings.motion:
            check_motion(detector)
        self._manifest = load_manifest(Path(model))
        self._pipeline = make_pipeline(detector, engine, self._manifest, MAX_PIXELS, output_stages)
        self._settings = settings or ExpressionSettings()
        self._lock = threading.Lock()
        self._taught = TaughtExamples()
        self._from_files: dict[str, TaughtExpression] = {}  # for their names and emojis
        self._sha256 = self._manifest.files[engine].sha256

    @property
    def labels(self) -> tuple[str, ...]:
        """The expressions of the model, in the order of a face's `scores`."""
        return self._manifest.labels

    @property
    def smoothed_labels(self) -> tuple[str, ...]:
        """The same in the order of `smoothed`: those of the model, then own ones in the order of teaching."""
        return self._taught.labels(self.labels)

    @property
    def is_taught(self) -> bool:
        """Whether anything was taught."""
        return bool(self._taught)

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
        state = State.for_picture(self._settings).with_taught(self._taught)
        return self._analyse(_grey(picture), 0.0, state)[0]

    def video(self) -> "Video":
        """Analyses pictures in sequence: each face gets an id that lasts, and a smoothed label.

        What was taught until now holds for it.
        """
        return Video(self)

    def teach(self, label: str, picture: Picture | list[Picture]) -> None:
        """Shows what an expression looks like on one person's face.

        Args:
            label: of the model, which is then read as this person shows it, or an own expression that the model lacks,
                such as `wink`.
            picture: one picture, or a list of several, of one face that is not turned; each is one example.

        Raises:
            ExampleError: a picture has no face or several, or the face is turned or blurred.
            TooManyError: the label has five examples already, or there are 20 own expressions.
            ValueError: both are ValueErrors; the label is not 1 to 40 printable characters. Nothing is taught then.
            FrameError, OSError, TypeError: see `analyse`.
        """
        self._taught = self._with_examples(self._taught, label, picture)

    def forget(self, label: str | None = None) -> None:
        """Forgets what was taught of a label, or without one everything."""
        self._taught = self._taught.without(label)

    def save_faces(self, path: str | PathLike[str]) -> None:
        """Writes everything taught into a file, which is personal data. Raises OSError."""
        expressions = []
        for label, examples in self._taught.by_label.items():
            shown = self._from_files.get(label, TaughtExpression(label, label, None, ()))
            expressions.append(replace(shown, examples=examples))
        write_faces(Path(path), self._sha256, expressions)

    def load_faces(self, path: str | PathLike[str]) -> tuple[TaughtExpression, ...]:
        """Teaches what is in a file, from `save_faces` or from the page; returns it.

        Raises:
            FacesFileError: the file cannot be read, or was made with another model.
            TooManyError: see `teach`. Nothing is taught then.
        """
        models = {file.sha256 for file in self._manifest.files.values()}
        expressions = read_faces(Path(path), models, self._manifest.example_features)
        taught = self._taught
        for expression in expressions:
            for example in expression.examples:
                taught = taught.with_example(expression.label, example, self.labels)
        self._taught = taught
        self._from_files.update({expression.label: expression for expression in expressions})
        return expressions

    def measure(self, picture: Picture) -> tuple[Analysis, tuple[bytes | None, ...]]:
        """The same as `analyse`, with an example of each face for later teaching (docs/protocol.md#teaching).

        It is None for a face that is turned or blurred.
        """
        grey = _grey(picture)
        state = State.for_picture(self._settings).with_taught(self._taught).with_hold(Hold(0.0))
        analysis, _ = self._analyse(grey, 0.0, state)
        examples = [example_of(face, grey.shape) for face in analysis.faces]
        return analysis, tuple(None if example is None else pack(example) for example in examples)

    def _with_examples(
        self, taught: TaughtExamples, label: str, pictures: Picture | list[Picture]
    ) -> TaughtExamples:
        if problem := label_problem(label):
            raise ValueError(f"label {label!r:.60} {problem}")
        for picture in pictures if isinstance(pictures, list) else [pictures]:
            state = State.for_picture(self._settings).with_hold(Hold(0.0))
            hold = self._analyse(_grey(picture), 0.0, state)[0].hold
            if hold is None or hold.example is None:
                raise ExampleError(_FAILURES[(hold and hold.reason) or "no_face"])
            taught = taught.with_example(label, hold.example, self.labels)
        return taught

    def _analyse(self, grey: Grey, at: float, state: State) -> tuple[Analysis, State]:
        with self._lock:
            return self._pipeline.analyse_grey(grey, at, state)

    def _initial_state(self) -> State:
        return State.initial(self._settings).with_taught(self._taught)


class Video:
    """One video, whose faces are tracked. For one thread; several videos may share an Emojifier."""

    def __init__(self, emojifier: Emojifier) -> None:
        """Use `Emojifier.video()` instead."""
        self._emojifier, self._state = emojifier, emojifier._initial_state()

    @property
    def smoothed_labels(self) -> tuple[str, ...]:
        """The labels in the order of `smoothed`."""
        return self._state.taught.labels(self._emojifier.labels)

    def teach(self, label: str, picture: Picture | list[Picture]) -> None:
        """Shows this video alone what an expression looks like; see `Emojifier.teach`. Holds from the next frame on."""
        taught = self._emojifier._with_examples(self._state.taught, label, picture)
        self._state = self._state.with_taught(taught)

    def forget(self, label: str | None = None) -> None:
        """Forgets what was taught of a label, or without one everything, for this video alone."""
        self._state = self._state.with_taught(self._state.taught.without(label))

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
