"""How many false faces a video shows, and how late real ones: `python -m lab.bench.confirmation`.

The figures from which `CONFIRM_DETECTIONS` and `CONFIRM_S` (server/vision/tracking.py) and `CERTAIN_SCORE` (BlazeFace)
were chosen. Clips with slight motion and noise are made of pictures without people, of title cards, and of portraits
and crowds that appear in an empty room (../shared/data). The tracks of a clip are recorded as if each first detection
were shown; the rule is then applied to the record.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.detectors.protocol import Detector
from server.vision.detectors.registry import DETECTORS, make_detector
from server.vision.tracking import CONFIRM_DETECTIONS, CONFIRM_S, Tracks
from server.vision.types import Certainty, DetectorState

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 640, 480
SECONDS = 3.0
ROOM_S = 1.0  # how long the empty room is shown before people appear
NOISE = 4.0  # grey levels, standard deviation
CARDS = 200
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A detection of a track: seconds of the clip, number of the frame, score, and certainty."""

    clock: float
    frame: int
    score: float
    certainty: Certainty


Track = list[Sighting]


def clip(frame: Grey, fps: float, seconds: float, seed: int) -> Iterator[Grey]:
    """A picture, uint8 [480, 640], in front of a webcam: it sways by a few pixels and degrees, with noise."""
    rng = np.random.default_rng(seed)
    noise = (NOISE * rng.standard_normal((HEIGHT + 64, WIDTH + 64))).astype(np.float32)
    sway = rng.standard_normal(4)
    keep = np.exp(-1 / fps)
    for _ in range(round(seconds * fps)):
        sway = keep * sway + np.sqrt(1 - keep**2) * rng.standard_normal(4)
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 2.5 * sway[2], 1 + 0.03 * sway[3])
        matrix[:, 2] += 8 * sway[:2]
        moved = cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        y, x = rng.integers(0, 64, 2)
        yield (moved + noise[y : y + HEIGHT, x : x + WIDTH]).clip(0, 255).astype(np.uint8)


def tracks_of(detector: Detector, frames: Iterator[Grey], fps: float) -> list[Track]:
    """The tracks of a clip, as if each were shown with its first detection."""
    tracks, found = Tracks(), dict[int, Track]()
    state: DetectorState = None
    for number, grey in enumerate(frames):
        clock = 0.001 + number / fps
        result = detector.follow(grey, tracks.predicted(clock), clock, state)
        state = result.state
        tracks, seen = tracks.step(result.faces, clock, confirm=True)
        for id, face in seen:
            found.setdefault(id, []).append(Sighting(clock, number, face.score, face.certainty))
    return list(found.values())


def shown_from(track: Sequence[Sighting]) -> int | None:
    """Index of the sighting from which the rule of server.vision.tracking shows the track."""
    row: Track = []
    for index, sighting in enumerate(track):
        if row and sighting.frame > row[-1].frame + 1:
            row = []
        row = [*row, sighting] if sighting.certainty > Certainty.WEAK else []
        if sighting.certainty is Certainty.CERTAIN or len(row) >= CONFIRM_DETECTIONS:
            return index
        if len(row) > 1 and sighting.clock - row[0].clock >= CONFIRM_S:
            return index
    return None


def title_cards(count: int) -> list[Grey]:
    """Frames with up to four lines of letters."""
    rng = np.random.default_rng(0)
    cards = []
    for number in range(count):
        paper, ink = ((0, 255), (20, 220), (255, 0), (128, 255))[number % 4]
        card = np.full((HEIGHT, WIDTH), paper, np.uint8)
        lines = int(rng.integers(1, 5))
        for line in range(lines):
            text = "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZaeiouO "), rng.integers(3, 11)))
            scale = float(rng.uniform(1, 5))
            width = int(rng.integers(2, int(3 * scale) + 3))
            at = (int(rng.integers(0, 200)), (line + 1) * HEIGHT // (lines + 1) + 30)
            cv2.putText(card, text, at, FONTS[number % 5], scale, ink, width, cv2.LINE_AA)
        cards.append(card)
    return cards


def fitted(path: Path, cover: bool) -> Grey:
    """A picture that covers the frame, or fits into it."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise SystemExit(f"error: {path} is not a picture")
    scales = (WIDTH / grey.shape[1], HEIGHT / grey.shape[0])
    scale = max(scales) if cover else min(scales)
    matrix = np.array([(scale, 0, 0), (0, scale, 0)], np.float32)
    matrix[:, 2] = (WIDTH - scale * grey.shape[1]) / 2, (HEIGHT - scale * grey.shape[0]) / 2
    fit = cv2.warpAffine(grey, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=(110,))
    return fit.astype(np.uint8)


def report(name: str, clips: Sequence[Sequence[Track]]) -> None:
    """One line: clips and frames with a face, without and with the rule, and the delay that the rule causes."""
    frames = sum(len(track) for tracks in clips for track in tracks)
    shown = [[(track, shown_from(track)) for track in tracks] for tracks in clips]
    kept = [[(track, at) for track, at in tracks if at is not None] for tracks in shown]
    after = sum(len(track) - at for tracks in kept for track, at in tracks)
    delays = [track[at].clock - track[0].clock for tracks in kept for track, at in tracks] or [0.0]
    print(
        f"{name:10}{len(clips):>6}{sum(map(bool, clips)):>8}{frames:>8}{sum(map(bool, kept)):>10}{after:>8}"
        f"{np.median(delays):>10.2f}{np.quantile(delays, 0.95):>8.2f}",
        flush=True,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.confirmation", description=__doc__.split("\n")[0])
    data = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data, help="folder with detect/ and people/")
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--step", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--detector", default="blazeface", choices=list(DETECTORS))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    detector = make_detector(options.detector)
    folders = {name: sorted((options.data / "detect" / name).iterdir()) for name in ("noface", "faces")}
    portraits = sorted((options.data / "people" / "london").glob("*/*.jpg"))
    sets = {
        "noface": ([fitted(path, cover=True) for path in folders["noface"][:: options.step]], False),
        "cards": (title_cards(CARDS)[:: options.step], False),
        "portraits": ([fitted(path, cover=False) for path in portraits[:: 5 * options.step]], True),
        "crowds": ([fitted(path, cover=True) for path in folders["faces"][:: 10 * options.step]], True),
    }
    room = np.full((HEIGHT, WIDTH), 110, np.uint8)
    print(f"{'':10}{'clips':>6}{'  faces':>8}{'frames':>8}{'by rule':>10}{'frames':>8}{'delay s':>10}{'95 %':>8}")
    for name, (pictures, appear) in sets.items():
        clips = []
        for seed, picture in enumerate(pictures):
            before = list(clip(room, options.fps, ROOM_S, seed)) if appear else []
            frames = iter([*before, *clip(picture, options.fps, SECONDS, seed)])
            clips.append(tracks_of(detector, frames, options.fps))
        report(name, clips)


if __name__ == "__main__":
    main()
