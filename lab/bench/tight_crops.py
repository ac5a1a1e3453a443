"""How many faces that fill the picture are found: `python -m lab.bench.tight_crops`.

Compares BlazeFace with and without the search with a border, on pictures of FER2013's PublicTest, on portraits cut to
the box of the face (../shared/data/people/london), and on pictures without people (../shared/data/detect/noface).
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch
from zipfile import ZipFile

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.detectors.blazeface import detector as blazeface
from server.vision.detectors.blazeface.detector import BlazeFaceDetector

ROOT = Path(__file__).resolve().parents[2]
SIDE_PX = 240


def found(net: BlazeFaceDetector, pictures: Sequence[Grey]) -> tuple[int, int]:
    """In how many pictures a face is found without and with the border."""
    with patch.object(blazeface, "MIN_TIGHT_SHARE", 100.0):
        without = sum(bool(net.detect(grey)) for grey in pictures)
    return without, sum(bool(net.detect(grey)) for grey in pictures)


def of_fer2013(archive: Path, step: int) -> list[Grey]:
    """Every `step`-th picture of PublicTest, enlarged."""
    with ZipFile(archive) as files:
        names = sorted(name for name in files.namelist() if "/PublicTest_" in name)[::step]
        pictures = [cv2.imdecode(np.frombuffer(files.read(name), np.uint8), cv2.IMREAD_GRAYSCALE) for name in names]
    return [_resized(picture) for picture in pictures if picture is not None]


def cut_portraits(net: BlazeFaceDetector, folder: Path, share: float, step: int) -> list[Grey]:
    """Every `step`-th portrait cut to `share` times the box of its face."""
    cut = []
    for path in sorted(folder.glob("*/*.jpg"))[::step]:
        grey = _read(path)
        height, width = grey.shape
        (x, y, w, h) = max(net.detect(grey), key=lambda face: face.box[2]).box
        side = share * max(w * width, h * height)
        left, top = (x + w / 2) * width - side / 2, (y + h / 2) * height - side / 2
        cut.append(_resized(grey[max(0, round(top)) : round(top + side), max(0, round(left)) : round(left + side)]))
    return cut


def _resized(grey: object) -> Grey:
    return cv2.resize(np.asarray(grey, np.uint8), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _read(path: Path) -> Grey:
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise SystemExit(f"error: {path} is not a picture")
    return grey.astype(np.uint8)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.tight_crops", description=__doc__.split("\n")[0])
    data = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data, help="folder with fer2013.zip, people/ and detect/")
    parser.add_argument("--step", type=int, default=1, help="take every n-th picture")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    net = BlazeFaceDetector()
    sets = {"FER2013, PublicTest": of_fer2013(options.data / "fer2013.zip", 12 * options.step)}
    for share in (0.85, 1.0, 1.3, 1.6):
        sets[f"portraits, {share:.2f} of the box"] = cut_portraits(
            net, options.data / "people" / "london", share, options.step
        )
    sets["without people"] = [_read(path) for path in sorted((options.data / "detect" / "noface").iterdir())]
    print(f"{'a face is found in':30}{'pictures':>9}{'before':>8}{'with a border':>15}")
    for name, pictures in sets.items():
        without, with_border = found(net, pictures)
        print(f"{name:30}{len(pictures):>9}{without:>8}{with_border:>15}", flush=True)


if __name__ == "__main__":
    main()
