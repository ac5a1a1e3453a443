"""From a dozen generated images through train, export and evaluate, with the project's own commands."""

import json
import re
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

from model.__main__ import main
from model.dataset import load_images
from model.labels import LABELS
from tests.model.published import fer2013_csv, fer2013new_csv

with warnings.catch_warnings():  # TensorFlow's own imports warn of what they will change one day
    warnings.simplefilter("ignore")
    import keras

from model.engines import predict
from model.errors import RunError
from model.network import make_network, multiply_adds
from model.provenance import write_provenance
from model.shapes import SHAPES
from model.weights import load_trained, take_mean
from server.vision.expression.classifier import make_classifier
from server.vision.expression.manifest import load_manifest


@pytest.fixture(scope="module")
def trained(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one epoch, exported: two commands, with the files that Kaggle and Microsoft publish."""
    folder = tmp_path_factory.mktemp("run")
    images = load_images(dataset)
    labels = [images.classes[label] for label in images.labels]
    rows = list(zip(labels, images.splits, images.pixels, strict=True))
    (folder / "fer2013.csv").write_bytes(fer2013_csv(rows))
    votes = fer2013new_csv(folder / "fer2013new.csv", rows)
    common = ["--data", str(folder / "fer2013.csv"), "--ferplus", str(votes), "--run", str(folder / "run")]
    assert main(["train", *common, "--network", "tiny", "--epochs", "1", "--batch", "4"]) == 0
    assert main(["export", *common, "--out", str(folder / "out")]) == 0
    return folder


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_network_takes_raw_grey_and_answers_probabilities(name: str) -> None:
    network = make_network(name, 7)
    answers = network.predict(np.random.default_rng(0).integers(0, 256, (3, 48, 48, 1), np.uint8), verbose=0)
    assert answers.shape == (3, 7)
    assert answers.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_default_network_keeps_to_its_budget() -> None:
    assert multiply_adds(make_network("residual-60m", 7)) <= 60e6


def test_scaling_is_inside_the_network() -> None:
    """Dividing by 255 outside must change the answer: the famous bug of training and serving apart."""
    network = make_network("tiny", 7)
    image = np.random.default_rng(0).integers(0, 256, (1, 48, 48, 1)).astype(np.float32)
    scaled = keras.Model(network.input, network.get_layer("rescaling").output)
    assert scaled.predict(image, verbose=0) == pytest.approx(image / 127.5 - 1, abs=1e-5)


def test_products_follow_the_contract(trained: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    out = trained / "out"
    manifest = json.loads((out / "emotion.json").read_text())
    assert manifest["labels"] == list(LABELS)
    interpreter = Interpreter(model_path=str(out / "emotion.tflite"))
    (given,), outputs = interpreter.get_input_details(), interpreter.get_signature_runner().get_output_details()
    assert given["shape"].tolist() == manifest["input"]["shape"] and given["dtype"] is np.uint8
    assert {name: [each["shape"].tolist(), np.dtype(each["dtype"]).name] for name, each in outputs.items()} == {
        name: list(each.values()) for name, each in manifest["outputs"].items()
    }
    assert {path.name for path in out.iterdir()} == {
        "emotion.keras",
        "emotion.tflite",
        "emotion.json",
        "metrics.json",
        "history.csv",
        "training.json",
        "figures",
    }


def test_the_server_reads_both_engines_alike(trained: Path) -> None:
    """Of our own format 2, and of a foreign model, which is converted to format 1."""
    crops = np.random.default_rng(1).integers(0, 256, (3, 48, 48), np.uint8)
    foreign = trained / "foreign"
    keras.Sequential(
        [
            keras.Input((48, 48, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.AveragePooling2D(16),
            keras.layers.Flatten(),
            keras.layers.Dense(2, "softmax"),
        ]
    ).save(trained / "foreign.keras")
    assert main(["convert", str(trained / "foreign.keras"), "--out", str(foreign), "--labels", "kiss,wink"]) == 0
    for folder, version, features in ((trained / "out", 2, 16), (foreign, 1, 0)):
        assert json.loads((folder / "emotion.json").read_text())["format"] == version
        answers = [make_classifier(engine, load_manifest(folder)).classify(crops) for engine in ("litert", "keras")]
        assert answers[0].scores == pytest.approx(answers[1].scores, abs=0.1), folder
        assert answers[0].scores.sum(axis=1) == pytest.approx(1, abs=0.01)
        int8, reference = (answer.features for answer in answers)
        assert int8.shape == reference.shape == (3, features)
        if features:  # after one epoch the range of a channel may be cut off on noise: compare all together
            assert np.corrcoef(int8.ravel(), reference.ravel())[0, 1] > 0.95


def test_both_engines_agree(trained: Path) -> None:
    crops = np.random.default_rng(1).integers(0, 256, (8, 48, 48), np.uint8)
    int8, reference = (predict(engine, trained / "out", crops) for engine in ("litert", "keras"))
    assert int8 == pytest.approx(reference, abs=0.1)


def test_evaluate_can_say_what_a_face_costs(trained: Path, dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--data", str(dataset), "--model", str(trained / "out"), "--time"]) == 0
    assert re.search(r"one face [\d.]+ ms, one unit .* [\d.]+ ms: [\d.]+ units", capsys.readouterr().out)


def test_evaluate_finds_what_export_wrote(trained: Path, dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "metrics.json"
    assert main(["evaluate", "--data", str(dataset), "--model", str(trained / "out"), "--out", str(out)]) == 0
    again, before = json.loads(out.read_text()), json.loads((trained / "out" / "metrics.json").read_text())
    assert again["fer2013"] == before["fer2013"]


def test_an_interrupted_run_is_resumed(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the second epoch loses that epoch only; the same command goes on and ends the run."""
    from model.train import EndOfEpoch

    command = ["train", "--data", str(dataset), "--run", str(tmp_path / "run"), "--network", "tiny"]
    command += ["--labels", "fer2013", "--epochs", "3", "--batch", "4"]
    original = EndOfEpoch.on_epoch_end

    def interrupted(self: EndOfEpoch, epoch: int, logs: dict[str, float] | None = None) -> None:
        if epoch == 1:
            raise KeyboardInterrupt
        original(self, epoch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(EndOfEpoch, "on_epoch_end", interrupted)
        assert main(command) == 130
    assert "resumes" in capsys.readouterr().err
    assert main(command) == 0
    rows = (tmp_path / "run" / "history.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["1", "2", "3"]
    rates = [float(row.split(",")[4]) for row in rows]
    assert rates == sorted(rates, reverse=True), "the learning rate goes on where it was"
    assert main([*command[:-1], "8"]) == 2, "other settings do not mix with this run"
    assert "other settings (batch)" in capsys.readouterr().err


def test_a_run_can_begin_with_the_weights_of_another(
    trained: Path, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a learning rate of 0 the weights stay what they were taken from."""
    command = ["train", "--data", str(dataset), "--run", str(tmp_path / "run"), "--network", "tiny"]
    command += ["--labels", "fer2013", "--epochs", "1", "--batch", "4", "--learning-rate", "0"]
    assert main([*command, "--begin-with", str(trained / "run")]) == 0
    before = keras.models.load_model(trained / "run" / "best.keras", compile=False)
    after = keras.models.load_model(tmp_path / "run" / "last.keras", compile=False)
    kernels = [network.get_layer("logits").get_weights()[0] for network in (before, after)]
    assert np.array_equal(*kernels)
    write_provenance(tmp_path / "run", tmp_path)
    rows = (tmp_path / "history.csv").read_text().splitlines()
    assert rows[0].startswith("epoch,stage,") and [row[:3] for row in rows[1:]] == ["1,1", "2,2"]
    assert json.loads((tmp_path / "training.json").read_text())["begin_with"]["network"] == "tiny"
    exported = ["--begin-with", str(trained / "out"), "--mixup", "0.2", "--strength", "1.5"]
    assert main([*command, "--fresh", *exported]) == 0, "an exported model is as good a beginning, mixed images as well"
    write_provenance(tmp_path / "run", tmp_path)
    assert [row[:3] for row in (tmp_path / "history.csv").read_text().splitlines()[1:]] == ["1,1", "2,2"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main([*command, "--fresh", "--begin-with", str(empty)]) == 2
    assert "no finished epoch of a training run here, and no exported model" in capsys.readouterr().err


def test_weights_of_several_runs_are_averaged(trained: Path, tmp_path: Path) -> None:
    """The mean of two networks lies in the middle; one of another shape is refused."""
    run, zeros = trained / "run", tmp_path / "zeros"
    network = load_trained(run)
    shutil.copytree(run, zeros)
    network.set_weights([np.zeros_like(weight) for weight in network.get_weights()])
    network.save(zeros / "best.keras")
    take_mean(network, [run, zeros])
    halves = [weight / 2 for weight in load_trained(run).get_weights()]
    assert all(np.allclose(*pair) for pair in zip(network.get_weights(), halves, strict=True))
    write_provenance(run, tmp_path, [zeros])
    assert json.loads((tmp_path / "training.json").read_text())["mean_with"][0]["network"] == "tiny"
    with pytest.raises(RunError, match="weights of another network"):
        take_mean(make_network("tiny", 3), [run])


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["evaluate", "--data", "{data}", "--model", "{tmp}"], "no complete exported model"),
        (["export", "--data", "{data}", "--run", "{tmp}"], "run python -m model train first"),
        (["train", "--data", "{tmp}/nothing.zip", "--run", "{tmp}/run"], "no such file or folder"),
    ],
)
def test_bad_input_is_one_line_and_code_2(
    command: list[str], words: str, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([part.format(data=dataset, tmp=tmp_path) for part in command]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_a_damaged_file_is_found_by_its_checksum(
    trained: Path, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (trained / "out").glob("emotion.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "emotion.tflite").write_bytes(b"something else")
    assert main(["evaluate", "--data", str(dataset), "--model", str(tmp_path)]) == 2
    assert "not the file that emotion.json describes" in capsys.readouterr().err
