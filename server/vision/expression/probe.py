"""Probes a model at loading: whether it gives probabilities, and whether it tells faces apart.

A model that was made elsewhere may have no softmax, or expect other pixels than 0 to 255. It answers all the same, with
9005 % or with one label for every face.
"""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.errors import ModelFilesError

log = logging.getLogger(__name__)

# The crops of our three sample pictures (web/static/samples/README.md), beside one another.
FACES = Path(__file__).with_name("probe_faces.png")
MAX_SUM_ERROR = 0.05  # int8 rounds each probability to 1/256
# One label for all faces with this probability, and no difference above the second: the model does not see them.
MIN_CERTAIN, MAX_SPREAD = 0.95, 0.05


def check_model(scores: Callable[[Grey], Floats], labels: tuple[str, ...], size: int, name: str) -> None:
    """Run a model on nine crops.

    Args:
        scores: of the model, float32 [n, labels] for uint8 [n, size, size].
        labels: of the model.
        size: side of its crops in pixels.
        name: of the model, for messages.

    Raises:
        ModelFilesError: its scores are not numbers, or are no probabilities.
    """
    faces = _faces(size)
    answers = scores(np.concatenate([faces, _other_crops(size)]))
    if not np.isfinite(answers).all():
        raise ModelFilesError(f"the model {name} gives scores that are not numbers; its weights are damaged")
    sums = answers.sum(axis=1)
    worst = sums[np.abs(sums - 1).argmax()]
    fault = ""
    if abs(worst - 1) > MAX_SUM_ERROR:
        fault = f"the scores of one crop add up to {worst:.4g}, expected 1"
    elif answers.min() < -MAX_SUM_ERROR:
        fault = f"one score is {answers.min():.4g}, expected 0 to 1"
    if fault:
        raise ModelFilesError(
            f"the model {name} gives no probabilities: {fault}. Convert it again, which appends a softmax: "
            "python -m model convert FILE.keras --out FOLDER"
        )
    of_faces = answers[: len(faces)]
    label = int(of_faces[0].argmax())
    if of_faces[:, label].min() >= MIN_CERTAIN and np.ptp(of_faces, axis=0).max() <= MAX_SPREAD:
        _warn(name, labels[label])


@cache  # once for each model, although each inference thread loads it
def _warn(name: str, label: str) -> None:
    log.warning(
        "the model %s calls every face %r that it was tried on; if it was trained on pixels divided by 255, fold the "
        "division in: python -m model convert FILE.keras --out FOLDER --divide-by 255",
        name,
        label,
    )


def _faces(size: int) -> Grey:
    """Our faces as they are and mirrored, uint8 [6, size, size]."""
    # Not imread, which on Windows opens no path with letters outside of ASCII.
    data = np.frombuffer(FACES.read_bytes() if FACES.is_file() else b"", np.uint8)
    strip = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    if strip is None:
        raise ModelFilesError(f"{FACES}: missing or damaged; restore it with git checkout")
    side = strip.shape[0]
    crops = [strip[:, left : left + side] for left in range(0, strip.shape[1], side)]
    faces = np.stack([cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA) for crop in crops])
    return np.concatenate([faces, faces[:, :, ::-1]]).astype(np.uint8, copy=False)


def _other_crops(size: int) -> Grey:
    """Black, white and noise, uint8 [3, size, size]: they make scores large that no softmax holds."""
    noise = np.random.default_rng(0).integers(0, 256, (size, size), np.uint8)
    return np.stack([np.zeros((size, size), np.uint8), np.full((size, size), 255, np.uint8), noise])
