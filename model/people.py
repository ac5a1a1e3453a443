"""Evaluate a model on whole photographs of people: `python -m model evaluate --people ../shared/data/people`.

FER2013's crops are already registered. A camera's frame passes the decoder, the face detector and the alignment first.
So the server's own command reads the photographs (`model.photographs`).
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.metrics import wilson_interval
from model.photographs import Photograph, find_photographs, read_faces

GROUPS = "info.csv"  # in the folder of a set; first column: the person's folder, further columns: kinds of groups
# Lower limits of the age groups, in years. One group per year of age would hold one or two people.
AGES = (18, 25, 30, 40)
RESAMPLES = 2000  # bootstrap samples of the people of a set; more change an interval by less than 0.2 points
NO_FACE = "no face"  # last column of the confusion matrix: no face was found, or none that can be read


@dataclass(frozen=True)
class Answers:
    """The model's answers to the photographs of one set.

    Attributes:
        people: the person of each photograph, n names.
        truth: int64 [n], index into the model's labels.
        answered: int64 [n], index of the highest score of the largest face; -1 where no face was found.
    """

    people: tuple[str, ...]
    truth: npt.NDArray[np.int64]
    answered: npt.NDArray[np.int64]

    def take(self, chosen: npt.NDArray[np.bool_]) -> "Answers":
        """The answers where `chosen`, bool [n], is true."""
        people = tuple(person for person, wanted in zip(self.people, chosen, strict=True) if wanted)
        return Answers(people, self.truth[chosen], self.answered[chosen])


def read_photographs(
    photographs: Sequence[Photograph], model: Path, engine: str, expressiveness: float = 0.0
) -> list[list[float] | None]:
    """The scores of the largest face of each picture, by the server's pipeline; None where it cannot read one.

    Raises:
        RunError: the server's command failed.
    """
    faces = read_faces(photographs, model, engine, f"--expressiveness={expressiveness}")
    return [answer(of_picture) for of_picture in faces]


def answer(faces: list[dict[str, Any]]) -> list[float] | None:
    """The scores of the largest face; None without a face, or if the server says that it cannot be read."""
    scores: list[float] | None = faces[0]["smoothed"] if faces else None
    return None if scores is None or max(scores) - min(scores) < 1e-3 else scores


def evaluate_people(
    folder: Path, model: Path, labels: Sequence[str], engine: str = "litert", expressiveness: float = 0.0
) -> dict[str, Any]:
    """The metrics of every set below a folder, as JSON data.

    Args:
        folder: holds `<set>/<person>/<label>*` and optionally `<set>/info.csv`.
        model: folder of an exported model.
        labels: of the model, in order.
        engine: which of its files to run, `litert` or `keras`.
        expressiveness: the setting of the server, -1 to 1.
    """
    photographs = find_photographs(folder, labels)
    scores = read_photographs(photographs, model, engine, expressiveness)
    results = {}
    for name in sorted({photograph.group for photograph in photographs}):
        pairs = [(p, s) for p, s in zip(photographs, scores, strict=True) if p.group == name]
        answers = Answers(
            people=tuple(photograph.person for photograph, _ in pairs),
            truth=np.asarray([labels.index(photograph.label) for photograph, _ in pairs], np.int64),
            answered=np.asarray([-1 if row is None else int(np.argmax(row)) for _, row in pairs], np.int64),
        )
        results[name] = evaluate_set(answers, labels, _groups(folder / name / GROUPS))
    return results


def evaluate_set(answers: Answers, labels: Sequence[str], groups: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The metrics of one set.

    Args:
        answers: to its photographs.
        labels: of the model, in order.
        groups: for each kind of group (a column of info.csv) the group of each person.

    Returns:
        JSON data: the number of photographs and people, balanced accuracy (mean recall of the labels that occur) with
        its 95 % interval, recall by label, confusion matrix (rows: true label; last column: no face), recall by group.
    """
    low, high = _interval(answers)
    confusion = np.zeros((len(labels), len(labels) + 1), np.int64)
    np.add.at(confusion, (answers.truth, answers.answered), 1)  # -1 is the last column
    by_group = {}
    for kind, group_of in groups.items():
        names = np.asarray([group_of.get(person, "not said") for person in answers.people])
        by_group[kind] = {name: _figures(answers.take(names == name), labels) for name in sorted(set(names.tolist()))}
    return {
        **_figures(answers, labels),
        "balanced_low": round(low, 4),
        "balanced_high": round(high, 4),
        "columns": [*labels, NO_FACE],
        "confusion": confusion.tolist(),
        "groups": by_group,
    }


def print_people(results: dict[str, Any]) -> None:
    """Print the metrics as text."""
    for name, result in results.items():
        interval = f"95 % interval {result['balanced_low']:.0%} to {result['balanced_high']:.0%}"
        print(f"\npeople/{name}: {result['photographs']} pictures of {result['people']} people", end="; ")
        print(f"balanced accuracy {result['balanced_accuracy']:.1%} ({interval})")
        for label, row in result["recall"].items():
            print(f"  {label:10} {row['n']:4} {row['recall']:7.1%}  {row['low']:.0%} to {row['high']:.0%}")
        for kind, groups in result["groups"].items():
            for group, figures in groups.items():
                recalls = ", ".join(f"{label} {row['recall']:.0%}" for label, row in figures["recall"].items())
                print(f"  {kind} {group}: {figures['people']} people, {recalls}")


def _figures(answers: Answers, labels: Sequence[str]) -> dict[str, Any]:
    recall = {}
    for index in sorted(set(answers.truth.tolist())):
        asked = answers.truth == index
        n, hits = int(asked.sum()), int((answers.answered[asked] == index).sum())
        low, high = wilson_interval(hits, n)
        recall[labels[index]] = {
            "n": n,
            "recall": round(hits / n, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }
    return {
        "photographs": len(answers.truth),
        "people": len(set(answers.people)),
        "no_face": int((answers.answered < 0).sum()),
        "balanced_accuracy": round(balanced_accuracy(answers.truth, answers.answered), 4),
        "recall": recall,
    }


def balanced_accuracy(truth: npt.NDArray[np.int64], answered: npt.NDArray[np.int64]) -> float:
    """Mean recall of the labels that occur, 0..1."""
    recalls = [float((answered[truth == index] == index).mean()) for index in set(truth.tolist())]
    return sum(recalls) / max(1, len(recalls))


def _interval(answers: Answers) -> tuple[float, float]:
    """95 % interval of the balanced accuracy: a bootstrap over people, because one person's photographs correlate."""
    rng = np.random.default_rng(0)
    of_person = [np.flatnonzero(np.asarray(answers.people) == person) for person in sorted(set(answers.people))]
    drawn = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([of_person[index] for index in rng.integers(0, len(of_person), len(of_person))])
        drawn.append(balanced_accuracy(answers.truth[rows], answers.answered[rows]))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def _groups(path: Path) -> dict[str, dict[str, str]]:
    """The columns of an info.csv: for each kind of group, the group of each person. Empty without the file."""
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        person, *kinds = reader.fieldnames or [""]
        rows = list(reader)
    return {kind: {row[person]: _group(row[kind]) for row in rows} for kind in kinds}


def _group(value: str) -> str:
    """The value itself, or the age group of a number of years."""
    if not value.isdigit():
        return value or "not said"
    return next(_ranges(int(value)))


def _ranges(age: int) -> Iterator[str]:
    for low, above in zip((0, *AGES), (*AGES, None), strict=True):
        if above is None:
            yield f"{low} and older"
        elif age < above:
            yield f"{low} to {above - 1}" if low else f"under {above}"
