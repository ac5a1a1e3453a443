"""Models that were trained elsewhere: what they lack is appended, or a message quotes the command that helps."""

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import keras
import numpy as np
import pytest

from model.__main__ import main
from model.engines import predict
from model.errors import RunError
from model.foreign import AFFECTNET, FERPLUS, Command, check_pixels, check_scores
from model.manifest import KERAS, MANIFEST
from model.probe import RAW, USUAL, Scaling, Scores, face_crops

Weights = list[list[float]]


def save(path: Path, kernel: Weights, bias: list[float], activation: str | None) -> Path:
    """A network that sees nothing but the mean of the pixels."""
    model = keras.Sequential(
        [
            keras.Input((48, 48, 1)),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(len(bias), activation=activation),
        ]
    )
    model.layers[-1].set_weights([np.array(kernel), np.array(bias)])
    model.save(path)
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    """A command of the model package: its exit code, output and errors."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), errors.getvalue()


def quoted_command(message: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command that a message quotes, in a folder; it must be whole and work."""
    found = re.search(r"python -m model (convert .+?) && python -m server --model (\S+)", message)
    assert found, message
    monkeypatch.chdir(folder)
    code, _, errors = run(*shlex.split(found[1]))
    assert code == 0, errors
    assert (folder / found[2] / MANIFEST).exists()


GREYS = np.repeat(np.array([20, 100, 240], np.uint8), 48 * 48).reshape(3, 48, 48)


def answers(folder: Path) -> Scores:
    """Of both files for three shades of grey; they must be probabilities, and the same."""
    results = [predict(engine, folder, GREYS) for engine in ("litert", "keras")]
    assert np.allclose(results[0], results[1], atol=0.02) and np.allclose(results[0].sum(axis=1), 1, atol=0.01)
    return results[0]


def test_a_softmax_is_appended_to_scores_that_are_none(tmp_path: Path) -> None:
    source = save(tmp_path / "logits.keras", [[0.0, 0.05, -0.05]], [0.0, -6.0, 4.0], None)
    code, told, _ = run("convert", source, "--out", tmp_path / "out", "--labels", "sad,happy,wink")
    assert code == 0 and "a softmax was appended" in told
    assert answers(tmp_path / "out").argmax(axis=1).tolist() == [2, 0, 1]


def test_scores_of_a_sigmoid_are_divided_by_their_sum(tmp_path: Path) -> None:
    source = save(tmp_path / "sigmoid.keras", [[0.05, -0.05]], [-6.0, 4.0], "sigmoid")
    code, told, _ = run("convert", source, "--out", tmp_path / "out", "--labels", "happy,sad")
    assert code == 0 and "divided by their sum" in told
    expected = 1 / (1 + np.exp([[5, -3], [1, 1], [-6, 8]]))
    assert answers(tmp_path / "out") == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=0.01)


def test_probabilities_are_left_alone(tmp_path: Path) -> None:
    source = save(tmp_path / "fine.keras", [[0.05, -0.05]], [-5.0, 5.0], "softmax")
    code, told, _ = run("convert", source, "--out", tmp_path / "out", "--labels", "happy,sad")
    assert code == 0 and told.splitlines()[1:] == ["labels: happy, sad"]
    assert (tmp_path / "out" / KERAS).read_bytes() == source.read_bytes()


