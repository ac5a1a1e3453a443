"""How many false faces a video shows, and how late real ones: `python -m lab.bench.confirmation`.

The figures from which the limits of tentative tracks (server/vision/tracking.py) and `CERTAIN_SCORE` (BlazeFace) were
chosen. Clips with slight motion and noise are made of pictures without people, of title cards, and of portraits and
crowds that appear in an empty room (../shared/data); `webcam` are portraits, small, blurred and noisy.
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
from server.vision.tracking import Tracks
from server.vision.types import DetectorState

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 640, 480
SECONDS = 3.0
ROOM_S = 1.0  # how long the empty room is shown before people appear
NOISE, WEBCAM_NOISE = 4.0, 10.0  # grey levels, standard deviation
WEBCAM_SCALE, WEBCAM_BLUR_PX = 0.4, 4.0  # of a small, blurred portrait
CARDS = 200
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)


@dataclass(frozen=True, slots=True)
class ClipResult:
    """Counts of detections, one for each face and frame.

    Attributes:
        found: detections of tentative and confirmed tracks.
        shown: detections of confirmed tracks.
        delays: seconds from the first detection of each confirmed track to its confirmation.
    """

    found: int
    shown: int
    delays: tuple[float, ...]


def clip(frame: Grey, fps: float, seconds: float, seed: int, noise_level: float = NOISE) -> Iterator[Grey]:
    """A picture, uint8 [480, 640], in front of a webcam: it sways by a few pixels and degrees, with noise."""
    rng = np.random.default_rng(seed)
    noise = (noise_level * rng.standard_normal((HEIGHT + 64, WIDTH + 64))).astype(np.float32)
    sway = rng.standard_normal(4)
    keep = np.exp(-1 / fps)
    for _ in range(round(seconds * fps)):
        sway = keep * sway + np.sqrt(1 - keep**2) * rng.standard_normal(4)
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 2.5 * sway[2], 1 + 0.03 * sway[3])
        matrix[:, 2] += 8 * sway[:2]
        moved = cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        y, x = rng.integers(0, 64, 2)
        yield (moved + noise[y : y + HEIGHT, x : x + WIDTH]).clip(0, 255).astype(np.uint8)


def track(detector: Detector, frames: Iterator[Grey], fps: float) -> ClipResult:
    """Detects and tracks the faces of a clip as the server does."""
    tracks, found, shown, delays = Tracks(), 0, 0, dict[int, float]()
    state: DetectorState = None
    for number, grey in enumerate(frames):
        clock = 0.001 + number / fps
        result = detector.follow(grey, tracks.predicted(clock), clock, state)
        state = result.state
        tracks, confirmed = tracks.step(result.faces, clock)
        found += sum(one.seen_at == clock for one in tracks.alive)
        shown += len(confirmed)
        for one in tracks.alive:
            if one.id:
                delays.setdefault(one.id, clock - one.started_at)
    return ClipResult(found, shown, tuple(delays.values()))


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


def webcam(picture: Grey) -> Grey:
    """A picture as a poor webcam shows it from a distance: smaller and blurred."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0, WEBCAM_SCALE)
    small = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=(110,))
    return cv2.GaussianBlur(small, (0, 0), WEBCAM_BLUR_PX).astype(np.uint8)


def report(name: str, clips: Sequence[ClipResult]) -> None:
    """One line: clips and detections, found and shown, and how long confirmation took."""
    delays = [delay for result in clips for delay in result.delays] or [0.0]
    print(
        f"{name:10}{len(clips):>6}"
        f"{sum(result.found > 0 for result in clips):>8}{sum(result.found for result in clips):>8}"
        f"{sum(result.shown > 0 for result in clips):>8}{sum(result.shown for result in clips):>8}"
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
    people = [fitted(path, cover=False) for path in portraits[:: 5 * options.step]]
    sets = {
        "noface": ([fitted(path, cover=True) for path in folders["noface"][:: options.step]], False, NOISE),
        "cards": (title_cards(CARDS)[:: options.step], False, NOISE),
        "portraits": (people, True, NOISE),
        "webcam": ([webcam(picture) for picture in people], True, WEBCAM_NOISE),
        "crowds": ([fitted(path, cover=True) for path in folders["faces"][:: 10 * options.step]], True, NOISE),
    }
    room = np.full((HEIGHT, WIDTH), 110, np.uint8)
    print(f"{'':10}{'clips':>6}{'found':>8}{'frames':>8}{'shown':>8}{'frames':>8}{'delay s':>10}{'95 %':>8}")
    for name, (pictures, appear, noise) in sets.items():
        clips = []
        for seed, picture in enumerate(pictures):
            before = list(clip(room, options.fps, ROOM_S, seed, noise)) if appear else []
            frames = iter([*before, *clip(picture, options.fps, SECONDS, seed, noise)])
            clips.append(track(detector, frames, options.fps))
        report(name, clips)


if __name__ == "__main__":
    main()
