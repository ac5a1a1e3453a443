"""What stands around the training: the tutorial's network as a baseline, figures, and degraded images."""

import csv
import json
import types
import warnings
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from model.__main__ import main
from model.degrade import DEGRADATIONS, degrade, judge_degraded
from model.errors import RunError
from model.figures import draw_figures
from model.labels import LABELS
from model.metrics import calibration_error, make_report, reliability

with warnings.catch_warnings():  # TensorFlow's own imports warn of what they will change one day
    warnings.simplefilter("ignore")
    import keras

from model.network import make_network, multiply_adds
from model.tutorial import StopAtAccuracy

Pixels = npt.NDArray[np.uint8]


def picture(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (48, 48), np.uint8)


def test_the_tutorials_network_is_the_one_people_read() -> None:
    network = make_network("tutorial", 7)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == [
        "Rescaling", "Conv2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense", "BatchNormalization", "Dense",
        "Dropout", "BatchNormalization", "Dense", "Softmax",
    ]  # fmt: skip
    assert [layer.filters for layer in network.layers if hasattr(layer, "filters")] == [32, 64]
    assert [layer.units for layer in network.layers if hasattr(layer, "units")] == [64, 32, 7]
    assert network.layers[8].rate == 0.3
    assert 37e6 < multiply_adds(network) < 38.5e6
    answers = network.predict(np.stack([picture(0), picture(1)])[..., None], verbose=0)
    assert answers.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_tutorial_stops_at_ninety_percent(capsys: pytest.CaptureFixture[str]) -> None:
    callback, model = StopAtAccuracy(0.9), types.SimpleNamespace(stop_training=False)
    callback.set_model(model)
    callback.on_epoch_end(0, {"val_accuracy": 0.89, "accuracy": 0.99})
    assert not model.stop_training, "training images do not count"
    callback.on_epoch_end(1, {"val_accuracy": 0.9})
    assert model.stop_training
    assert "90%" in capsys.readouterr().out


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial's network after one epoch on generated images."""
    folder = tmp_path_factory.mktemp("tutorial")
    for index, label in enumerate(LABELS):
        for place, name in enumerate(("train/{}/Training_", "test/{}/PublicTest_", "test/{}/PrivateTest_")):
            path = folder / "data" / f"{name.format(label)}{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), picture(10 * index + place))
    common = ["--data", str(folder / "data"), "--run", str(folder / "run")]
    assert main(["train", "--network", "tutorial", "--epochs", "1", *common]) == 0
    return folder


