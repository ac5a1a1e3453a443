"""Probes a network that was trained elsewhere: what its scores are, and which pixels it was trained on.

Nothing in a .keras file says whether it gives probabilities, or whether its pixels were divided by 255 outside of it.
Such a network answers all the same, with 9005 % or with one label for every face. Its answers to a few crops show it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from model.image_folders import SIZE

# The crops of our three sample pictures (web/static/samples/README.md): a photograph by NASA and two drawings.
FACES = Path(__file__).with_name("probe_faces.png")
FACES_SHOW = ("happy", "happy", "surprise")
MAX_SUM_ERROR = 0.05  # int8 rounds each probability to 1/256
# A network that gets pixels 255 times too large is saturated: each score is 0 or 1 within the first, also of faces that
# it reads wrongly. Five networks that were trained on scaled pixels of FER2013 to find these values: within 0.001 with
# pixels of 0 to 255; between 0 and 1 by more than 0.4 for some face with their own.
SATURATED, UNSATURATED = 0.01, 0.1
# The largest difference of a label's score among the faces with pixels / 255: at least 0.37 for those networks, also
# the one of -1 to 1; 0.04 for one that was trained on 0 to 255, to which all these faces are black.
MIN_SPREAD = 0.1

Pixels = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.float32]
Ending = Literal["probabilities", "softmax", "sum"]


class Scaling(NamedTuple):
    """What happens to pixels 0..255 before a network: x / divide_by - subtract."""

    divide_by: float
    subtract: float = 0.0

    def options(self) -> str:
        """As options of `python -m model convert`."""
        return f"--divide-by {self.divide_by:g}" + (f" --subtract {self.subtract:g}" if self.subtract else "")

    def formula(self) -> str:
        """For people."""
        return f"x / {self.divide_by:g}" + (f" - {self.subtract:g}" if self.subtract else "")


RAW = Scaling(1.0)
# The usual ones of tutorials: 0..1, and -1..1.
USUAL = (Scaling(255.0), Scaling(127.5, 1.0))


def face_crops() -> Pixels:
    """Our faces as they are, mirrored, darker and with less contrast: uint8 [12, 48, 48]."""
    # Not imread, which on Windows opens no path with letters outside of ASCII.
    data = np.frombuffer(FACES.read_bytes() if FACES.is_file() else b"", np.uint8)
    strip = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    if strip is None:
        raise FileNotFoundError(FACES)
    faces = strip.reshape(SIZE, -1, SIZE).swapaxes(0, 1).astype(np.uint8)
    return np.concatenate([faces, faces[:, :, ::-1], faces // 2, 64 + faces // 2])


def other_crops() -> Pixels:
    """Shades of grey from black to white, and coarse and fine noise: uint8 [14, 48, 48]."""
    rng = np.random.default_rng(0)
    shades = [np.full((SIZE, SIZE), value, np.uint8) for value in range(0, 256, 51)]
    fine = list(rng.integers(0, 256, (4, SIZE, SIZE), np.uint8))
    coarse = [np.kron(rng.integers(0, 256, (6, 6), np.uint8), np.ones((8, 8), np.uint8)) for _ in range(4)]
    return np.stack([*shades, *fine, *coarse])


def find_ending(scores: Scores) -> Ending:
    """What must follow a network so that its scores [n, labels] are probabilities.

    Returns:
        "probabilities" if they are; "sum" if all are from 0 to 1, as a sigmoid gives them, and must be divided by their
        sum; else "softmax".

    Raises:
        ValueError: some are not finite.
    """
    if not np.isfinite(scores).all():
        raise ValueError("some of its scores are not numbers; its weights are damaged, or training diverged")
    if scores.min() >= 0 and scores.max() <= 1 + MAX_SUM_ERROR:
        sums = scores.sum(axis=1)
        return "probabilities" if np.abs(sums - 1).max() <= MAX_SUM_ERROR else "sum"
    return "softmax"


def is_saturated(scores: Scores) -> bool:
    """Whether a network is certain of everything: all scores [n, labels] are 0 or 1."""
    return bool(np.minimum(scores, 1 - scores).max() <= SATURATED)


def tells_apart(scores: Scores) -> bool:
    """Whether the scores [n, labels] of our faces are those of a network that sees what it was trained on."""
    return bool(np.minimum(scores, 1 - scores).max() >= UNSATURATED and np.ptp(scores, axis=0).max() >= MIN_SPREAD)


def rightness(scores: Scores, labels: Sequence[str]) -> float:
    """The mean score of what our faces show; 0 if a label for that is missing."""
    if not {"happy", "surprise"}.issubset(labels):
        return 0.0
    truth = np.tile([labels.index(label) for label in FACES_SHOW], len(scores) // len(FACES_SHOW))
    return float(scores[np.arange(len(scores)), truth].mean())
