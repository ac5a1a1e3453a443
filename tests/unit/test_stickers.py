"""The animated files of the page, made of still ones: read by OpenCV, whose decoders are libwebp and libpng."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.support import ROOT
from tests.unit.test_messages_of_page import node

STICKER = ROOT / "web" / "static" / "js" / "export" / "sticker"
SIDE, MS = 48, (66, 660, 33)

SCRIPT = """
const { readFileSync, writeFileSync } = await import('node:fs');
const { files, out, make, path, side } = JSON.parse(process.argv[1]);
const stills = files.map(([name, ms]) => ({ bytes: new Uint8Array(readFileSync(name)), ms }));
const file = (await import(path))[make](stills, side);
writeFileSync(out, new Uint8Array(await file.arrayBuffer()));
console.log(file.type);
"""


def drawn() -> list[npt.NDArray[np.uint8]]:
    """Three discs in different places on a transparent ground, BGRA."""
    pictures = []
    for index, colour in enumerate([(0, 0, 255, 255), (0, 255, 0, 255), (255, 0, 0, 255)]):
        picture = np.zeros((SIDE, SIDE, 4), np.uint8)
        pictures.append(cv2.circle(picture, (14 + 10 * index, 24), 10, colour, -1).astype(np.uint8))
    return pictures


def animated(folder: Path, module: str, make: str, ending: str, options: Sequence[int]) -> tuple[Path, str]:
    files = []
    for index, (picture, ms) in enumerate(zip(drawn(), MS, strict=True)):
        name = folder / f"{index}{ending}"
        assert cv2.imwrite(str(name), picture, list(options))
        files.append((str(name), ms))
    out = folder / f"out{ending}"
    task = {"files": files, "out": str(out), "make": make, "path": (STICKER / module).as_uri(), "side": SIDE}
    command = [node(), "--input-type=module", "-e", SCRIPT, json.dumps(task)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return out, done.stdout.strip()


@pytest.mark.parametrize(
    ("module", "make", "ending", "options", "kind", "error"),
    [
        # Lossy: colours and alpha are chunks of their own. Lossless (above 100): one chunk.
        ("webp.js", "animatedWebp", ".webp", (cv2.IMWRITE_WEBP_QUALITY, 80), "image/webp", 40),
        ("webp.js", "animatedWebp", ".webp", (cv2.IMWRITE_WEBP_QUALITY, 101), "image/webp", 0),
        ("apng.js", "animatedPng", ".png", (), "image/png", 0),
    ],
)
def test_still_pictures_become_an_animation(
    tmp_path: Path, module: str, make: str, ending: str, options: Sequence[int], kind: str, error: int
) -> None:
    file, said = animated(tmp_path, module, make, ending, options)
    assert said == kind
    ok, animation = cv2.imreadanimation(str(file))
    assert ok and len(animation.frames) == 3 and list(animation.durations) == list(MS) and animation.loop_count == 0
    for shown, made in zip(animation.frames, drawn(), strict=True):
        assert shown.shape == made.shape
        inside = cv2.erode(made[..., 3], np.ones((3, 3), np.uint8)) > 0
        assert np.abs(shown[inside].astype(int) - made[inside]).max() <= error
        # Nothing of the frame before is left.
        assert shown[made[..., 3] == 0][..., 3].max() == 0
