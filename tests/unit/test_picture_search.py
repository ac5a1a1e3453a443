"""Which files of a folder the command `image` reads, and what it says about the others."""

import os
from pathlib import Path

import pytest

from server.cli.image_files import plan_outputs
from server.cli.image_report import MAX_NAMES, report
from server.cli.picture_search import find_pictures
from server.errors import StartError
from tests.support import ROOT

JPEG = (ROOT / "web" / "static" / "samples" / "smiling.jpg").read_bytes()
HEIC = b"\0\0\0\x1cftypheic\0\0\0\0mif1heic" + bytes(100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people have them, with something of every sort."""
    files = {
        "a.jfif": JPEG, "b": JPEG, "c.txt": JPEG, "IMG_1.HEIC": HEIC, "holiday/d.JPG": JPEG, "holiday/2024/e.jpg": JPEG,
        "text.png": b"no picture", "empty.gif": b"", "notes.txt": b"hello", "clip.MOV": b"\0\0\0\x14ftypqt  ",
        "raw.DNG": b"II*\0" + bytes(99), "drawing.svg": b"<svg/>", ".git/f.jpg": JPEG, "__MACOSX/._d.jpg": b"\0\5\26\7",
        "._a.jpg": b"\0\5\26\7", "Thumbs.db": b"\xd0\xcf\x11\xe0",
    }  # fmt: skip
    for name, content in files.items():
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "photos"


def test_everything_in_a_folder_is_read_or_named(folder: Path) -> None:
    found = find_pictures([str(folder)])
    assert [str(picture.relative) for picture in found.pictures] == [
        "IMG_1.HEIC", "a.jfif", "b", "c.txt", "empty.gif", "text.png",
        str(Path("holiday/d.JPG")), str(Path("holiday/2024/e.jpg")),
    ]  # fmt: skip
    assert {path.name: reason.partition(";")[0] for path, reason in found.unread.items()} == {
        "clip.MOV": "a video", "raw.DNG": "raw data of a camera", "drawing.svg": "a drawing without pixels"
    }  # fmt: skip
    assert {path.name for path in found.others} == {".git", "__MACOSX", "._a.jpg", "Thumbs.db", "notes.txt"}


def test_drawings_keep_the_sub_folders_and_are_not_read_the_next_time(folder: Path) -> None:
    out = folder / "drawn"
    for _ in range(2):
        found = find_pictures([str(folder / "holiday"), str(folder)], out)
        outputs = [output.path for output in plan_outputs(found.pictures, out) if output]
        assert {str(path.relative_to(out)) for path in outputs} == {
            str(Path(name)) for name in (
                "d.JPG", "2024/e.jpg", "a.png", "b.png", "c.png", "IMG_1.png", "empty.png", "text.png",
            )
        }, "each file once, below the folder that was named first"  # fmt: skip
        for path in outputs:
            path.write_bytes(JPEG)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes need permissions on Windows")
def test_links_are_followed_once_and_pipes_are_not_opened(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.jpg").write_bytes(JPEG)
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "holiday" / "loop").symlink_to(folder)
    (folder / "broken.jpg").symlink_to(folder / "gone.jpg")
    os.mkfifo(folder / "pipe.jpg")
    found = find_pictures([str(folder)])
    names = [picture.path.name for picture in found.pictures]
    assert names.count("linked.jpg") == names.count("a.jfif") == 1
    assert found.unread[folder / "broken.jpg"] == "cannot be read: No such file or directory"
    assert folder / "pipe.jpg" in found.others


def test_a_folder_without_anything_to_see_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(StartError, match="contains no picture"):
        find_pictures([str(tmp_path)])


@pytest.mark.parametrize("name", ["out.gif", "out.HEIC", "out.tiff", "out.svg"])
def test_a_name_that_promises_another_kind_is_refused(folder: Path, name: str) -> None:
    found = find_pictures([str(folder / "b")])
    with pytest.raises(StartError, match=r"cannot be written; end the name in \.jpg"):
        plan_outputs(found.pictures, folder / name)
    assert not (folder / name).exists()


def test_the_report_counts_and_names_by_reason() -> None:
    unread = {Path(f"{n}.heic"): "HEIC; export it" for n in range(MAX_NAMES + 2)} | {Path("x.jpg"): "damaged"}
    first, many, one, others = report(unread, [Path("a.txt"), Path("b.txt")], 100).splitlines()
    assert first == f"{MAX_NAMES + 3} of 100 files could not be read:"
    assert many.startswith(f"  {MAX_NAMES + 2}: 0.heic, 1.heic,") and many.endswith("and 2 more: HEIC; export it")
    assert one == "  1: x.jpg: damaged"
    assert others == "2 other files are no pictures and were left out: a.txt, b.txt"
    assert report({}, [], 3) == ""
