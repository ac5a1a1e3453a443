"""Measures the motion values: `python -m lab.bench.motion`.

Blinks: portraits whose eyelids are drawn shut and open again, each within 150 ms, at 25 frames a second with a webcam's
noise. Tremble: how far each value of a still face moves within ten seconds of such noise, after the first two, in which
the face becomes known. Delay: how soon values follow a change from one picture of a person to another. Cost: how much
longer a frame takes with motion, in units (see docs/performance.md). Throughput: results a second of a server whose
clients ask for motion, and of one whose clients do not.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving
from lab.bench.parts.pipeline import make_unit
from lab.bench.parts.throughput import CLIENTS, UNLIMITED
from server.vision.arrays import Grey
from server.vision.expression.manifest import load_manifest
from server.vision.motion.values import Motion
from server.vision.pipeline import Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import ExpressionSettings
from tests.support import ROOT
from tests.support.clips import NOISE
from tests.support.eyelids import Eyelids
from tests.support.pictures import to_jpeg

WIDTH, HEIGHT, FPS = 640, 480, 25.0
FACE_SHARE = 0.28  # of the frame's width: a person at a laptop
BLINK_S, BLINKS_EACH, PAUSE_S = 0.15, 4, 0.7
SETTLE_S, STILL_S = 2.0, 10.0
SHUT = 0.5  # a blink is found if both eyes come below this, and a false one if an eye does so at another time
MAX_TREMBLE = 0.03


@dataclass
class Player:
    """Plays frames into a pipeline, as a webcam does."""

    pipeline: Pipeline
    motion: bool = True
    fps: float = FPS
    noise: float = NOISE
    state: State = field(init=False)
    clock: float = 0.0

    def __post_init__(self) -> None:
        """A new connection; the noise follows from the seed."""
        self.state = State.initial(ExpressionSettings(motion=self.motion))
        self._rng = np.random.default_rng(0)

    def jpeg(self, frame: Grey) -> bytes:
        """A frame as a webcam sends it."""
        noise = np.float32(self.noise) * self._rng.standard_normal(frame.shape, np.float32)
        return to_jpeg((frame + noise).clip(0, 255).astype(np.uint8), 80)

    def play(self, jpeg: bytes) -> Motion | None:
        """The values of the next frame; None without a face or values."""
        self.clock += 1 / self.fps
        analysis, self.state = self.pipeline.analyse(jpeg, self.clock, self.state)
        outputs = analysis.faces[0].outputs if analysis.faces else {}
        return Motion(**{name: value for name, (value,) in outputs.items()}) if outputs else None


def scene(pipeline: Pipeline, path: Path) -> Grey:
    """A portrait before a webcam, uint8 [HEIGHT, WIDTH]: the face in the middle, FACE_SHARE of the width."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert grey is not None, path
    height, width = grey.shape
    analysis, _ = pipeline.analyse_grey(grey.astype(np.uint8), 0.0, State.for_picture())
    x, y, w, h = analysis.faces[0].box
    scale = FACE_SHARE * WIDTH / (w * width)
    shift = (WIDTH / 2 - scale * (x + w / 2) * width, HEIGHT / 2 - scale * (y + h / 2) * height)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # without aliasing
    matrix = np.array(((1, 0, shift[0]), (0, 1, shift[1])), np.float32)
    placed = cv2.warpAffine(small, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return placed.astype(np.uint8)


def eyelids(pipeline: Pipeline, frame: Grey) -> Eyelids:
    """The eyes of a scene."""
    analysis, _ = pipeline.analyse_grey(frame, 0.0, State.for_picture(ExpressionSettings(motion=True)))
    mesh = analysis.faces[0].mesh
    assert mesh is not None
    return Eyelids(frame, mesh)


def shut_at(since: float) -> float:
    """How far an eye is shut so many seconds after the start of a blink: a third each closing, shut, opening."""
    third = BLINK_S / 3
    return float(np.clip(min(since / third, (BLINK_S - since) / third), 0, 1))


def blinks(pipeline: Pipeline, paths: list[Path]) -> tuple[int, int, int]:
    """Blinks made, found, and eyes that were shut in between."""
    made = found = false = 0
    rng = np.random.default_rng(1)
    for path in paths:
        frame = scene(pipeline, path)
        lids, player = eyelids(pipeline, frame), Player(pipeline)
        starts = [SETTLE_S + k * (BLINK_S + PAUSE_S) + rng.uniform(0, 1 / FPS) for k in range(BLINKS_EACH)]
        shut: list[float] = []
        for k in range(round((starts[-1] + PAUSE_S) * FPS)):
            since = next((k / FPS - start for start in starts if 0 <= k / FPS - start <= BLINK_S), 0.0)
            values = player.play(player.jpeg(lids.closed(shut_at(since), shut_at(since))))
            if values and max(values.eye_left, values.eye_right) < SHUT:
                shut.append(k / FPS)
            elif values and min(values.eye_left, values.eye_right) < SHUT and not _near(k / FPS, starts):
                false += 1
        made += len(starts)
        found += sum(any(0 <= at - start <= BLINK_S + 2 / FPS for at in shut) for start in starts)
        false += sum(not _near(at, starts) for at in shut)
    return made, found, false


def _near(at: float, starts: list[float]) -> bool:
    return any(-1 / FPS <= at - start <= BLINK_S + 3 / FPS for start in starts)


def tremble(pipeline: Pipeline, paths: list[Path], noise: float) -> list[Motion]:
    """For each person, how far each value moves while the face is still."""
    moved = []
    for path in paths:
        frame, player = scene(pipeline, path), Player(pipeline, noise=noise)
        shown = [player.play(player.jpeg(frame)) for _ in range(round((SETTLE_S + STILL_S) * FPS))]
        values = np.array([each for each in shown[round(SETTLE_S * FPS) :] if each])
        moved.append(Motion(*np.ptp(values, axis=0).tolist()))
    return moved


def delay_ms(pipeline: Pipeline, people: list[Path]) -> list[float]:
    """From a smile to nine tenths of its value, for those who smile clearly."""
    delays = []
    for person in people:
        rest, smile = (scene(pipeline, person / f"{name}.jpg") for name in ("neutral", "happy"))
        player = Player(pipeline)
        for _ in range(round(SETTLE_S * FPS)):
            player.play(player.jpeg(rest))
        shown = [values.mouth_smile for _ in range(25) if (values := player.play(player.jpeg(smile)))]
        if shown and shown[-1] > 0.3:
            first = next(k for k, value in enumerate(shown) if value >= 0.9 * shown[-1])
            delays.append(1000 * first / FPS)
    return delays


def moving(frame: Grey, frames: int) -> Iterator[Grey]:
    """A face that sways, turns in the plane and comes nearer, once round."""
    for angle in np.linspace(0, 2 * np.pi, frames, endpoint=False):
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 6 * np.sin(angle), 1 + 0.06 * np.cos(angle))
        matrix[:, 2] += (25 * np.sin(2 * angle), 10 * np.cos(angle))
        yield cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def cost(pipeline: Pipeline, path: Path, rounds: int) -> dict[str, float]:
    """Units that a frame takes more with motion, CPU time of one thread: the median over rounds of 50 frames."""
    frame, maker = scene(pipeline, path), Player(pipeline)
    clips = {
        "still": [maker.jpeg(frame) for _ in range(50)],
        "moving": [maker.jpeg(each) for each in moving(frame, 50)],
    }
    unit_round = make_unit()
    figures: dict[str, float] = {}
    with threadpool_limits(1):
        for name, jpegs in clips.items():
            ways = {way: Player(pipeline, motion=way != "without") for way in ("without", "with", "all eyes")}
            taken: dict[str, list[float]] = {way: [] for way in (*ways, "unit")}
            for _ in range(rounds):
                taken["unit"].append(unit_round())
                for way, player in ways.items():
                    started = time.thread_time()
                    _round(player, jpegs, way == "all eyes")
                    taken[way].append(1000 * (time.thread_time() - started) / len(jpegs))
            without, with_motion, all_eyes, unit = (np.array(taken[way]) for way in (*ways, "unit"))
            figures[f"{name}, without"] = float(np.median(without / unit))
            figures[f"{name}, more"] = float(np.median((with_motion - without) / unit))
            figures[f"{name}, more with both eyes in each frame"] = float(np.median((all_eyes - without) / unit))
    return figures


