"""Judge adapting to a face: `python -m model evaluate --people DIR --adapt`.

The server gets to know a face over time, so films are made of each person's photographs, with a webcam's noise, and the
server's own command reads them with and without `--adapt`:

- a mixed session, in which the face is at rest for two thirds of the time, and then the pictures to be judged;
- the same session, and then one expression for two minutes: it must be read at the end as at the beginning.
"""

import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from model.errors import RunError
from model.people import Answers, evaluate_set
from model.photographs import PROJECT, Photograph, find_photographs

NEUTRAL = "neutral"
FPS = 2  # enough for an answer that settles in half a second
HEIGHT = 360  # of the films; a face fills half of it
NOISE, BRIGHTNESS, SHIFT_PX = 4.0, 0.03, 1.5  # standard deviations in every frame: grey levels, share, pixels
REST_S, OTHER_S, JUDGED_S, HELD_S = 4.0, 2.0, 2.0, 120.0
MAX_HELD = 40  # clips of a set; each takes some seconds of computing
ROUNDS = 5  # of rest and another expression before the pictures are judged: 30 s
SETTLED_S = 2.0  # after that time a held expression has its label
WINDOW_S = 10.0  # the label of a held expression is the most common one in so long: noise moves faint ones to and fro


@dataclass(frozen=True)
class Part:
    """A picture for some seconds of a film."""

    photograph: Photograph
    seconds: float


@dataclass(frozen=True)
class Label:
    """What a part was called, empty without a face: the most common label in WINDOW_S after SETTLED_S, and at its end.

    Of a part that is shorter than that, both are the label of its last frame.
    """

    first: str
    last: str


def evaluate_adapting(folder: Path, model: Path, labels: Sequence[str], engine: str = "litert") -> dict[str, Any]:
    """The metrics of every set below a folder, as JSON data.

    Args:
        folder: holds `<set>/<person>/<label>*`.
        model: folder of an exported model.
        labels: of the model, in order.
        engine: which of its files to run, `litert` or `keras`.

    Returns:
        By set: `with` and `without` (see evaluate_set), each with `held`: the number of clips, and the share of them
        that are read at the end as at the beginning.
    """
    photographs = find_photographs(folder, labels)
    results: dict[str, Any] = {}
    for name in sorted({photograph.group for photograph in photographs}):
        pictures = [photograph for photograph in photographs if photograph.group == name]
        people = sorted({photograph.person for photograph in pictures})
        of_people = [[photograph for photograph in pictures if photograph.person == person] for person in people]
        sessions = [session for own in of_people for session in mixed_sessions(own)]
        held = _spread([clip for own in of_people for clip in held_clips(own)], MAX_HELD)
        results[name] = {}
        for key, adapt in (("with", ("--adapt",)), ("without", ())):
            read = partial(read_film, options=("--model", str(model.resolve()), "--engine", engine, *adapt))
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                labelled = list(pool.map(read, sessions + held))
            judged = [
                (part.photograph, label.last)
                for session, given in zip(sessions, labelled, strict=False)
                for part, label in list(zip(session, given, strict=True))[2 * ROUNDS :]
            ]
            answers = Answers(
                people=tuple(photograph.person for photograph, _ in judged),
                truth=np.asarray([labels.index(photograph.label) for photograph, _ in judged], np.int64),
                answered=np.asarray([labels.index(x) if x in labels else -1 for _, x in judged], np.int64),
            )
            ends = [given[-1] for given in labelled[len(sessions) :]]
            kept = sum(label.first == label.last for label in ends) / max(1, len(ends))
            results[name][key] = evaluate_set(answers, labels, {})
            results[name][key]["held"] = {"clips": len(ends), "kept": round(kept, 4)}
    return results


def mixed_sessions(own: Sequence[Photograph]) -> list[list[Part]]:
    """Films of one person: 2 * ROUNDS parts to get to know the face, then the pictures to be judged.

    One half of each label's pictures is for getting to know the face, the other half is judged, and vice versa. An only
    picture serves for both. People without a neutral picture have no film.
    """
    films = []
    for half in (0, 1):
        known = [photograph for photograph in own if _rank(photograph, own) % 2 == half or _is_only(photograph, own)]
        judged = [photograph for photograph in own if photograph not in known or _is_only(photograph, own)]
        if any(photograph.label == NEUTRAL for photograph in known) and judged:
            films.append(_session(known) + [Part(photograph, JUDGED_S) for photograph in judged])
    # With one picture of each label both films are the same.
    return films[:1] if all(_is_only(photograph, own) for photograph in own) else films


def held_clips(own: Sequence[Photograph]) -> list[list[Part]]:
    """Films of one person in which one picture of each label is held, after a session with the others."""
    first = {photograph.label: photograph for photograph in reversed(own)}
    clips = []
    for held in first.values():
        others = [photograph for photograph in own if photograph != held] or list(own)
        if any(photograph.label == NEUTRAL for photograph in others):
            clips.append([*_session(others), Part(held, HELD_S)])
    return clips


