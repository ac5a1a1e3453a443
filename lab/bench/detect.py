"""Measures which faces the detector finds, by size, and its false detections: `python -m lab.bench.detect`.

Prints tables and draws `lab/plots/detector.png`, the curve by which the settings of BlazeFace were chosen.
The photographs are in ../shared/data/detect (their README says what they are); every second one, by the hash
of its name, was used for choosing (half A) and the others for checking (half B).
"""

import argparse
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np

from lab.bench.detect_cost import costs
from lab.bench.detect_plot import Curve, draw
from server.vision.arrays import Grey
from server.vision.detectors.blazeface import detector as blazeface
from server.vision.detectors.blazeface.anchors import merge
from server.vision.detectors.blazeface.detector import ENTER_SCORE, BlazeFaceDetector
from server.vision.detectors.blazeface.network import FULL_RANGE, SHORT_RANGE, BlazeFaceNetwork, Variant
from server.vision.detectors.blazeface.windows import Window
from server.vision.tracking import iou
from server.vision.types import Box

ROOT = Path(__file__).resolve().parents[2]
# Edges of the face sizes, shares of the frame's width; and the size that a camera's frame must show.
SIZES = (0.03, 0.04, 0.05, 0.06, 0.08, 0.10, 0.15, 1.0)
LIVE = 0.08
LOWEST = 0.3  # score down to which the curve is drawn
STILL_PX = 1280
PLACED = (0.03, 0.04, 0.05, 0.06, 0.08, 0.10, 0.15, 0.25, 0.40)
ASTRONAUT: Box = (171, 70, 98, 98)  # her face in the photograph of 512x512

Found = list[tuple[float, Box]]  # score and box in pixels, surest first
Look = Callable[[Grey], Found]


@dataclass(frozen=True, slots=True)
class Photograph:
    """One picture with its faces, and the masked faces that do not count, in pixels."""

    name: str
    grey: Grey
    faces: Sequence[Box] = ()
    ignored: Sequence[Box] = ()

    @property
    def half(self) -> str:
        """The half of the data: A to choose settings, B to check them."""
        return "AB"[hashlib.sha256(self.name.encode()).digest()[0] % 2]


def measure(folder: Path, picture: Path | None = None) -> dict[str, float]:
    """Print the tables, draw the curve if asked to, and return the figures of the shipped settings.

    Args:
        folder: with faces/, faces.json and noface/.
        picture: the PNG to write.
    """
    crowds, animals = load(folder)
    net = BlazeFaceDetector()
    looks: Mapping[str, Look] = {
        "short range, one look": one_look(SHORT_RANGE),
        "full range, one look": one_look(FULL_RANGE),
        "shipped: both, all views": lambda grey: shipped(net, grey),
        f"shipped, enlarged to {STILL_PX}": lambda grey: enlarged(net, grey),
    }
    figures: dict[str, float] = {}
    curves = []
    print(f"{len(crowds)} crowds, {len(animals)} animals; found of all faces by width in % of the frame")
    print(f"{'':27}" + "".join(f"{f'<{100 * size:.0f}':>8}" for size in SIZES) + "   >=8 (A, B)  false  animals (A, B)")
    for name, look in looks.items():
        with lowered(LOWEST):
            seen = [look(photograph.grey) for photograph in crowds]
            fooled = [look(photograph.grey) for photograph in animals]
        curve = Curve(name, SIZES, *_along(crowds, seen, animals, fooled))
        curves.append(curve)
        figures = _row(name, crowds, seen, animals, fooled)
    figures |= placed(net, [photograph.grey for photograph in animals])
    figures |= costs(net)
    if picture:
        draw(curves, ENTER_SCORE, picture)
        print(f"drew {picture}")
    return figures


