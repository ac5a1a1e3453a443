"""What stands before the training: checking, extracting and drawing the data, and the help that leads there."""

import csv
import subprocess
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from model import extract, prepare
from model.__main__ import EXAMPLES, main
from model.dataset import Images, is_flat, load_images
from model.errors import DataError
from model.labels import FERPLUS_COLUMNS, LABELS
from tests.unit.generated import picture, write


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two training images and one of each test split for each label, and one of everything that prepare looks for."""
    folder = tmp_path / "fer2013"
    for index, label in enumerate(LABELS):
        for place, name in enumerate(("Training_a", "Training_b", "PublicTest_a", "PrivateTest_a")):
            part = "train" if name.startswith("Training") else "test"
            write(folder, f"{part}/{label}/{name}{index}.png", picture(10 * index + place))
    write(folder, "train/sad/Training_one.png", picture(500))
    write(folder, "train/fear/Training_two.png", picture(500))
    write(folder, "train/happy/Training_leak.png", picture(501))
    write(folder, "test/happy/PublicTest_leak.png", picture(501))
    write(folder, "test/angry/PrivateTest_leak.png", picture(501))
    write(folder, "train/neutral/Training_flat.png", np.full((48, 48), 7, np.uint8))
    return folder


@pytest.fixture
def votes(dataset: Path, tmp_path: Path) -> Path:
    """Ten votes for the own label of all but three images: no row, no votes that count, a tie."""
    special = {"Training_a0.png": None, "Training_a1.png": [1] * 7, "Training_a2.png": [5, 5, 0, 0, 0, 0, 0]}
    path = tmp_path / "ferplus.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", *(FERPLUS_COLUMNS[label] for label in LABELS)])
        for image in sorted(dataset.rglob("*.png")):
            own = [10 * (label == image.parent.name) for label in LABELS]
            row = special.get(image.name, own)
            if row is not None:
                writer.writerow([image.name, *row])
    return path


def pack(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*.png"):
            file.write(path, path.relative_to(folder))
    return archive


def test_prepare_counts_duplicates_leaks_and_votes(dataset: Path, votes: Path) -> None:
    images = load_images(dataset)
    assert prepare.count(images).sum(axis=0).tolist() == [18, 8, 8]
    assert prepare.find_copies(images) == prepare.Copies(
        repeats=1, contradictions=1, public_leaks=1, private_leaks=1, both_tests=1
    )
    assert prepare.find_votes(images, votes) == prepare.Votes(missing=1, empty=1, tied=1, agreement=1.0)


def test_prepare_prints_its_findings(dataset: Path, votes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "--data", str(dataset), "--ferplus", str(votes)]) == 0
    told = capsys.readouterr().out
    for words in ("34 images, 7 labels", "not FER2013 as published", "3 images have no FER+ majority", "Ready: "):
        assert words in told
    assert "1 PublicTest and 1 PrivateTest images are also in training" in told


def test_prepare_names_the_labels_that_a_split_lacks(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (dataset / "test/disgust/PublicTest_a1.png").unlink()
    assert main(["prepare", "--data", str(dataset)]) == 2
    assert "no images of PublicTest/disgust" in capsys.readouterr().err


def test_an_extracted_zip_is_the_same_dataset(dataset: Path, tmp_path: Path) -> None:
    archive = pack(dataset, tmp_path / "fer2013.zip")
    command = ["prepare", "--data", str(archive), "--extract", str(tmp_path / "data")]
    assert main(command) == 0
    assert main(command) == 0, "once more completes what an interruption left out"
    assert np.array_equal(load_images(tmp_path / "data").pixels, load_images(dataset).pixels)


@pytest.mark.parametrize("name", ["../../outside.png", "/tmp/outside.png", "train/..\\outside.png", "C:/outside.png"])
def test_a_zip_cannot_write_outside_of_the_folder(name: str, dataset: Path, tmp_path: Path) -> None:
    archive = pack(dataset, tmp_path / "fer2013.zip")
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(name, b"x")
    with pytest.raises(DataError, match=r"lies outside of .*; nothing was extracted"):
        extract.extract(archive, tmp_path / "deep" / "data", load_images(dataset))
    assert not (tmp_path / "deep").exists() and not (tmp_path / "outside.png").exists()


def test_a_zip_cannot_write_through_a_link_or_fill_the_disk(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, images = pack(dataset, tmp_path / "fer2013.zip"), load_images(dataset)
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "data"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "train").symlink_to(elsewhere)
    with pytest.raises(DataError, match="lies outside"):
        extract.extract(archive, folder, images)
    assert not list(elsewhere.iterdir())
    monkeypatch.setattr(extract, "MAX_BYTES", 1000)
    with pytest.raises(DataError, match="would extract to more than"):
        extract.extract(archive, tmp_path / "other", images)
    with pytest.raises(DataError, match="is a folder already"):
        extract.extract(dataset, tmp_path / "other", images)


def test_a_dark_face_is_not_flat_but_a_spot_on_black_is() -> None:
    """The two kinds that FER2013 has close to the threshold, drawn."""
    spot = np.zeros((48, 48), np.uint8)
    spot[40:43, 20:22] = 100
    face = (picture(0) // 8).astype(np.uint8)
    images = Images(np.stack([spot, face]), ("spot", "face"), np.zeros(2, np.int64), ("Training",) * 2, LABELS)
    assert is_flat(images).tolist() == [True, False]


def test_explore_draws_counts_agreement_and_samples(dataset: Path, votes: Path, tmp_path: Path) -> None:
    command = ["explore", "--data", str(dataset), "--out", str(tmp_path / "out")]
    assert main([*command, "--ferplus", str(votes)]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"counts.png", "agreement.png", "samples.png"}
    for path in (tmp_path / "out").iterdir():
        drawn = cv2.imread(str(path))
        assert drawn is not None and drawn.shape[1] > 800 and drawn.std() > 10
    command[-1] = str(tmp_path / "without")
    assert main(command) == 0
    assert {path.name for path in (tmp_path / "without").iterdir()} == {"counts.png", "samples.png"}


def test_explore_writes_no_dataset_image_where_git_would_track_it(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    (project / ".gitignore").write_text("/runs/\n")
    assert main(["explore", "--data", str(dataset), "--out", str(project / "pictures" / "deep")]) == 2
    assert "git tracks" in capsys.readouterr().err
    assert not (project / "pictures").exists()
    assert main(["explore", "--data", str(dataset), "--out", str(project / "runs" / "explore")]) == 0


@pytest.mark.parametrize("command", EXAMPLES)
def test_every_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert EXAMPLES[command] in told
    assert EXAMPLES[command].startswith(f"python -m model {command} ")
