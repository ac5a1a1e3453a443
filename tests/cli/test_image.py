"""`python -m server image`, run as a user runs it."""

import base64
import json
import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from server.__main__ import main
from server.render.palette import bgr, label_colour
from server.vision.expression.example import unpack
from server.vision.expression.manifest import load_manifest
from tests.cli.conftest import Run
from tests.support import ROOT

SAMPLES = ROOT / "web" / "static" / "samples"


def read(path: Path) -> npt.NDArray[np.uint8]:
    picture = cv2.imread(str(path))
    assert picture is not None, path
    return picture.astype(np.uint8)


def corner(path: Path) -> tuple[int, int, int]:
    """The colour of the background, which is that of the label."""
    blue, green, red = read(path)[2, 2].tolist()
    return blue, green, red


def is_near(colour: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 6 for a, b in zip(colour, other, strict=True))


def huge_png() -> bytes:
    """A valid PNG of 10000 x 10000 pixels of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 10000, 10000, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(10001) * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_living_emoji_is_drawn_where_the_pack_has_a_rig(run: Run, tmp_path: Path) -> None:
    done = run("image", SAMPLES / "astronaut.jpg", "-o", tmp_path / "out.png", "--living")
    assert (done.returncode, done.stderr) == (0, "")
    still = run("image", SAMPLES / "astronaut.jpg", "-o", tmp_path / "still.png")
    assert still.stdout.replace("still.png", "out.png") == done.stdout
    assert (read(tmp_path / "out.png") != read(tmp_path / "still.png")).any()
    pack = tmp_path / "pictures"
    shutil.copytree(ROOT / "emojis" / "cats", pack, ignore=shutil.ignore_patterns("rig.json"))
    done = run("image", SAMPLES / "astronaut.jpg", "--living", "--emojis", pack, "--pack", "pictures")
    assert done.returncode == 0 and "the pack pictures has no rig.json" in done.stderr


def test_the_result_is_printed_and_drawn(run: Run, tmp_path: Path) -> None:
    done = run("image", SAMPLES / "astronaut.jpg", "-o", tmp_path / "out.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 face" in done.stdout and "happy" in done.stdout
    drawn = read(tmp_path / "out.png")
    assert is_near(corner(tmp_path / "out.png"), bgr(label_colour("happy")))
    photograph = read(SAMPLES / "astronaut.jpg")
    assert drawn.shape[0] >= photograph.shape[0] and drawn.shape[1] > 1.4 * photograph.shape[1]
    inside = drawn[24 + 300 : 24 + 460, 24 + 20 : 24 + 200].astype(int)  # away from the box and the corners
    assert np.abs(inside - photograph[300:460, 20:200]).mean() < 1


def test_a_folder_of_all_formats_is_drawn_under_the_same_names(
    run: Run, tmp_path: Path, empty_room: npt.NDArray[np.uint8], smiling: npt.NDArray[np.uint8]
) -> None:
    pictures, out = tmp_path / "in", tmp_path / "out"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "room.webp"), empty_room)
    cv2.imwrite(str(pictures / "two.PNG"), np.hstack((smiling, smiling)))
    cv2.imwrite(str(pictures / "one.jpg"), smiling)
    (pictures / "notes.txt").write_text("not a picture")
    done = run("image", pictures, "-o", out)
    assert done.returncode == 0
    assert done.stderr == f"1 other file is no picture and was left out: {pictures / 'notes.txt'}\n"
    assert sorted(path.name for path in out.iterdir()) == ["one.jpg", "room.webp", "two.PNG"]
    assert "room.webp: no face" in done.stdout and "two.PNG: 2 faces" in done.stdout
    assert is_near(corner(out / "room.webp"), bgr(label_colour("no-face")))


def test_json_has_one_line_for_each_picture(run: Run) -> None:
    done = run("image", SAMPLES / "astronaut.jpg", "/nowhere.jpg", SAMPLES / "surprised.jpg", "--json")
    assert done.returncode == 1
    first, missing, last = (json.loads(line) for line in done.stdout.splitlines())
    assert [face["label"] for face in first["faces"]] == ["happy"]
    assert first["labels"][int(np.argmax(first["faces"][0]["scores"]))] == "happy"
    assert [face["label"] for face in last["faces"]] == ["surprise"]
    assert missing["error"]["code"] == "unreadable"


def test_json_has_the_examples_of_the_faces_if_asked_for(run: Run) -> None:
    done = run("image", SAMPLES / "astronaut.jpg", "--json", "--examples")
    (face,) = json.loads(done.stdout)["faces"]
    unpack(base64.b64decode(face["example"]), load_manifest(ROOT / "model").example_features)
    alone = run("image", SAMPLES / "astronaut.jpg", "--examples")
    assert alone.returncode == 2 and "--json" in alone.stderr


def test_each_unreadable_file_gives_one_line_and_the_others_are_drawn(run: Run, tmp_path: Path) -> None:
    photograph = (SAMPLES / "astronaut.jpg").read_bytes()
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "half.jpg").write_bytes(photograph[: len(photograph) // 2])
    (tmp_path / "huge.png").write_bytes(huge_png())
    (tmp_path / "text.png").write_text("hello")
    shutil.copy(SAMPLES / "astronaut.jpg", tmp_path / "whole.jpg")
    done = run("image", tmp_path, tmp_path / "gone.jpg", "-o", tmp_path / "out")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    errors, _, at_the_end = done.stderr.partition("5 of 6 files could not be read:\n")
    lines = errors.splitlines()
    wanted = {"empty": "no bytes", "half": "breaks off", "huge": "10000x10000", "text": "not a JPEG", "gone": "No such"}
    assert len(lines) == len(wanted)
    for name, words in wanted.items():
        for part in (lines, at_the_end.splitlines()):
            assert any(f"{name}." in line and words in line for line in part), (name, part)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["whole.jpg"]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_names_outside_the_code_page_do_not_end_the_batch(run: Run, tmp_path: Path, encoding: str) -> None:
    """What Windows does with output into a file, on every system."""
    names = ["Zoë.jpg", "日本.jpg", "😀.jpg", "z.jpg"] + ([os.fsdecode(b"\xff.jpg")] if sys.platform == "linux" else [])
    (tmp_path / "in").mkdir()
    for name in names:
        shutil.copy(SAMPLES / "smiling.jpg", tmp_path / "in" / name)
    (tmp_path / "in" / "日.heic").write_bytes(b"\0\0\0\x1cftypheic" + bytes(99))
    done = run("image", tmp_path / "in", "-o", tmp_path / "out", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 1 and "Traceback" not in done.stderr and "HEIC" in done.stderr
    assert done.stdout.count("1 face") == len(names) == len(list((tmp_path / "out").iterdir()))
    done = run("image", tmp_path / "in", "--json", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    files = {Path(json.loads(line)["file"]).name for line in done.stdout.splitlines()}
    assert files == {*names, "日.heic"}


def test_one_damaged_picture_never_ends_the_batch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also where the fault is ours: here a drawing that fails."""
    from server.cli import image

    def fail(*arguments: object) -> None:
        raise MemoryError("no more")

    for name in ("a.jpg", "b.jpg"):
        shutil.copy(SAMPLES / "smiling.jpg", tmp_path / name)
    monkeypatch.setattr(image, "decode_picture", fail)
    assert main(["image", str(tmp_path)]) == 1


