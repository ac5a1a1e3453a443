"""Judge teaching: `python -m model evaluate --people DIR --teach 1 2 3 --teach-neutral`.

From some pictures of each person, examples are taught; the person's other pictures are judged. The server's own command
does both (`model.photographs`): it gives the examples of pictures, and reads pictures with a file of taught faces.
"""

import json
import os
import random
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import RunError
from model.manifest import check_files
from model.people import RESAMPLES, answer, balanced_accuracy
from model.photographs import Photograph, find_photographs, read_faces

NEUTRAL = "neutral"
DRAWS = 10  # the first pictures of each label, then random ones
# Answers to photographs: int64 [n], index into the labels; -1 without a face.
Answered = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lesson:
    """What is taught of one person, and what is judged.

    Attributes:
        person: name of the folder.
        taught: indices of photographs.
        judged: indices of the person's other photographs.
        others: indices of another person's photographs, to see that they are read no worse; may be empty.
    """

    person: str
    taught: tuple[int, ...]
    judged: tuple[int, ...]
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A lesson, and how the judged and the other photographs were answered after it."""

    lesson: Lesson
    judged: Answered
    others: Answered


def make_lessons(
    photographs: Sequence[Photograph], usable: Sequence[bool], number: int, draw: int, only_neutral: bool = False
) -> list[Lesson]:
    """A lesson for each person of one set.

    Args:
        photographs: of one set, sorted by path.
        usable: whether each gives an example.
        number: of examples of each label. At least one picture of a label is judged, so labels with few pictures get
            fewer, and those with one picture none.
        draw: 0 teaches the first pictures and judges another person's too; others teach random ones.
        only_neutral: teach one neutral picture and nothing else, even the only one.
    """
    people = sorted({photograph.person for photograph in photographs})
    of = {name: [i for i, photograph in enumerate(photographs) if photograph.person == name] for name in people}
    lessons = []
    for name, another in zip(people, people[1:] + people[:1], strict=True):
        rng = random.Random(f"{draw} {name}")
        taught: list[int] = []
        for label in sorted({photographs[i].label for i in of[name]}):
            pictures = [i for i in of[name] if photographs[i].label == label]
            free = [i for i in pictures if usable[i]]
            chosen = free if draw == 0 else rng.sample(free, len(free))
            if only_neutral:
                taught += chosen[:1] if label == NEUTRAL else []
            else:
                taught += chosen[: min(number, len(pictures) - 1)]
        if taught:
            judged = tuple(i for i in of[name] if i not in taught)
            others = tuple(of[another]) if draw == 0 and another != name else ()
            lessons.append(Lesson(name, tuple(taught), judged, others))
    return lessons


def evaluate_teaching(
    folder: Path,
    model: Path,
    labels: Sequence[str],
    numbers: Sequence[int],
    only_neutral: bool,
    engine: str = "litert",
    draws: int = DRAWS,
) -> dict[str, Any]:
    """The metrics of every set below a folder, as JSON data.

    Args:
        folder: holds `<set>/<person>/<label>*`.
        model: folder of an exported model.
        labels: of the model, in order.
        numbers: of examples of each label, such as 1, 2, 3.
        only_neutral: also judge with one neutral example and nothing else.
        engine: which of its files to run, `litert` or `keras`.
        draws: how often pictures are drawn.

    Returns:
        By set, by `1`, `2` ... and `neutral`: see summarise. Combinations that teach nobody are left out.
    """
    photographs = find_photographs(folder, labels)
    found = read_faces(photographs, model, engine, "--examples")
    examples = [faces[0].get("example") if faces else None for faces in found]
    before = _answered([answer(faces) for faces in found])
    sha256 = check_files(model)["files"][engine]["sha256"]
    results: dict[str, Any] = {}
    for name in sorted({photograph.group for photograph in photographs}):
        rows = [i for i, photograph in enumerate(photographs) if photograph.group == name]
        pictures, usable = [photographs[i] for i in rows], [examples[i] is not None for i in rows]
        of_set = [examples[i] or "" for i in rows]

        def read(lesson: Lesson, pictures: list[Photograph] = pictures, of_set: list[str] = of_set) -> Reading:
            return _read(lesson, pictures, of_set, model, engine, sha256)

        results[name] = {}
        for key, number in [*((str(n), n) for n in numbers), *((NEUTRAL, 1) for _ in range(only_neutral))]:
            plans = [make_lessons(pictures, usable, number, draw, key == NEUTRAL) for draw in range(draws)]
            plans = _without_repeats(plans)
            if any(plans):
                readings = [_in_parallel(read, plan) for plan in plans]
                truth = np.asarray([labels.index(picture.label) for picture in pictures], np.int64)
                results[name][key] = summarise(readings, truth, before[rows], labels)
    return results


def summarise(
    readings: Sequence[Sequence[Reading]], truth: Answered, before: Answered, labels: Sequence[str]
) -> dict[str, Any]:
    """The metrics of some draws.

    Args:
        readings: by draw, of each person.
        truth: int64 [n], label of each photograph.
        before: int64 [n], how each was answered with nothing taught.
        labels: of the model, in order.

    Returns:
        JSON data: draws, people, examples (mean number taught to a person), balanced accuracy of the judged pictures
        (mean of the draws) with its 95 % interval (bootstrap over people and draws), that of the first draw, that of
        the same pictures with nothing taught, recall by label, and both accuracies of another person's pictures.
    """
    by_draw = [_joined(draw, truth, before) for draw in readings]
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        picks = rng.integers(0, len(readings[0]), len(readings[0]))
        sample = [readings[int(rng.integers(len(readings)))][person] for person in picks]
        drawn.append(balanced_accuracy(*_joined(sample, truth, before)[:2]))
    low, high = np.percentile(drawn, (2.5, 97.5))
    all_truth, all_after = (np.concatenate([draw[i] for draw in by_draw]) for i in (0, 1))
    result = {
        "draws": len(readings),
        "people": len(readings[0]),
        "examples": round(float(np.mean([len(r.lesson.taught) for draw in readings for r in draw])), 2),
        "balanced_accuracy": round(float(np.mean([balanced_accuracy(t, after) for t, after, _ in by_draw])), 4),
        "balanced_low": round(float(low), 4),
        "balanced_high": round(float(high), 4),
        "balanced_first": round(balanced_accuracy(*by_draw[0][:2]), 4),
        "untaught": round(float(np.mean([balanced_accuracy(t, untaught) for t, _, untaught in by_draw])), 4),
        "recall": {
            labels[k]: round(float((all_after[all_truth == k] == k).mean()), 4) for k in sorted(set(all_truth.tolist()))
        },
    }
    others = [reading for reading in readings[0] if reading.lesson.others]
    if others:
        rows = np.concatenate([reading.lesson.others for reading in others])
        after = np.concatenate([reading.others for reading in others])
        result["another_person"] = {
            "taught": round(balanced_accuracy(truth[rows], after), 4),
            "untaught": round(balanced_accuracy(truth[rows], before[rows]), 4),
        }
    return result


def print_teaching(results: dict[str, Any]) -> None:
    """Print the metrics as text."""
    for name, by_number in results.items():
        for number, result in by_number.items():
            what = "only neutral" if number == NEUTRAL else f"{number} of each label"
            interval = f"{result['balanced_low']:.0%} to {result['balanced_high']:.0%}"
            print(f"\npeople/{name}, taught {what}: {result['people']} people, {result['draws']} draws")
            print(
                f"  balanced accuracy {result['balanced_accuracy']:.1%} (95 % interval {interval}; the first pictures "
                f"{result['balanced_first']:.1%}); with nothing taught {result['untaught']:.1%}"
            )
            print("  recall " + ", ".join(f"{label} {share:.0%}" for label, share in result["recall"].items()))
            if another := result.get("another_person"):
                print(f"  another person {another['taught']:.1%}; with nothing taught {another['untaught']:.1%}")


def _read(
    lesson: Lesson, pictures: Sequence[Photograph], examples: Sequence[str], model: Path, engine: str, sha256: str
) -> Reading:
    """Reads photographs with a file of what the lesson teaches."""
    taught: dict[str, list[str]] = {}
    for index in lesson.taught:
        taught.setdefault(pictures[index].label, []).append(examples[index])
    entries = [{"label": label, "examples": several} for label, several in taught.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faces.json"
        path.write_text(json.dumps({"format": 1, "model": sha256, "expressions": entries}))
        wanted = [pictures[index] for index in (*lesson.judged, *lesson.others)]
        found = read_faces(wanted, model, engine, "--faces", str(path))
    answered = _answered([answer(faces) for faces in found])
    return Reading(lesson, answered[: len(lesson.judged)], answered[len(lesson.judged) :])


def _in_parallel(read: Callable[[Lesson], Reading], lessons: Sequence[Lesson]) -> list[Reading]:
    """Each lesson is a process, so threads keep all cores busy."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            return list(pool.map(read, lessons))
        except RunError:
            pool.shutdown(cancel_futures=True)
            raise


def _without_repeats(plans: list[list[Lesson]]) -> list[list[Lesson]]:
    """Drops draws that teach what the first one does, as where each person has one neutral picture."""
    first = [lesson.taught for lesson in plans[0]]
    return [plans[0], *(plan for plan in plans[1:] if [lesson.taught for lesson in plan] != first)]


def _joined(readings: Sequence[Reading], truth: Answered, before: Answered) -> tuple[Answered, Answered, Answered]:
    """Of the judged photographs: their labels, the answers after teaching, and those before."""
    rows = np.concatenate([reading.lesson.judged for reading in readings]).astype(np.int64)
    return truth[rows], np.concatenate([reading.judged for reading in readings]), before[rows]


def _answered(scores: Sequence[list[float] | None]) -> Answered:
    return np.asarray([-1 if row is None else int(np.argmax(row)) for row in scores], np.int64)