def throughput(seconds: float) -> dict[str, float]:
    """Results a second of eight clients that always have a frame on the way, which ask for motion or do not."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        pictures = Context(quick=False, folder=Path(folder)).pictures
        for kind, living in (("saturating", "on"), ("living", "on"), ("living", "auto")):
            with serving(*UNLIMITED, "--living", living) as server:
                outcome = put_load(server, [Group(kind, CLIENTS)], pictures, 5, seconds)
            figures[f"{kind} clients, --living {living}"] = outcome.results / outcome.seconds
    return figures


def _round(player: Player, jpegs: list[bytes], all_eyes: bool) -> None:
    for jpeg in jpegs:
        player.play(jpeg)
        if all_eyes:
            forgotten = {id: replace(face, eyes=None) for id, face in player.state.followed.items()}
            player.state = replace(player.state, followed=forgotten)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.motion", description=__doc__.split("\n")[0])
    data = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    parts = ("blinks", "tremble", "delay", "cost", "throughput")
    parser.add_argument("--people", type=Path, default=data / "people" / "london", help="folders with neutral.jpg")
    parser.add_argument("--count", type=int, default=25, help="people for each figure")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, help="parts to measure")
    parser.add_argument("--noise", type=float, default=NOISE, help="of the still face, grey levels")
    parser.add_argument("--rounds", type=int, default=20, help="of the cost")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each throughput")
    options = parser.parse_args()
    people = sorted(path.parent for path in options.people.glob("*/neutral.jpg"))
    if not people:
        raise SystemExit(f"error: no people in {options.people}; set EMOJIFY_DATA")
    people = people[:: max(1, len(people) // options.count)][: options.count]
    neutral = [person / "neutral.jpg" for person in people]
    cv2.setNumThreads(1)
    pipeline = make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), WIDTH * HEIGHT)
    if "blinks" in options.only:
        made, found, false = blinks(pipeline, neutral)
        print(f"blinks of {len(people)} people: {found} of {made} found; {false} frames with an eye shut in between")
    if "tremble" in options.only:
        moved = np.array(tremble(pipeline, neutral, options.noise))
        most = ", ".join(f"{name} {value:.3f}" for name, value in zip(Motion._fields, moved.max(axis=0), strict=True))
        still = (moved <= MAX_TREMBLE).all(axis=1).mean()
        print(f"tremble at a noise of {options.noise:g}: at most {most}; {100 * still:.0f} % of the people within 0.03")
    if "delay" in options.only:
        delays = delay_ms(pipeline, people)
        median, most_ms = np.median(delays), max(delays)
        print(f"delay of {len(delays)} smiles to nine tenths: median {median:.0f}, at most {most_ms:.0f} ms")
    if "cost" in options.only:
        for name, units in cost(pipeline, neutral[0], options.rounds).items():
            print(f"cost, {name}: {units:.2f} units")
    if "throughput" in options.only:
        for name, results in throughput(options.seconds).items():
            print(f"{name}: {results:.0f} results a second")


if __name__ == "__main__":
    main()
