"""Judge an exported model: `python -m model evaluate --data fer2013.zip --ferplus ferplus.csv`.

Two truths: the FER+ majority (what ten people saw) and FER2013's own labels (the search word that found the
image). Four sets: PublicTest, on which everything is tuned; PrivateTest, the headline; both together; and
both without the images that also are in the training set. `--degrade` adds how much is lost on bad pictures, and
`--people DIR` how the model fares on whole photographs (`model.people`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.adapt import evaluate_adapting, print_adapting
from model.dataset import Images, leaked, load_images
from model.degrade import judge_degraded, print_degraded
from model.engines import predict
from model.errors import RunError
from model.manifest import check_files, write_json
from model.metrics import Probabilities, make_report
from model.people import evaluate_people, print_people
from model.targets import majority
from model.teach import evaluate_teaching, print_teaching
from model.votes import load_votes


@dataclass(frozen=True)
class Truth:
    """The test images and what is held for true about them.

    Attributes:
        pixels: uint8 [n, 48, 48] of the test splits.
        classes: names of the labels, in the order of every score vector.
        fer2013: the dataset's own labels, int64 [n].
        ferplus: the FER+ majority, int64 [n], -1 undecided; the same as `fer2013` without votes.
        has_votes: whether FER+ votes were given.
        sets: name of a set to its images, bool [n].
        training_frequency: share of each label among the training images, float [classes], by the better truth.
    """

    pixels: npt.NDArray[np.uint8]
    classes: tuple[str, ...]
    fer2013: npt.NDArray[np.int64]
    ferplus: npt.NDArray[np.int64]
    has_votes: bool
    sets: dict[str, npt.NDArray[np.bool_]]
    training_frequency: npt.NDArray[np.float64]

    def decided(self, name: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """The images of a set that have an agreed label: uint8 [m, 48, 48] and int64 [m]."""
        chosen = self.sets[name] & (self.ferplus >= 0)
        return self.pixels[chosen], self.ferplus[chosen]


def load_truth(images: Images, ferplus: Path | None) -> Truth:
    """The test part of a dataset, with FER+ votes where they are given."""
    seen = majority(load_votes(ferplus, images)) if ferplus else images.labels
    test = images.of_split("PublicTest", "PrivateTest")
    splits = np.asarray(images.splits)[test]
    training = seen[images.of_split("Training")]
    counts = np.bincount(training[training >= 0], minlength=len(images.classes))
    return Truth(
        pixels=images.pixels[test],
        classes=images.classes,
        fer2013=images.labels[test],
        ferplus=seen[test],
        has_votes=ferplus is not None,
        sets={
            "PublicTest": splits == "PublicTest",
            "PrivateTest": splits == "PrivateTest",
            "test": np.ones(len(test), bool),
            "test without leaks": ~leaked(images)[test],
        },
        training_frequency=counts / max(1, counts.sum()),
    )


def evaluate(truth: Truth, answers: Probabilities, reference: Probabilities | None = None) -> dict[str, Any]:
    """All figures as JSON data.

    Args:
        truth: the test images' labels.
        answers: probabilities float32 [n, classes] of the model that is judged.
        reference: of the .keras it was made from, to see what quantisation cost.
    """
    metrics: dict[str, Any] = {"fer2013": _reports(truth, answers, truth.fer2013)}
    if truth.has_votes:
        metrics["ferplus"] = _reports(truth, answers, truth.ferplus)
    if reference is not None:
        decided = truth.ferplus >= 0
        right = [(a.argmax(axis=1) == truth.ferplus)[decided].mean() for a in (answers, reference)]
        metrics["int8"] = {
            "agreement_with_keras": round(float((answers.argmax(1) == reference.argmax(1)).mean()), 4),
            "accuracy_lost": round(float(right[1] - right[0]), 4),
        }
    return metrics


def evaluate_degraded(truth: Truth, engine: str, folder: Path) -> dict[str, Any]:
    """Accuracy and macro recall on degraded PrivateTest images, by the better truth, as JSON data."""
    return judge_degraded(lambda pixels: predict(engine, folder, pixels), *truth.decided("PrivateTest"))


def evaluate_command(
    folder: Path,
    data: Path | None,
    ferplus: Path | None,
    engine: str,
    out: Path | None,
    degraded: bool = False,
    people: Path | None = None,
    expressiveness: float = 0.0,
    teach: Sequence[int] = (),
    teach_neutral: bool = False,
    adapt: bool = False,
) -> None:
    """Judge the model in a folder and print a table.

    Args:
        folder: of the exported model.
        data: FER2013; without it only the photographs are judged.
        ferplus: FER+ votes.
        engine: `litert` or `keras`.
        out: file for the metrics as JSON.
        degraded: also judge degraded images.
        people: folder of photographs of people (`model.people`).
        expressiveness: the server's setting, -1 to 1.
        teach: numbers of examples of each label that are taught before the photographs are judged (`model.teach`).
        teach_neutral: also judge with only a neutral example.
        adapt: also judge adapting to each face on films of the photographs (`model.adapt`).

    Raises:
        RunError: no complete model in the folder, or one with other labels than the data.
        DataError: the data cannot be read.
    """
    manifest = check_files(folder)
    labels: tuple[str, ...] = tuple(manifest["labels"])
    metrics: dict[str, Any] = {}
    if data:
        truth = load_truth(load_images(data), ferplus)
        if labels != truth.classes:
            raise RunError(f"the model knows {', '.join(labels)}, the data {', '.join(truth.classes)}")
        answers = shift_neutral(predict(engine, folder, truth.pixels), truth.classes, expressiveness)
        metrics = evaluate(truth, answers)
        if degraded:
            metrics["degraded"] = evaluate_degraded(truth, engine, folder)
        print_table(metrics)
    metrics |= {"network": {"name": manifest["name"]}, "engine": engine, "expressiveness": expressiveness}
    if people:
        metrics["people"] = evaluate_people(people, folder, labels, engine, expressiveness)
        print_people(metrics["people"])
    if people and (teach or teach_neutral):
        metrics["taught"] = evaluate_teaching(people, folder, labels, teach, teach_neutral, engine)
        print_teaching(metrics["taught"])
    if people and adapt:
        metrics["adapted"] = evaluate_adapting(people, folder, labels, engine)
        print_adapting(metrics["adapted"])
    if out:
        write_json(out, metrics)


def shift_neutral(answers: Probabilities, classes: tuple[str, ...], expressiveness: float) -> Probabilities:
    """The probabilities float32 [n, classes] as the server shifts them at this expressiveness, -1 to 1."""
    factors = np.asarray([np.exp(-expressiveness) if name == "neutral" else 1.0 for name in classes], np.float32)
    return np.asarray(answers * factors / (answers * factors).sum(axis=1, keepdims=True), np.float32)


def print_table(metrics: dict[str, Any]) -> None:
    """Show the figures to a person: a line a set, then recall and precision a label on PrivateTest."""
    print(f"{'labels':8} {'set':20} {'images':>7} {'excluded':>8} {'accuracy':>9} {'macro recall':>13} {'ECE':>7}")
    for labels in ("ferplus", "fer2013"):
        for name, report in metrics.get(labels, {}).items():
            print(
                f"{labels:8} {name:20} {report['n']:7} {report['excluded']:8} {report['accuracy']:9.1%} "
                f"{report['macro_recall']:13.1%} {report['calibration_error']:7.1%}"
            )
    headline = metrics.get("ferplus", metrics["fer2013"])["PrivateTest"]
    print(f"\n{'PrivateTest':12} {'images':>7} {'recall':>7} {'95 % interval':>15} {'precision':>10}")
    for label, row in headline["classes"].items():
        interval = f"{row['recall_low']:.0%} to {row['recall_high']:.0%}"
        print(f"{label:12} {row['n']:7} {row['recall']:7.1%} {interval:>15} {row['precision']:10.1%}")
    if "int8" in metrics:
        int8 = metrics["int8"]
        print(
            f"\nint8 answers as the .keras on {int8['agreement_with_keras']:.2%} of the test images; "
            f"accuracy lost {int8['accuracy_lost'] * 100:.2f} points"
        )
    if "degraded" in metrics:
        print_degraded(metrics["degraded"])


def _reports(truth: Truth, answers: Probabilities, labels: npt.NDArray[np.int64]) -> dict[str, Any]:
    return {
        name: make_report(answers[chosen], labels[chosen], truth.classes).as_json()
        for name, chosen in truth.sets.items()
    }