def load(folder: Path) -> tuple[list[Photograph], list[Photograph]]:
    """Street photographs with faces, and animals without people."""
    truth = json.loads((folder / "faces.json").read_text())
    crowds = [
        Photograph(name, _read(folder / "faces" / name), [tuple(box) for box in entry["faces"]], entry["ignore"])
        for name, entry in sorted(truth.items())
    ]
    return crowds, [Photograph(path.name, _read(path)) for path in sorted((folder / "noface").iterdir())]


def one_look(variant: Variant) -> Look:
    """The detections of one network on the whole frame."""
    net = BlazeFaceNetwork(variant)

    def look(grey: Grey) -> Found:
        height, width = grey.shape
        scores, points = merge(*net.infer(grey, Window(0, 0, width, height), LOWEST))
        boxes = np.concatenate([points[:, 0], points[:, 1] - points[:, 0]], axis=1)
        return [(score, tuple(box)) for score, box in zip(scores.tolist(), boxes.tolist(), strict=True)]

    return look


def shipped(net: BlazeFaceDetector, grey: Grey) -> Found:
    """The detections in a single picture."""
    height, width = grey.shape
    return [
        (face.score, (face.box[0] * width, face.box[1] * height, face.box[2] * width, face.box[3] * height))
        for face in net.detect(grey)
    ]


def enlarged(net: BlazeFaceDetector, grey: Grey) -> Found:
    """The detections in the enlarged picture, which takes the code path of large pictures."""
    scale = STILL_PX / grey.shape[1]
    large = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    return [(score, (x / scale, y / scale, w / scale, h / scale)) for score, (x, y, w, h) in shipped(net, large)]


@contextmanager
def lowered(score: float) -> Iterator[None]:
    """Lower the score threshold of the detector, so that one run covers all higher thresholds."""
    with patch.object(blazeface, "ENTER_SCORE", score):
        yield


def hits(box: Box, face: Box) -> bool:
    """Whether a detection matches a face: its centre lies within the face, or the boxes overlap by 0.4."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return (face[0] <= x <= face[0] + face[2] and face[1] <= y <= face[1] + face[3]) or iou(box, face) >= 0.4


def placed(net: BlazeFaceDetector, backgrounds: Sequence[Grey], each: int = 20) -> dict[str, float]:
    """Recall of the astronaut's face, pasted in several sizes into pictures of animals."""
    from skimage.data import astronaut

    photograph = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2GRAY).astype(np.uint8)
    figures = {}
    print(f"\nthe astronaut (not a crowd's face) on {each} pictures of animals, by the width of her face in %")
    print(f"{'':27}" + "".join(f"{100 * share:>8.0f}" for share in PLACED))
    for width, height in ((640, 480), (STILL_PX, 960)):
        row = []
        for share in PLACED:
            found = 0
            for k in range(each):
                frame, face = place(photograph, share * width / ASTRONAUT[2], backgrounds[k], (width, height), k)
                found += any(hits(box, face) for _, box in shipped(net, frame))
            row.append(found / each)
            figures[f"placed_{width}_{100 * share:.0f}"] = found / each
        print(f"{f'{width}x{height}':27}" + "".join(f"{100 * value:>7.0f}%" for value in row), flush=True)
    return figures


