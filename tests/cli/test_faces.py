"""`image` and `video` with `--faces`: own expressions in text, JSON, CSV and drawings."""

import base64
import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from server import Emojifier
from tests.cli.conftest import Run, write_clip
from tests.support import ROOT

SMILING = ROOT / "web" / "static" / "samples" / "smiling.jpg"


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an own expression, whose emoji is a magenta square."""
    path = tmp_path_factory.mktemp("faces") / "faces.json"
    emojifier = Emojifier()
    emojifier.teach("grin", SMILING)
    emojifier.save_faces(path)
    fields = json.loads(path.read_text())
    square = cv2.imencode(".png", np.full((64, 64, 3), (255, 0, 255), np.uint8))[1].tobytes()
    fields["expressions"][0]["emoji"] = "data:image/png;base64," + base64.b64encode(square).decode()
    path.write_text(json.dumps(fields))
    return path


def magenta(picture: np.ndarray) -> int:
    """Number of pixels that are magenta."""
    return int((np.abs(picture.astype(int) - (255, 0, 255)).max(axis=2) < 40).sum())


def test_an_own_expression_is_printed_and_drawn(run: Run, tmp_path: Path, faces: Path) -> None:
    done = run("image", SMILING, "--faces", faces, "-o", tmp_path / "out.png", "--json")
    assert done.returncode == 0, done.stderr
    fields = json.loads(done.stdout)
    assert fields["faces"][0]["label"] == "grin" and fields["smoothed_labels"] == [*fields["labels"], "grin"]
    drawn, plain = cv2.imread(str(tmp_path / "out.png")), cv2.imread(str(SMILING))
    assert drawn is not None and plain is not None and magenta(drawn) > magenta(plain) + 10_000


def test_a_video_has_a_column_for_an_own_expression(run: Run, tmp_path: Path, faces: Path) -> None:
    picture = cv2.imread(str(SMILING))
    assert picture is not None
    frame = np.asarray(cv2.resize(picture, (640, 480)), np.uint8)
    clip = write_clip(tmp_path / "clip.mp4", [frame], 0.5)
    done = run("video", clip, "--faces", faces, "--csv", tmp_path / "out.csv", "-o", tmp_path / "out.mp4")
    assert done.returncode == 0 and "grin" in done.stdout, done.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert rows and all(row["label"] == "grin" and float(row["grin"]) > 0.4 for row in rows)


def test_a_file_that_cannot_be_used_is_explained(run: Run, tmp_path: Path, faces: Path) -> None:
    (tmp_path / "other.json").write_text(faces.read_text().replace('"model": "', '"model": "0'))
    done = run("image", SMILING, "--faces", tmp_path / "other.json")
    assert done.returncode == 2 and "another model; teach the faces again" in done.stderr
    fields = json.loads(faces.read_text())
    for emoji, message in (("base64,AAAA", "emoji of an own expression"), ("base64,", "is damaged; choose another")):
        fields["expressions"][0]["emoji"] = f"data:image/png;{emoji}"
        (tmp_path / "picture.json").write_text(json.dumps(fields))
        done = run("image", SMILING, "--faces", tmp_path / "picture.json")
        assert done.returncode == 2 and message in done.stderr
