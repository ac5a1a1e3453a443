"""The model package on a handful of generated images: data, targets, training, export, evaluation."""

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from model import targets
from model.augment import Augmentation, augment_batch, mix_up
from model.calibrate import fit_temperature
from model.dataset import is_flat, leaked, load_images, training_groups
from model.errors import DataError
from model.labels import LABELS
from model.metrics import calibration_error, make_report, wilson_interval
from model.votes import load_votes
from tests.unit.generated import picture, write


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A repeat under two labels, a leak, a flat image, and one of each label in each split."""
    folder = tmp_path / "fer2013"
    for index, label in enumerate(LABELS):
        for split, part in (("Training", "train"), ("PublicTest", "test"), ("PrivateTest", "test")):
            write(folder, f"{part}/{label}/{split}_{index}.png", picture(index + 10 * len(split)))
    write(folder, "train/sad/Training_repeat.png", picture(500))
    write(folder, "train/fear/Training_repeated.png", picture(500))
    write(folder, "train/happy/Training_leak.png", picture(501))
    write(folder, "test/happy/PrivateTest_leak.png", picture(501))
    write(folder, "train/neutral/Training_flat.png", np.full((48, 48), 7, np.uint8))
    return folder


def test_zip_and_folder_hold_the_same(dataset: Path, tmp_path: Path) -> None:
    archive = tmp_path / "fer2013.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in dataset.rglob("*.png"):
            file.write(path, path.relative_to(dataset))
    from_folder, from_zip = load_images(dataset), load_images(archive)
    assert from_folder.names == from_zip.names and len(from_zip) == 26
    assert np.array_equal(from_folder.pixels, from_zip.pixels)


def test_training_leaves_out_leaks_and_flat_images_and_uses_repeats_once(dataset: Path) -> None:
    images = load_images(dataset)
    groups = [[images.names[i] for i in group] for group in training_groups(images)]
    assert ["Training_repeated.png", "Training_repeat.png"] in groups
    assert len(groups) == 8
    assert int(is_flat(images).sum()) == 1
    assert [images.names[i] for i in np.flatnonzero(leaked(images))] == ["PrivateTest_leak.png"]


def test_a_repeat_under_two_labels_is_taught_as_both(dataset: Path) -> None:
    images = load_images(dataset)
    pixels, wanted = targets.training_set(images, targets.make_targets(images, None, 0.0))
    assert pixels.shape == (8, 48, 48) and wanted.shape == (8, 7)
    both = wanted[[np.array_equal(image, picture(500)) for image in pixels]][0]
    assert both[LABELS.index("sad")] == both[LABELS.index("fear")] == 0.5


def test_own_images_without_the_names_of_fer2013_get_their_split_from_the_folder(tmp_path: Path) -> None:
    for index in range(20):
        write(tmp_path, f"train/{('happy', 'sad')[index % 2]}/{index}.png", picture(index))
        write(tmp_path, f"test/happy/{index}.png", picture(index + 50))
    images = load_images(tmp_path)
    assert len(images.of_split("Training")) == 20
    assert len(images.of_split("PublicTest")) > 0 and len(images.of_split("PrivateTest")) > 0


def test_other_folders_are_other_labels(tmp_path: Path) -> None:
    """Without train/ and test/ a fifth becomes tests; what is hidden, as macOS puts into zips, does not count."""
    for index in range(60):
        write(tmp_path, f"faces/{('wink', 'kiss')[index % 2]}/{index}.png", picture(index))
    write(tmp_path, "__MACOSX/wink/a.png", picture(900))
    images = load_images(tmp_path)
    assert images.classes == ("kiss", "wink") and len(images) == 60
    assert all(len(images.of_split(split)) > 0 for split in ("Training", "PublicTest", "PrivateTest"))
    assert len(images.of_split("Training")) > 35
    with pytest.raises(DataError, match="these images have others"):
        load_votes(tmp_path / "votes.csv", images)


def test_single_votes_do_not_count_and_ties_have_no_majority() -> None:
    votes = np.array([[0, 0, 0, 8, 1, 1, 0], [0, 0, 0, 5, 5, 0, 0], [1, 1, 1, 1, 1, 1, 1], [3, 0, 0, 0, 6, 0, 0]])
    assert targets.majority(votes).tolist() == [3, -1, -1, 4]
    distribution = targets.vote_distribution(votes)
    assert distribution[0].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert distribution[2].sum() == 0
    assert distribution[3] == pytest.approx([1 / 3, 0, 0, 0, 2 / 3, 0, 0])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really a zip"])
def test_a_damaged_zip_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fer2013.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"fer2013\.zip.*download it again"):
        load_images(path)


def test_missing_or_wrong_data_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        load_images(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no images; expected train/<label>"):
        load_images(tmp_path)
    write(tmp_path, "train/happy/a.png", picture(0))
    with pytest.raises(DataError, match="images of 'happy' only"):
        load_images(tmp_path)
    (tmp_path / "train/happy/b.png").write_bytes(b"not an image")
    with pytest.raises(DataError, match=r"'happy' only.*images that cannot be decoded .1.: train/happy/b\.png"):
        load_images(tmp_path)


def test_votes_with_a_missing_column_are_a_clear_error(dataset: Path, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["file", "happiness"], ["Training_0.png", "10"]])
    with pytest.raises(DataError, match="lacks the columns anger, disgust"):
        load_votes(path, load_images(dataset))


def test_augmented_images_stay_raw_grey() -> None:
    """Not scaled to 0..1: that is the network's own business."""
    pixels = np.stack([picture(index) for index in range(40)])
    changed = augment_batch(pixels, np.random.default_rng(0), Augmentation())
    assert changed.shape == (40, 48, 48, 1) and changed.dtype == np.float32
    assert changed.min() >= 0 and 200 < changed.max() <= 255
    again = augment_batch(pixels, np.random.default_rng(0), Augmentation())
    assert np.array_equal(changed, again)