def place(photograph: Grey, scale: float, background: Grey, size: tuple[int, int], seed: int) -> tuple[Grey, Box]:
    """Paste the scaled astronaut into a frame, her face completely within it; returns the frame and the face's box."""
    frame = cv2.resize(background, size, interpolation=cv2.INTER_CUBIC)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    person = cv2.resize(photograph, None, fx=scale, fy=scale, interpolation=how)
    x, y, side, _ = (value * scale for value in ASTRONAUT)
    rng = np.random.default_rng(seed)
    left, top = (
        round(rng.uniform(min(-at, 0.0), length - at - side) if extent > length else rng.uniform(0, length - extent))
        for at, length, extent in ((x, size[0], person.shape[1]), (y, size[1], person.shape[0]))
    )
    rows = slice(max(top, 0), min(top + person.shape[0], size[1]))
    columns = slice(max(left, 0), min(left + person.shape[1], size[0]))
    frame[rows, columns] = person[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return frame.astype(np.uint8), (left + x, top + y, side, side)


def _row(
    name: str, crowds: list[Photograph], seen: list[Found], animals: list[Photograph], fooled: list[Found]
) -> dict[str, float]:
    found = _found(crowds, seen, ENTER_SCORE)
    cells = []
    for low, high in zip((0.0, *SIZES), SIZES, strict=False):
        hit = [ok for share, _, ok in found if low <= share < high]
        cells.append(f"{sum(hit)}/{len(hit)}")
    live = {half: [ok for share, of, ok in found if share >= LIVE and of in half] for half in ("A", "B", "AB")}
    bad = {half: _fooled(animals, fooled, half, ENTER_SCORE) for half in ("A", "B", "AB")}
    false = sum(_false(p, f, ENTER_SCORE) for p, f in zip(crowds, seen, strict=True)) / len(crowds)
    recall = {half: sum(oks) / max(len(oks), 1) for half, oks in live.items()}
    print(
        f"{name:27}"
        + "".join(f"{cell:>8}" for cell in cells)
        + f"   {100 * recall['AB']:.0f}% ({100 * recall['A']:.0f}, {100 * recall['B']:.0f})"
        + f"  {false:.3f}  {100 * bad['AB']:.1f}% ({100 * bad['A']:.1f}, {100 * bad['B']:.1f})",
        flush=True,
    )
    return {"recall": recall["AB"], "recall_b": recall["B"], "false": false, "animals": bad["AB"]}


def _found(crowds: list[Photograph], seen: list[Found], score: float) -> list[tuple[float, str, bool]]:
    """For each annotated face: its share of the frame's width, its half, and whether it is found at a score."""
    return [
        (face[2] / photograph.grey.shape[1], photograph.half, any(s >= score and hits(box, face) for s, box in found))
        for photograph, found in zip(crowds, seen, strict=True)
        for face in photograph.faces
    ]


def _false(photograph: Photograph, found: Found, score: float) -> int:
    real = [*photograph.faces, *photograph.ignored]
    return sum(s >= score and not any(hits(box, face) for face in real) for s, box in found)


def _fooled(animals: list[Photograph], fooled: list[Found], half: str, score: float) -> float:
    """The share of the pictures without people in which a face is detected, of one half or both."""
    seen = [any(s >= score for s, _ in found) for p, found in zip(animals, fooled, strict=True) if p.half in half]
    return sum(seen) / len(seen)


def _along(
    crowds: list[Photograph], seen: list[Found], animals: list[Photograph], fooled: list[Found]
) -> tuple[list[float], list[tuple[float, float, float]]]:
    """Recall by size at the shipped score; and (score, share of animals, recall of faces of 8 %) along scores."""
    found = _found(crowds, seen, ENTER_SCORE)
    by_size = []
    for low, high in zip((0.0, *SIZES), SIZES, strict=False):
        hit = [ok for share, _, ok in found if low <= share < high]
        by_size.append(sum(hit) / max(len(hit), 1))
    line = []
    for score in np.arange(LOWEST, 0.96, 0.02).tolist():
        large = [ok for share, _, ok in _found(crowds, seen, score) if share >= LIVE]
        line.append((score, _fooled(animals, fooled, "AB", score), sum(large) / max(len(large), 1)))
    return by_size, line


def _read(path: Path) -> Grey:
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise SystemExit(f"error: {path} is no picture")
    return grey.astype(np.uint8)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.detect", description=__doc__.split("\n")[0])
    data = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data / "detect", help="folder with faces/, faces.json, noface/")
    parser.add_argument("--png", type=Path, default=ROOT / "lab/plots/detector.png", help="where to draw the curve")
    options = parser.parse_args()
    if not (options.data / "faces.json").exists():
        raise SystemExit(f"error: no faces.json in {options.data}; set EMOJIFY_DATA")
    measure(options.data, options.png)


if __name__ == "__main__":
    main()