def test_a_model_of_scaled_pixels_is_named_and_an_option_folds_the_division_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says "happy" of every face with pixels from 0 to 255."""
    source = save(tmp_path / "scaled.keras", [[0.0, 20.0]], [0.0, -10.0], "softmax")
    (tmp_path / "config.json").write_text(json.dumps({"classes": ["sad", "happy"]}))
    code, _, errors = run("convert", source, "--out", tmp_path / "out")
    assert code == 2 and errors.count("\n") == 1 and "answers 'happy' for every face" in errors
    assert not (tmp_path / "out").exists()
    quoted_command(errors, tmp_path, monkeypatch)
    assert answers(tmp_path / "scaled").argmax(axis=1).tolist() == [0, 0, 1]
    assert run("convert", source, "--out", tmp_path / "raw", "--divide-by", "1")[0] == 0, "whoever knows better"


def test_pixels_from_minus_1_to_1_are_folded_in(tmp_path: Path) -> None:
    source = save(tmp_path / "scaled.keras", [[0.0, 10.0]], [0.0, 0.0], "softmax")
    options = ("--labels", "sad,happy", "--divide-by", "127.5", "--subtract", "1")
    assert run("convert", source, "--out", tmp_path / "out", *options)[0] == 0
    means = np.array([20, 100, 240]) / 127.5 - 1
    assert answers(tmp_path / "out")[:, 1] == pytest.approx(1 / (1 + np.exp(-10 * means)), abs=0.02)
    assert "--divide-by must be more than 0" in run("convert", source, "--out", tmp_path, "--divide-by", "0")[2]


@pytest.mark.parametrize("trained_on", USUAL, ids=Scaling.formula)
def test_the_right_one_of_two_scalings_is_advised(trained_on: Scaling, tmp_path: Path) -> None:
    """Our faces show happy, happy, surprise."""
    right = np.tile(np.array([[0.7, 0.2, 0.1], [0.7, 0.2, 0.1], [0.1, 0.3, 0.6]], np.float32), (4, 1))
    given: dict[Scaling, Scores] = {
        scaling: right if scaling == trained_on else np.float32(1) - right for scaling in USUAL
    }
    given[RAW] = np.eye(3, dtype=np.float32)[[0, 1, 2] * 4]
    with pytest.raises(RunError, match="answers with full certainty if pixels are 0 to 255") as caught:
        check_pixels(lambda _, scaling: given[scaling], ("happy", "sad", "surprise"), Command(tmp_path / "a.keras", ""))
    assert f"--out a {trained_on.options()} && " in str(caught.value)
    given[RAW] = right
    assert check_pixels(lambda _, scaling: given[scaling], ("happy", "sad", "surprise"), Command(tmp_path, "")) == []


def test_a_model_that_never_changes_its_mind_is_a_warning(tmp_path: Path) -> None:
    source = save(tmp_path / "always.keras", [[0.0, 0.0]], [0.0, 9.0], "softmax")
    code, told, _ = run("convert", source, "--out", tmp_path / "out", "--labels", "happy,sad")
    assert code == 0 and "warning: it answers 'sad' for every face" in told


def test_a_model_of_damaged_weights_is_refused(tmp_path: Path) -> None:
    source = save(tmp_path / "nan.keras", [[np.nan, 0.0]], [0.0, 0.0], "softmax")
    code, _, errors = run("convert", source, "--out", tmp_path / "out", "--labels", "happy,sad")
    assert code == 2 and "scores are not numbers" in errors


def test_an_export_is_checked_with_the_same_crops(tmp_path: Path) -> None:
    fine = np.array([[0.7, 0.3], [0.4, 0.6]], np.float32)
    assert check_scores(fine, ("happy", "sad"), tmp_path) == []
    assert check_scores(fine[[0, 0]], ("happy", "sad"), tmp_path) == [
        "warning: it answers 'happy' for every face and shade that was tried"
    ]
    for scores, words in ((fine * np.nan, "training diverged"), (fine * 3, "no probabilities")):
        with pytest.raises(RunError, match=words):
            check_scores(scores, ("happy", "sad"), tmp_path)


def test_eight_labels_are_asked_for_by_a_whole_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = save(tmp_path / "my model.keras", [[0.001 * n for n in range(8)]], [0.0] * 8, "softmax")
    code, _, errors = run("convert", source, "--out", tmp_path / "out")
    assert (
        code == 2 and "gives 8 scores, but there are 7 labels" in errors and FERPLUS in errors and AFFECTNET in errors
    )
    found = re.search(r"python -m model (convert .+?) && python -m server --model '(.+)'", errors)
    assert found
    monkeypatch.chdir(tmp_path)
    assert run(*shlex.split(found[1]))[0] == 0
    manifest = json.loads((tmp_path / found[2] / MANIFEST).read_text())
    assert manifest["labels"] == ["neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt"]
    for labels in ("a,b,c,d,e,f,g,g", "a,b,c,d,e,f,g,"):
        assert "must all be different" in run("convert", source, "--out", tmp_path / "out", "--labels", labels)[2]


def test_an_h5_file_gets_the_line_that_converts_it(tmp_path: Path) -> None:
    source = save(tmp_path / "model.h5", [[0.05, -0.05]], [-5.0, 5.0], "softmax")
    code, _, errors = run("convert", source, "--out", tmp_path / "out")
    line = re.search(r'python -c "(.+)"', errors)
    assert code == 2 and line and errors.count("\n") == 1
    exec(line[1], {})  # what the line does, without another start of TensorFlow
    assert run("convert", tmp_path / "model.keras", "--out", tmp_path / "out", "--labels", "happy,sad")[0] == 0


def test_an_h5_file_of_weights_only_says_so(tmp_path: Path) -> None:
    """As the tutorial saves it."""
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save_weights(tmp_path / "model.weights.h5")
    _, _, errors = run("convert", tmp_path / "model.weights.h5", "--out", tmp_path / "out")
    assert "has weights only" in errors and "model.load_weights('model.weights.h5'); model.save(" in errors


def test_our_own_network_passes_the_probe() -> None:
    faces = face_crops()
    assert faces.shape == (12, 48, 48) and faces.dtype == np.uint8
    root = Path(__file__).parents[2]
    scores = predict("litert", root / "model", faces)
    labels = json.loads((root / "model" / MANIFEST).read_text())["labels"]
    assert [labels[row.argmax()] for row in scores[:3]] == ["happy", "happy", "surprise"]