def read_film(parts: Sequence[Part], options: Sequence[str]) -> list[Label]:
    """What `python -m server video` calls each part of a film.

    Raises:
        RunError: the command failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        film, table = Path(folder) / "film.avi", Path(folder) / "faces.csv"
        _write_film(film, parts)
        command = [sys.executable, "-m", "server", "video", str(film), "--csv", str(table), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
        if done.returncode != 0:
            raise RunError(f"python -m server video: {done.stderr.strip().splitlines()[-1:]}")
        with table.open(newline="") as file:
            labels = {int(row["frame"]): row["label"] for row in reversed(list(csv.DictReader(file)))}  # largest first
    found, end = [], 0  # frames are numbered from 1
    for part in parts:
        begin, end = end, end + round(part.seconds * FPS)
        frames, window = [labels.get(frame, "") for frame in range(begin + 1, end + 1)], round(WINDOW_S * FPS)
        settled = frames[round(SETTLED_S * FPS) :]
        if len(settled) < window:
            settled, window = frames[-1:], 1
        found.append(Label(_most_common(settled[:window]), _most_common(settled[-window:])))
    return found


def _most_common(labels: Sequence[str]) -> str:
    return Counter(labels).most_common(1)[0][0]


def print_adapting(results: dict[str, Any]) -> None:
    """Print the metrics as text."""
    for name, result in results.items():
        print(f"\npeople/{name}, adapting to each face in a mixed session:")
        for key, title in (("without", "without"), ("with", "with   ")):
            row = result[key]
            recalls = ", ".join(f"{label} {figures['recall']:.0%}" for label, figures in row["recall"].items())
            interval = f"{row['balanced_low']:.0%} to {row['balanced_high']:.0%}"
            print(f"  {title} balanced accuracy {row['balanced_accuracy']:.1%} (95 % interval {interval}): {recalls}")
            held = row["held"]
            print(f"          of {held['clips']} expressions held for two minutes, kept: {held['kept']:.1%}")


def _spread(clips: list[list[Part]], number: int) -> list[list[Part]]:
    """At most this many clips, evenly from all."""
    return clips if len(clips) <= number else [clips[i * len(clips) // number] for i in range(number)]


def _session(known: Sequence[Photograph]) -> list[Part]:
    """ROUNDS of rest and another expression."""
    neutral = [photograph for photograph in known if photograph.label == NEUTRAL]
    others = [photograph for photograph in known if photograph.label != NEUTRAL] or neutral
    rounds = range(ROUNDS)
    # A step of 3 goes through the labels, of which each has about three pictures beside one another.
    pairs = [(neutral[i % len(neutral)], others[3 * i % len(others)]) for i in rounds]
    return [part for rest, other in pairs for part in (Part(rest, REST_S), Part(other, OTHER_S))]


def _rank(photograph: Photograph, own: Sequence[Photograph]) -> int:
    """The place of a picture among those of its label."""
    return [other for other in own if other.label == photograph.label].index(photograph)


def _is_only(photograph: Photograph, own: Sequence[Photograph]) -> bool:
    return sum(other.label == photograph.label for other in own) == 1


def _write_film(path: Path, parts: Sequence[Part]) -> None:
    pictures = {part.photograph.path: _picture(part.photograph.path) for part in parts}
    width = max(picture.shape[1] for picture in pictures.values())
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (width, HEIGHT), isColor=False)
    rng = np.random.default_rng(0)
    try:
        for part in parts:
            picture = pictures[part.photograph.path]
            left = (width - picture.shape[1]) // 2
            frame = cv2.copyMakeBorder(
                picture, 0, 0, left, width - picture.shape[1] - left, cv2.BORDER_CONSTANT, value=[128.0]
            )
            for _ in range(round(part.seconds * FPS)):
                writer.write(_seen_by_a_webcam(frame, rng))
    finally:
        writer.release()


def _picture(path: Path) -> npt.NDArray[np.uint8]:
    grey = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise RunError(f"{path}: no picture")
    width = max(2, round(grey.shape[1] * HEIGHT / grey.shape[0]))
    return np.asarray(cv2.resize(grey, (width, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _seen_by_a_webcam(frame: npt.ArrayLike, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    pixels = np.asarray(frame, np.float32)
    move = np.array([(1, 0, rng.normal(0, SHIFT_PX)), (0, 1, rng.normal(0, SHIFT_PX))], np.float32)
    moved = cv2.warpAffine(pixels, move, pixels.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    noisy = moved * (1 + rng.normal(0, BRIGHTNESS)) + rng.normal(0, NOISE, pixels.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)
