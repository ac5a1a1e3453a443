"""The shapes in which FER2013, FER+ and other datasets come: the images are the same, and what is lost is named."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from model import labels
from model.__main__ import main
from model.dataset import load_images
from model.errors import DataError
from model.labels import LABELS, canonical_label
from model.left_out import LeftOut
from model.match import match_by_pixels
from model.votes import load_votes
from server.packs import synonyms
from tests.model.published import FERPLUS, fer2013_csv, fer2013new_csv
from tests.unit.generated import Pixels, picture, write


def smooth(seed: int) -> Pixels:
    """A picture that JPEG changes little."""
    return cv2.resize(picture(seed)[:8, :8], (48, 48), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


# Two rows of each label in each split, in the order of fer2013.csv: (label, split, pixels).
ROWS = [
    (label, split, smooth(index))
    for index, (split, label) in enumerate(
        (split, label) for split in ("Training", "PublicTest", "PrivateTest") for label in LABELS[::-1] * 2
    )
]


def zip_of(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tar_of(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def encoded(image: Pixels, ending: str = ".png", quality: int = 90) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, Image.registered_extensions()[ending], quality=quality)
    return stream.getvalue()


SHAPES: dict[str, Callable[[], bytes]] = {
    "fer2013.csv": lambda: fer2013_csv(ROWS),
    "icml_face_data.csv": lambda: fer2013_csv(ROWS, ("emotion", " pixels", " Usage")),
    "excel.csv": lambda: b"\xef\xbb\xbf" + fer2013_csv(ROWS, delimiter=";"),
    "fer2013.csv.gz": lambda: gzip.compress(fer2013_csv(ROWS), mtime=0),
    "fer2013.tar.gz": lambda: tar_of({"fer2013/README": b"read me", "fer2013/fer2013.csv": fer2013_csv(ROWS)}),
    "archive.zip": lambda: zip_of({"fer2013.csv": fer2013_csv(ROWS)}),
    "competition.zip": lambda: zip_of({"fer2013.tar.gz": tar_of({"fer2013/fer2013.csv": fer2013_csv(ROWS)})}),
    "twice.zip": lambda: zip_of({"train.csv": fer2013_csv(ROWS), "fer2013.csv": fer2013_csv(ROWS)}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_of_the_table_gives_its_rows_in_order(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(SHAPES[name]())
    for source in (tmp_path / name, tmp_path):  # the file, or the folder that it was saved in
        images = load_images(source, LeftOut())
        assert np.array_equal(images.pixels, np.stack([pixels for _, _, pixels in ROWS]))
        assert [images.classes[index] for index in images.labels] == [label for label, _, _ in ROWS]
        assert list(images.splits) == [split for _, split, _ in ROWS]
        assert images.rows is not None and images.rows.tolist() == list(range(len(ROWS)))


def test_microsofts_votes_are_in_the_row_order_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_bytes(fer2013_csv(ROWS))
    images = load_images(tmp_path / "fer2013.csv")
    votes = load_votes(fer2013new_csv(tmp_path / "fer2013new.csv", ROWS), images)
    assert votes.argmax(axis=1)[3:].tolist() == images.labels[3:].tolist()
    assert votes.sum(axis=1).tolist() == [0 if row == 2 else 8 for row in range(len(ROWS))], "contempt does not count"


def jpeg_folder(folder: Path) -> Path:
    """As on Kaggle: JPEG, so the pixels are not the same, under names that say nothing of the row."""
    for row, (label, split, pixels) in enumerate(ROWS):
        place = folder / ("train" if split == "Training" else "test") / label / f"{split}_{(row + 1) * 7919 % 1000}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(encoded(pixels, ".jpg"))
    return folder


def test_votes_for_the_folders_are_matched_by_the_pixels_of_a_table_beside_them(tmp_path: Path) -> None:
    images = load_images(jpeg_folder(tmp_path / "fer2013"))
    path = fer2013new_csv(tmp_path / "fer2013new.csv", ROWS)
    with pytest.raises(DataError, match=r"row order of fer2013\.csv.*--data, or put it beside fer2013new\.csv"):
        load_votes(path, images)
    (tmp_path / "fer2013.csv").write_bytes(fer2013_csv(ROWS))
    votes = load_votes(path, images)
    without = votes.sum(axis=1) == 0
    assert without.sum() == 1 and (votes.argmax(axis=1) == images.labels)[~without].all()
    table = load_images(tmp_path / "fer2013.csv")
    matched = match_by_pixels(images, table)
    assert sorted(matched) == list(range(len(ROWS))) and not np.array_equal(images.pixels, table.pixels[matched])
    assert np.abs(images.pixels.astype(int) - table.pixels[matched]).mean() < 6


def test_an_extracted_table_keeps_its_rows_for_the_votes(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_bytes(fer2013_csv(ROWS))
    (tmp_path / "votes").mkdir()
    votes = fer2013new_csv(tmp_path / "votes" / "fer2013new.csv", ROWS)
    command = ["prepare", "--data", str(tmp_path / "fer2013.csv"), "--ferplus", str(votes)]
    assert main([*command, "--extract", str(tmp_path / "data")]) == 0
    images = load_images(tmp_path / "data")
    assert len(images) == len(ROWS)
    counted = load_votes(votes, images)
    assert ((counted.argmax(axis=1) == images.labels) | (counted.sum(axis=1) == 0)).all()


def test_votes_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_bytes(fer2013_csv(ROWS))
    images = load_images(tmp_path / "fer2013.csv")
    turned = [(ROWS[(row + 1) % 14 + row // 14 * 14][0], split, pixels) for row, (_, split, pixels) in enumerate(ROWS)]
    with pytest.raises(DataError, match="own label on 0% only"):
        load_votes(fer2013new_csv(tmp_path / "fer2013new.csv", turned), images)
    ours = tmp_path / "ferplus.csv"
    ours.write_text("file," + ",".join(FERPLUS) + "\nTraining_1.jpg" + ",1" * 10 + "\n")
    with pytest.raises(DataError, match=r"names 0 of the 42 images only.*fer2013new\.csv"):
        load_votes(ours, images)
    ours.write_text("emotion,pixels,Usage\n")
    with pytest.raises(DataError, match=r"lacks the columns anger.*microsoft/FERPlus"):
        load_votes(ours, images)


def test_damaged_rows_and_a_table_that_breaks_off_are_counted(tmp_path: Path) -> None:
    lines = fer2013_csv(ROWS).splitlines()
    lines[3] = lines[3][:500]  # too few pixels
    lines[5] = lines[5].replace(b" ", b" 300 ", 1)
    lines[8] = lines[8].replace(b" ", b" x ", 1)
    (tmp_path / "fer2013.csv").write_bytes(b"\n".join(lines))
    left_out = LeftOut()
    images = load_images(tmp_path / "fer2013.csv", left_out)
    assert left_out.lines() == ["left out: damaged rows (3): fer2013.csv row 4, fer2013.csv row 6, fer2013.csv row 9"]
    assert images.rows is not None and images.rows.tolist() == [0, 1, 3, 5, 6, *range(8, len(ROWS))]
    (tmp_path / "fer2013.csv.gz").write_bytes(gzip.compress(fer2013_csv(ROWS), mtime=0)[:-60_000])
    left_out = LeftOut()
    assert 2 < len(load_images(tmp_path / "fer2013.csv.gz", left_out)) < len(ROWS)
    assert "tables that break off (1): fer2013.csv after row" in left_out.lines()[-1]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("fer2013.zip", b"<!DOCTYPE html><title>Kaggle</title>", "web page: the download may need a login"),
        ("fer2013.tar.gz", gzip.compress(b"x" * 999, mtime=0)[:20], "download it again"),
        ("fer2013.csv", b"emotion,pixels,Usage\n", "no images"),
        ("test.csv", b"pixels\n1 2 3 4\n", "without the columns emotion and pixels .1.: test.csv"),
    ],
)
def test_what_is_no_dataset_says_so(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        load_images(tmp_path / name)


KINDS = (".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".PGM", ".JPG", ".avif", ".jp2")


@pytest.mark.parametrize("ending", KINDS)
def test_every_kind_of_image_is_read(ending: str, tmp_path: Path) -> None:
    for index in range(8):
        place = tmp_path / ("happy", "sad")[index % 2] / f"{index}{ending}"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(encoded(ROWS[index][2], ending.lower()))
    left_out = LeftOut()
    images = load_images(tmp_path, left_out)
    assert len(images) == 8 and not len(left_out)
    by_name = dict(zip(images.names, images.pixels, strict=True))
    assert np.abs(by_name[f"0{ending}"].astype(int) - ROWS[0][2]).mean() < 6


def test_what_is_not_read_is_counted_and_named_and_one_damaged_image_ends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "faces"
    for row, (label, split, pixels) in enumerate(ROWS):
        write(folder, f"{split}/{label}/{row}.png", pixels)
    damaged = encoded(ROWS[0][2])
    (folder / "Training/sad/half.png").write_bytes(damaged[: len(damaged) // 2])
    (folder / "Training/sad/empty.jpg").write_bytes(b"")
    (folder / "Training/sad/phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (folder / "Training/loose.png").write_bytes(damaged)
    (folder / "labels.txt").write_text("")
    (folder / "Training/sad/Thumbs.db").write_bytes(b"x")
    assert main(["prepare", "--data", str(folder)]) == 0
    told = capsys.readouterr().out
    for line in (
        "42 images, 7 labels",
        "left out: images that cannot be decoded (2): Training/sad/empty.jpg, Training/sad/half.png",
        "left out: files of an unknown kind, .heic (1): Training/sad/phone.heic",
        "left out: images that are in no label's folder (1): Training/loose.png",
        "left out: files that are no images (1): labels.txt",
    ):
        assert line in told
    assert "Thumbs" not in told
    load_images(folder)
    assert "left out: images that cannot be decoded (2)" in capsys.readouterr().err, "the other commands say it too"


def test_the_letter_case_and_the_words_of_labels_and_splits_do_not_matter(tmp_path: Path) -> None:
    folders = (
        "TRAIN/Happy",
        "Train/happiness",
        "train/ANGER",
        "Test/angry",
        "VALIDATION/3_happy",
        "val/Angry/person 1",
    )
    for index, name in enumerate(folders):
        write(tmp_path, f"{name}/{index}.png", picture(index))
    images = load_images(tmp_path)
    assert images.classes == ("angry", "happy")
    by_name = {name: (images.classes[label], split) for name, label, split in
               zip(images.names, images.labels, images.splits, strict=True)}  # fmt: skip
    assert by_name == {
        "0.png": ("happy", "Training"), "1.png": ("happy", "Training"), "2.png": ("angry", "Training"),
        "3.png": ("angry", "PrivateTest"), "4.png": ("happy", "PublicTest"), "5.png": ("angry", "PublicTest"),
    }  # fmt: skip


def test_a_zip_with_backslashes_with_its_tree_twice_and_with_what_macos_adds(tmp_path: Path) -> None:
    files = {f"train\\{label}\\{split}_{row}.png": encoded(pixels) for row, (label, split, pixels) in enumerate(ROWS)}
    twice = {f"archive/{name.replace(chr(92), '/')}": content for name, content in files.items()}
    mac = {f"__MACOSX/train/sad/._{row}.png": b"x" for row in range(3)}
    (tmp_path / "faces.zip").write_bytes(zip_of({**files, **twice, **mac}))
    left_out = LeftOut()
    images = load_images(tmp_path / "faces.zip", left_out)
    assert len(images) == len(ROWS) and images.classes == LABELS
    assert left_out.lines()[0].startswith("left out: second copies of a file (42): archive/train/")
    assert len(left_out) == 42
    assert main(["prepare", "--data", str(tmp_path / "faces.zip"), "--extract", str(tmp_path / "data")]) == 0
    assert np.array_equal(load_images(tmp_path / "data", LeftOut()).pixels, images.pixels)


def test_archives_in_a_folder_and_links_to_folders_are_followed(tmp_path: Path) -> None:
    for part in ("train", "test"):
        files = {f"{label}/{index}.png": encoded(picture(index + len(part))) for index, label in enumerate(LABELS)}
        (tmp_path / f"{part}.zip").write_bytes(zip_of(files))
    images = load_images(tmp_path)
    assert len(images) == 14 and len(images.of_split("Training")) == 7
    real, linked = tmp_path / "real", tmp_path / "linked"
    for index, label in enumerate(("sad", "happy")):
        write(real, f"{label}/{index}.png", picture(index))
    linked.mkdir()
    (linked / "sad").symlink_to(real / "sad")
    (linked / "happy").symlink_to(real / "happy")
    (linked / "happy" / "loop").symlink_to(linked)
    assert load_images(linked, LeftOut()).names == ("1.png", "0.png")


def test_a_damaged_file_of_a_zip_is_named_and_a_password_says_what_to_do(tmp_path: Path) -> None:
    whole = zip_of({f"{label}/{row}.png": encoded(pixels) for row, (label, _, pixels) in enumerate(ROWS[:14])})
    at = whole.index(encoded(ROWS[0][2])[:8], 0) if encoded(ROWS[0][2])[:8] in whole else 200
    damaged = bytearray(whole)
    damaged[at + 60 : at + 70] = b"\0" * 10
    (tmp_path / "faces.zip").write_bytes(damaged)
    left_out = LeftOut()
    assert len(load_images(tmp_path / "faces.zip", left_out)) == 13
    assert "images that cannot be decoded (1)" in left_out.lines()[0]
    locked = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := locked.find(mark, place + 1)) >= 0:
            locked[place + offset] |= 1  # the flag of an encrypted entry
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(DataError, match=r"password.*unpack it and give the folder"):
        load_images(tmp_path / "locked.zip")


@pytest.mark.parametrize(
    ("name", "label"),
    [("Happiness", "happy"), (" ANGER ", "angry"), ("0_angry", "angry"), ("5 - Surprised", "surprise"), ("7", "7"),
     ("wink", "wink"), ("surpriced", "surprise")],
)  # fmt: skip
def test_words_for_labels(name: str, label: str) -> None:
    assert canonical_label(name) == label


def test_the_server_knows_the_same_words_for_labels() -> None:
    assert labels.SYNONYMS == synonyms.SYNONYMS
