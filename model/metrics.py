"""Metrics from probabilities and labels, in numpy, so that they are the same for every runtime."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

BINS = 15  # of equal width in confidence, as usual in the literature


@dataclass(frozen=True)
class Bin:
    """Predictions of similar confidence: their number, mean confidence and accuracy."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class ClassReport:
    """Metrics of one label: `n` images, recall and precision 0..1, 95 % interval of the recall."""

    n: int
    recall: float
    recall_low: float
    recall_high: float
    precision: float


@dataclass(frozen=True)
class Report:
    """Metrics of a model on one set of images.

    Attributes:
        n: images evaluated.
        excluded: images left out because they have no majority label.
        accuracy: share 0..1 of the images whose highest score is the label.
        macro_recall: mean recall of the classes that occur.
        calibration_error: expected calibration error (Guo et al., 2017, arXiv 1706.04599), 15 equal bins.
        classes: a report for each label.
        confusion: counts, rows true label, columns predicted label.
        bins: the reliability table behind `calibration_error`, from confidence 0 to 1.
    """

    n: int
    excluded: int
    accuracy: float
    macro_recall: float
    calibration_error: float
    classes: dict[str, ClassReport]
    confusion: list[list[int]]
    bins: list[Bin]

    def as_json(self) -> dict[str, object]:
        """The report as plain JSON data, fractions rounded to four places."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def make_report(probabilities: Probabilities, labels: Labels, names: Sequence[str]) -> Report:
    """Compare probabilities [n, classes] with labels [n]; images labelled -1 are excluded and counted."""
    judged = labels >= 0
    scores, truth = probabilities[judged], labels[judged]
    confusion = confusion_matrix(scores, truth)
    recalls = _share(np.diag(confusion), confusion.sum(axis=1))
    precisions = _share(np.diag(confusion), confusion.sum(axis=0))
    classes = {}
    for index, label in enumerate(names):
        n = int(confusion[index].sum())
        low, high = wilson_interval(int(confusion[index, index]), n)
        classes[label] = ClassReport(n, float(recalls[index]), low, high, float(precisions[index]))
    return Report(
        n=int(judged.sum()),
        excluded=int((~judged).sum()),
        accuracy=float(np.trace(confusion) / max(1, confusion.sum())),
        macro_recall=macro_recall(confusion),
        calibration_error=calibration_error(scores, truth),
        classes=classes,
        confusion=confusion.tolist(),
        bins=reliability(scores, truth),
    )


def confusion_matrix(probabilities: Probabilities, labels: Labels) -> npt.NDArray[np.int64]:
    """Counts int64 [classes, classes]: rows true label, columns the label with the highest score."""
    size = probabilities.shape[1]
    answered = probabilities.argmax(axis=1) if len(probabilities) else np.zeros(0, np.int64)
    return np.bincount(labels * size + answered, minlength=size * size).reshape(size, size).astype(np.int64)


def macro_recall(confusion: npt.NDArray[np.int64]) -> float:
    """Mean recall of the classes that occur, 0..1; rare classes count as much as frequent ones."""
    occurs = confusion.sum(axis=1) > 0
    return float(_share(np.diag(confusion), confusion.sum(axis=1))[occurs].mean()) if occurs.any() else 0.0


def reliability(probabilities: Probabilities, labels: Labels) -> list[Bin]:
    """A row for each bin of confidence; zeros for empty bins."""
    confidence = probabilities.max(axis=1) if len(labels) else np.zeros(0, np.float32)
    right = probabilities.argmax(axis=1) == labels if len(labels) else np.zeros(0, bool)
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    rows = []
    for index in range(BINS):
        inside = place == index
        many = max(1, int(inside.sum()))
        rows.append(Bin(int(inside.sum()), float(confidence[inside].sum() / many), float(right[inside].sum() / many)))
    return rows


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Mean distance 0..1 between confidence and accuracy over the bins, weighted by their images."""
    distances = [row.count * abs(row.accuracy - row.confidence) for row in reliability(probabilities, labels)]
    return float(sum(distances) / max(1, len(labels)))


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, 1927), valid for few images and near 0 and 1."""
    if n == 0:
        return 0.0, 1.0
    z = 1.96  # normal quantile of 97.5 %
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def _share(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.asarray(part / np.maximum(whole, 1), np.float64)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return value