def test_the_tutorials_run_records_its_protocol(tutorial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = json.loads((tutorial / "run" / "config.json").read_text())
    wanted = {"network": "tutorial", "labels": "fer2013", "batch": 64, "learning_rate": 0.001, "augmentation": None}
    assert {name: config[name] for name in wanted} == wanted
    (row,) = csv.DictReader((tutorial / "run" / "history.csv").read_text().splitlines())
    assert {"epoch", "loss", "accuracy", "public_accuracy", "learning_rate", "seconds"} <= row.keys()
    command = ["train", "--network", "tutorial", "--epochs", "1", "--data", str(tutorial / "data")]
    assert main([*command, "--run", str(tutorial / "run")]) == 0
    assert "finished before" in capsys.readouterr().out
    assert main([*command, "--run", str(tutorial / "other"), "--average", "0.9"]) == 2
    assert "protocol does not allow average" in capsys.readouterr().err


def test_the_tutorials_network_is_exported_and_judged_like_ours(tutorial: Path) -> None:
    out = tutorial / "out"
    assert main(["export", "--data", str(tutorial / "data"), "--run", str(tutorial / "run"), "--out", str(out)]) == 0
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["network"]["name"] == "tutorial"
    assert set(metrics["degraded"]) == {"unchanged", *DEGRADATIONS}
    assert {"confusion.png", "reliability.png", "training.png"} <= {path.name for path in (out / "figures").iterdir()}
    assert keras.models.load_model(out / "emotion.keras", compile=False).name == "tutorial"


def test_an_unknown_network_is_a_clear_error() -> None:
    with pytest.raises(RunError, match=r"'resnet'; there are .*residual-60m.*tutorial"):
        make_network("resnet", 7)


def exported(folder: Path, name: str, skill: float) -> Path:
    """metrics.json and history.csv as export writes them, of a model that is right with this chance."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 7, 400)
    told = np.where(rng.random(400) < skill, truth, rng.integers(0, 7, 400))
    answers = np.full((400, 7), 0.05, np.float32)
    answers[np.arange(400), told] = 0.7
    report = make_report(answers, truth, LABELS).as_json()
    degraded = {label: {"accuracy": skill, "macro_recall": skill / 2} for label in ("unchanged", *DEGRADATIONS)}
    metrics = {"fer2013": {"PrivateTest": report}, "network": {"name": name}, "degraded": degraded}
    folder.mkdir()
    (folder / "metrics.json").write_text(json.dumps(metrics))
    (folder / "history.csv").write_text(
        "epoch,loss,public_accuracy,public_macro_recall,learning_rate\n1,1.7,0.4,0.2,0.1\n2,1.5,0.5,0.3,0.05\n"
    )
    return folder


def test_figures_need_no_dataset(tmp_path: Path) -> None:
    ours, other = exported(tmp_path / "ours", "residual-60m", 0.8), exported(tmp_path / "other", "tutorial", 0.4)
    written = draw_figures(ours, other)
    assert {path.name for path in written} == {
        "confusion.png", "reliability.png", "training.png", "degraded.png", "baseline.png",
    }  # fmt: skip
    for path in written:
        assert 5_000 < path.stat().st_size < 150_000
    before = [path.read_bytes() for path in written]
    assert main(["figures", "--model", str(ours), "--baseline", str(other)]) == 0
    assert [path.read_bytes() for path in written] == before, "the same figures give the same files"
    assert "baseline.png" not in {path.name for path in draw_figures(other, other)}


def test_figures_say_what_is_wrong_with_their_source(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"metrics\.json: not the metrics of an exported model"):
        draw_figures(tmp_path)
    folder = exported(tmp_path / "old", "residual-60m", 0.8)
    metrics = json.loads((folder / "metrics.json").read_text())
    del metrics["fer2013"]["PrivateTest"]["bins"]
    (folder / "metrics.json").write_text(json.dumps(metrics))
    with pytest.raises(RunError, match=r"lacks 'bins', for reliability\.png; export the model again"):
        draw_figures(folder)
    (folder / "history.csv").write_text("epoch,loss\n")
    with pytest.raises(RunError, match="no finished epoch"):
        draw_figures(folder)


def test_the_reliability_table_is_what_the_calibration_error_sums_up() -> None:
    rng = np.random.default_rng(0)
    answers = rng.dirichlet(np.ones(7), 500).astype(np.float32)
    truth = rng.integers(0, 7, 500)
    rows = reliability(answers, truth)
    assert len(rows) == 15 and sum(row.count for row in rows) == 500
    assert all(index / 15 <= row.confidence <= (index + 1) / 15 for index, row in enumerate(rows) if row.count)
    gap = sum(row.count * abs(row.confidence - row.accuracy) for row in rows) / 500
    assert calibration_error(answers, truth) == pytest.approx(gap)
    assert sum(row.count for row in reliability(np.zeros((0, 7), np.float32), truth[:0])) == 0


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_degraded_image_is_another_image_of_the_same_kind(name: str) -> None:
    pixels = np.stack([picture(seed) for seed in range(6)])
    before = pixels.copy()
    changed = degrade(name, pixels)
    assert changed.shape == pixels.shape and changed.dtype == np.uint8
    assert all(not np.array_equal(new, old) for new, old in zip(changed, before, strict=True))
    assert np.array_equal(pixels, before), "the originals are left alone"
    assert np.array_equal(degrade(name, pixels), changed), "the same every time"


def test_degradations_do_what_their_names_say() -> None:
    pixels = np.stack([picture(seed) for seed in range(20)])
    covered = degrade("mouth covered", pixels)
    assert np.array_equal(covered[:, :30], pixels[:, :30]) and covered[:, 37, 24].std() < pixels[:, 37, 24].std()
    assert degrade("eyes covered", pixels)[:, 18, 12:36].max() <= 20
    assert degrade("near darkness", pixels).mean() < degrade("dim light", pixels).mean() < pixels.mean() / 2
    sides = degrade("light from one side", pixels)
    darker_left = sides[:, :, :12].mean(axis=(1, 2)) < sides[:, :, -12:].mean(axis=(1, 2))
    assert 0 < darker_left.sum() < 20, "some from the left, some from the right"
    details = [np.abs(np.diff(degrade(f"face of {size} px", pixels).astype(int))).mean() for size in (24, 16, 12)]
    assert details == sorted(details, reverse=True)


def test_judging_degraded_images_shows_what_is_lost() -> None:
    """Something that tells bright from dark fails in the dark, and there alone."""
    pixels = np.stack([np.full((48, 48), 40 + 170 * (index % 2), np.uint8) for index in range(20)])
    labels = np.arange(20) % 2

    def answer(crops: Pixels) -> npt.NDArray[np.float32]:
        bright = crops.mean(axis=(1, 2)) > 100
        return np.stack([~bright, bright], axis=1).astype(np.float32)

    found = judge_degraded(answer, pixels, labels)
    assert found["unchanged"] == found["blur"] == {"accuracy": 1.0, "macro_recall": 1.0}
    assert found["dim light"] == {"accuracy": 0.5, "macro_recall": 0.5}