def test_the_exif_orientation_is_applied(
    run: Run, tmp_path: Path, smiling: npt.NDArray[np.uint8]
) -> None:
    """Orientation 6: the pixels must be rotated clockwise."""
    lying = cv2.imencode(".jpg", np.rot90(smiling))[1].tobytes()
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    (tmp_path / "phone.jpg").write_bytes(lying[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + lying[2:])
    done = run("image", tmp_path / "phone.jpg", "-o", tmp_path / "out.jpg", "--json")
    assert done.returncode == 0
    (face,) = json.loads(done.stdout)["faces"]
    (left_x, left_y), (right_x, right_y) = face["landmarks"][:2]
    assert face["label"] == "happy" and left_x < right_x and abs(left_y - right_y) < 0.05


@pytest.mark.parametrize("pack", ["robots", "cats"])
def test_another_pack_changes_the_panel(run: Run, tmp_path: Path, pack: str) -> None:
    for name in ("default", pack):
        assert run("image", SAMPLES / "smiling.jpg", "-o", tmp_path / f"{name}.png", "--pack", name).returncode == 0
    panels = [read(tmp_path / f"{name}.png")[:, -300:].astype(int) for name in ("default", pack)]
    assert np.abs(panels[0] - panels[1]).mean() > 10


def test_a_pack_of_png_files_keeps_their_aspect_ratio(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "mine"
    pack.mkdir()
    cv2.imwrite(str(pack / "happy.png"), np.full((90, 60, 3), (255, 0, 0), np.uint8))
    done = run("image", SAMPLES / "smiling.jpg", "-o", tmp_path / "o.png", "--emojis", pack, "--pack", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    blue = (read(tmp_path / "o.png")[:, -320:] == (255, 0, 0)).all(axis=2)
    rows, columns = np.nonzero(blue)
    assert blue.sum() > 10000 and np.ptp(rows) > 1.2 * np.ptp(columns), "upright, not stretched"


def test_duplicate_names_are_numbered_and_inputs_are_not_overwritten(run: Run, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(SAMPLES / "smiling.jpg", tmp_path / folder / "me.jpg")
    done = run("image", tmp_path / "a", tmp_path / "b", "-o", tmp_path / "out")
    assert done.returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["me-2.jpg", "me.jpg"]
    done = run("image", str(tmp_path / "a" / "*.jpg"), "-o", tmp_path / "a")
    assert done.returncode == 2 and "would overwrite" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["README.md", "-o", "/dev/null/out"], "cannot be written"),
        (["/nothing/*.jpg"], "matches no file"),
        (["docs/../tests/cli"], "no picture"),
        (["a.jpg", "b.jpg", "-o", "c.jpg"], "name a folder"),
        (["web/static/samples", "--pack", "nobody"], "no emoji pack"),
        (["web/static/samples", "--model", "/nowhere"], "emotion.json"),
        (["web/static/samples", "--detector", "eyes"], "--detector"),
    ],
)
def test_a_wrong_argument_gives_one_line_and_code_2(run: Run, arguments: list[str], words: str) -> None:
    done = run("image", *arguments)
    assert done.returncode == 2 and words in done.stderr and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
