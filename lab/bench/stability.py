"""Measures how stable the label is, and how soon it follows a change: `python -m lab.bench.stability`.

Clips of 50 FER2013 test faces and of the astronaut go through the real pipeline with a simulated clock. A change is a
frame whose smoothed label (`unsure` is one of them) is not that of the frame before; those of a face's first second,
in which a first guess is put right, are counted apart. Then cuts from one face to
another that the model reads without doubt, half of them to the same place in the frame, half to another, and sequences
of ten such changes in a row, with real faces and with made scores.
"""

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from lab.bench.following import confident, cuts, in_a_row, made_changes, settled
from model.dataset import load_images
from server.vision.arrays import Grey
from server.vision.expression.manifest import load_manifest
from server.vision.pipeline import Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import UNSURE
from tests.support.clips import HEIGHT, WIDTH, astronaut_scene, crop_scene, play

ROOT = Path(__file__).resolve().parents[2]
FACES, PAIRS, SEED = 50, 50, 7
SECONDS = 60.0
RATES = (10.0, 25.0)
SETTLE_S = 1.0
ROWS = 10  # sequences of ten changes of the face
CERTAINTIES = (0.9, 0.75)  # of made scores


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Counts over one clip.

    Attributes:
        changes: of the smoothed label once the face has been there for SETTLE_S.
        early: the same before that, while a first guess is still being put right.
        raw_changes: of the likeliest label of single frames.
        unsure: share of the frames with that label.
        missed: share of the frames without a face.
        people: how many ids the one face had.
    """

    changes: int
    early: int
    raw_changes: int
    unsure: float
    missed: float
    people: int


def measure(source: Path, faces: int = FACES, seconds: float = SECONDS, rates: Sequence[float] = RATES,
            pairs: int = PAIRS, rows: int = ROWS) -> dict[str, float]:  # fmt: skip
    """Print the table and return the figures.

    Args:
        source: fer2013.zip or its folder.
        faces: how many of its faces to make clips of.
        seconds: length of a clip.
        rates: frames a second.
        pairs: how many cuts.
        rows: how many sequences of ten changes.
    """
    pipeline = make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), WIDTH * HEIGHT)
    crops, tried = choose(pipeline, source, max(faces, 4 * pairs), faces)
    print(f"the detector finds {len(crops)} of {tried} faces of FER2013's PublicTest (seed {SEED}) in a frame")
    figures: dict[str, float] = {"found": len(crops) / tried}
    scenes = [astronaut_scene(), *(crop_scene(crop) for crop in crops[:faces])]
    sure = confident(pipeline, crops)
    for fps in rates:
        seen = [steadiness(pipeline, play(scene, seconds, fps, seed)) for seed, scene in enumerate(scenes)]
        figures |= _report(f"{fps:g}", seen, seconds)
        figures |= _report_cuts(f"{fps:g}", cuts(pipeline, sure, pairs, fps))
        figures |= _report_changes(f"{fps:g}", in_a_row(pipeline, sure, fps, rows))
        for certainty in CERTAINTIES:
            delays = " ".join("missed" if delay is None else f"{delay:.0f}" for delay in made_changes(certainty, fps))
            print(f"  ten changes of made scores at {100 * certainty:.0f} % certainty: {delays} ms", flush=True)
    return figures


def choose(pipeline: Pipeline, source: Path, most: int, least: int) -> tuple[list[Grey], int]:
    """Random crops in which the detector finds a face, and the number of crops tried."""
    images = load_images(source)
    order = np.random.default_rng(SEED).permutation(images.of_split("PublicTest"))
    found: list[Grey] = []
    tried = 0
    for index in order[: max(most, 2 * least)]:
        tried += 1
        crop = images.pixels[index]
        if settled(pipeline, crop_scene(crop)):
            found.append(crop)
        if len(found) >= most:
            break
    return found, tried


def steadiness(pipeline: Pipeline, frames: Iterable[tuple[float, bytes]]) -> Steadiness:
    """Run a clip of one face through the pipeline and count changes."""
    state = State.initial()
    shown: list[str] = []
    early = 0
    raw: list[int] = []
    people: set[int] = set()
    count = 0
    for clock, jpeg in frames:
        count += 1
        analysis, state = pipeline.analyse(jpeg, clock, state)
        for face in analysis.faces[:1]:
            early += bool(shown) and clock < SETTLE_S and face.label != shown[-1]
            shown.append(face.label)
            raw.append(max(range(len(face.scores)), key=face.scores.__getitem__))
            people.add(face.id)
    return Steadiness(
        _changes(shown) - early,
        early,
        _changes(raw),
        shown.count(UNSURE) / max(len(shown), 1),
        1 - len(shown) / count,
        len(people),
    )


def _report(rate: str, seen: Sequence[Steadiness], seconds: float) -> dict[str, float]:
    changes = np.array([clip.changes for clip in seen])
    raw, unsure, missed, people = (
        np.array([getattr(clip, name) for clip in seen]) for name in ("raw_changes", "unsure", "missed", "people")
    )
    early = np.array([clip.early for clip in seen])
    steady, most = float((changes == 0).mean()), int(changes.max())
    print(
        f"\n{len(seen)} clips of {seconds:g} s at {rate}/s: no change in {100 * steady:.0f} %,"
        f" 1 or 2 in {100 * ((changes > 0) & (changes <= 2)).mean():.0f} %, more in {100 * (changes > 2).mean():.0f} %"
        f" (at most {most}; the astronaut {changes[0]});"
        f" with the first second, none in {100 * (changes + early == 0).mean():.0f} %\n"
        f"  raw changes a minute: median {np.median(raw) * 60 / seconds:.1f}, mean {raw.mean() * 60 / seconds:.1f};"
        f" none in {100 * (raw == 0).mean():.0f} %\n"
        f"  unsure {100 * unsure.mean():.1f} % of the time; no face in {100 * missed.mean():.2f} % of the frames;"
        f" a second id in {int((people > 1).sum())} clips",
        flush=True,
    )
    return {
        f"steady_{rate}": steady,
        f"steady_from_the_start_{rate}": float((changes + early == 0).mean()),
        f"most_changes_{rate}": most,
        f"raw_changes_{rate}": float(raw.mean() * 60 / seconds),
        f"unsure_{rate}": float(unsure.mean()),
        f"missed_{rate}": float(missed.mean()),
        f"second_ids_{rate}": float((people > 1).mean()),
    }


def _report_cuts(rate: str, delays: Sequence[float]) -> dict[str, float]:
    p50, p95, most = (float(np.quantile(delays, q)) for q in (0.5, 0.95, 1.0))
    print(f"  {len(delays)} cuts: label follows after p50 {p50:.0f}, p95 {p95:.0f}, at most {most:.0f} ms", flush=True)
    return {f"cut_p50_{rate}": p50, f"cut_p95_{rate}": p95}


def _report_changes(rate: str, rows: Sequence[Sequence[float | None]]) -> dict[str, float]:
    """The delays of the changes in the rows, and those of the first and of the last change of each row."""
    delays = [delay for row in rows for delay in row if delay is not None]
    missed = sum(delay is None for row in rows for delay in row)
    p50, p95 = (float(np.quantile(delays, q)) for q in (0.5, 0.95))
    first, last = ([delay for row in rows if (delay := row[at]) is not None] for at in (0, -1))
    print(
        f"  {len(rows)} times ten changes in a row: p50 {p50:.0f}, p95 {p95:.0f} ms, {missed} missed;"
        f" median of the first changes {np.median(first):.0f}, of the tenth {np.median(last):.0f} ms",
        flush=True,
    )
    return {f"change_p50_{rate}": p50, f"change_p95_{rate}": p95, f"change_missed_{rate}": missed}


def _changes(values: Sequence[object]) -> int:
    return sum(a != b for a, b in pairwise(values))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.stability", description=__doc__.split("\n")[0])
    data = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data / "fer2013.zip", help="fer2013.zip or its folder")
    parser.add_argument("--faces", type=int, default=FACES, help="clips to make beside the astronaut's")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of a clip")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="frames a second")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="cuts from one face to another")
    parser.add_argument("--rows", type=int, default=ROWS, help="sequences of ten changes of the face")
    options = parser.parse_args()
    if not options.data.exists():
        raise SystemExit(f"error: no {options.data}; set EMOJIFY_DATA")
    measure(options.data, options.faces, options.seconds, options.rates, options.pairs, options.rows)


if __name__ == "__main__":
    main()