def test_stronger_changes_move_further_and_keep_the_middle() -> None:
    usual, stronger = Augmentation(), Augmentation().stronger(2)
    assert usual.stronger(1) == usual
    assert stronger.degrees == 2 * usual.degrees and stronger.shift == 2 * usual.shift
    assert stronger.scale == pytest.approx((1 - 2 * (1 - usual.scale[0]), 1 + 2 * (usual.scale[1] - 1)))
    assert usual.stronger(100).cutout == 1 and usual.stronger(100).contrast[0] > 0


def test_mixed_images_carry_their_labels_by_the_same_share() -> None:
    """Image i is i everywhere and its target says i too, so any blend can be read off both."""
    grey = np.arange(8, dtype=np.float32)
    images = np.broadcast_to(grey[:, None, None, None], (8, 4, 4, 1))
    blended, mixed = mix_up(images, np.eye(8, dtype=np.float32), 1.0, np.random.default_rng(0))
    assert np.allclose(mixed.sum(axis=1), 1) and (mixed > 0).sum(axis=1).max() == 2
    assert np.allclose(blended[:, 0, 0, 0], mixed @ grey)


def test_report_counts_what_it_excludes() -> None:
    truth = np.array([3, 3, 4, -1])
    answers = np.eye(7, dtype=np.float32)[[3, 4, 4, 0]]
    report = make_report(answers, truth, LABELS)
    assert (report.n, report.excluded) == (3, 1)
    assert report.accuracy == pytest.approx(2 / 3)
    assert report.macro_recall == pytest.approx((0.5 + 1.0) / 2)
    assert report.classes["neutral"].precision == 0.5
    assert report.confusion[3][4] == 1


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    answers = np.full((100, 7), 0.2 / 6, np.float32)
    answers[:, 3] = 0.8
    truth = np.where(np.arange(100) < 60, 3, 4)
    assert calibration_error(answers, truth) == pytest.approx(0.2, abs=1e-6)


def test_temperature_finds_how_overconfident_logits_are() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 7))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(7, p=row) for row in chances])
    assert fit_temperature((logits * 2).astype(np.float32), truth) == pytest.approx(2.0, rel=0.08)


def test_interval_is_wide_for_few_images() -> None:
    low, high = wilson_interval(10, 28)
    assert low == pytest.approx(0.207, abs=0.005) and high == pytest.approx(0.541, abs=0.005)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_committed_figures_belong_to_the_committed_files() -> None:
    """The manifest describes the very files beside it, and quotes metrics.json."""
    from model.__main__ import HERE
    from model.manifest import check_files

    manifest = check_files(HERE)
    metrics = json.loads((HERE / "metrics.json").read_text())
    assert manifest["labels"] == list(LABELS)
    assert manifest["accuracy"]["ferplus_private"] == metrics["ferplus"]["PrivateTest"]["accuracy"]
    assert manifest["accuracy"]["ferplus_private"] >= 0.70


@pytest.mark.parametrize("damaged", ["0", "[]", "{", '{"files": []}', '{"files": {"litert": 1}}', "[" * 5000])
def test_a_damaged_manifest_is_named(tmp_path: Path, damaged: str) -> None:
    from model.errors import RunError
    from model.manifest import MANIFEST, check_files

    (tmp_path / MANIFEST).write_text(damaged)
    with pytest.raises(RunError, match="python -m model export"):
        check_files(tmp_path)
