"""Pooling the three heads of a distilled network, and the conversion from PyTorch to Keras."""

import json
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from model.__main__ import main
from model.heads import OUTPUTS, OperatingPoint, pool_heads
from model.labels import LABELS

with warnings.catch_warnings():  # TensorFlow's own imports warn of what they will change one day
    warnings.simplefilter("ignore")
    import keras

    from model.distil.to_keras import fill, pool_model

from model.network import make_network
from model.shapes import SHAPES

HAPPY, NEUTRAL, SAD = (LABELS.index(label) for label in ("happy", "neutral", "sad"))
Arrays = dict[str, npt.NDArray[np.float32]]


@pytest.fixture
def layer() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(16, OUTPUTS)).astype(np.float32), rng.normal(size=OUTPUTS).astype(np.float32)


def answers(kernel: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    features = np.random.default_rng(1).normal(size=(50, 16)).astype(np.float32)
    return np.asarray(features @ kernel + bias, np.float32)


def test_without_shares_and_shifts_the_head_of_the_votes_is_used(
    layer: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]],
) -> None:
    pooled, votes = answers(*pool_heads(*layer, OperatingPoint())), answers(*layer)[:, :7]
    assert pooled - pooled.mean(1, keepdims=True) == pytest.approx(votes - votes.mean(1, keepdims=True), abs=1e-4)


def test_the_pooled_layer_is_the_weighted_sum_of_the_heads(
    layer: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]],
) -> None:
    point = OperatingPoint(own_share=0.5, smile_contrast=0.25, shift={"happy": 1.0, "sad": -0.5})
    pooled, all_heads = answers(*pool_heads(*layer, point)), answers(*layer)
    votes, own = all_heads[:, :7], all_heads[:, 7:14]
    expected = votes - votes.mean(1, keepdims=True) + 0.5 * (own - own.mean(1, keepdims=True))
    expected[:, HAPPY] += 1.0 + 0.25 * (votes[:, NEUTRAL] - votes[:, SAD])
    expected[:, SAD] -= 0.5
    assert pooled == pytest.approx(expected, abs=1e-4)


def torch_state(network: str) -> Arrays:
    """Random weights with the names and shapes of the PyTorch network."""
    rng, shape = np.random.default_rng(2), SHAPES[network]
    state: Arrays = {}

    def add(name: str, inputs: int, outputs: int, window: int) -> None:
        state[f"{name}.c.weight"] = 0.1 * rng.normal(size=(outputs, inputs, window, window)).astype(np.float32)
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"{name}.b.{part}"] = rng.uniform(0.5, 1.5, outputs).astype(np.float32)

    add("stem", 1, shape.stem, 3)
    width = shape.stem
    for index, wanted in enumerate(shape.widths):  # one block a stage
        add(f"blocks.{index}.sc", width, wanted, 1)
        add(f"blocks.{index}.a", width, wanted, 3)
        add(f"blocks.{index}.b2", wanted, wanted, 3)
        width = wanted
    state["fc.weight"] = rng.normal(size=(OUTPUTS, width)).astype(np.float32)
    state["fc.bias"] = rng.normal(size=OUTPUTS).astype(np.float32)
    return state


def convolved(x: npt.NDArray[np.float64], state: Arrays, name: str, stride: int) -> npt.NDArray[np.float64]:
    """PyTorch's `Normalised` on [c, h, w], in numpy."""
    kernel = state[f"{name}.c.weight"].astype(np.float64)
    window = kernel.shape[2]
    if window == 3:
        x = np.pad(x, ((0, 0), (0, 1), (0, 1)) if stride == 2 else ((0, 0), (1, 1), (1, 1)))
    views = np.lib.stride_tricks.sliding_window_view(x, (window, window), axis=(1, 2))[:, ::stride, ::stride]
    y = np.einsum("ihwab,oiab->ohw", views, kernel)
    weight, bias, mean, variance = (
        state[f"{name}.b.{part}"].astype(np.float64)[:, None, None]
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    return np.asarray((y - mean) / np.sqrt(variance + 1e-3) * weight + bias, np.float64)


def test_the_keras_network_equals_the_pytorch_network() -> None:
    state, model = torch_state("tiny"), make_network("tiny", OUTPUTS)
    fill(model, state, "tiny")
    crop = np.random.default_rng(3).integers(0, 256, (48, 48)).astype(np.float64)
    x = np.maximum(convolved(crop[None] / 127.5 - 1, state, "stem", 1), 0)
    for index in range(3):
        block = f"blocks.{index}"
        inner = np.maximum(convolved(x, state, f"{block}.a", 2), 0)
        x = np.maximum(convolved(inner, state, f"{block}.b2", 1) + convolved(x, state, f"{block}.sc", 2), 0)
    expected = x.mean((1, 2)) @ state["fc.weight"].T + state["fc.bias"]
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    assert logits.predict(crop[None, :, :, None], verbose=0)[0] == pytest.approx(expected, abs=1e-3)


def test_pooling_changes_only_the_last_layer() -> None:
    distilled, one = make_network("tiny", OUTPUTS), make_network("tiny", 7)
    fill(distilled, torch_state("tiny"), "tiny")
    pool_model(distilled, one, OperatingPoint())
    for theirs, mine in zip(distilled.layers[:-2], one.layers[:-2], strict=True):
        assert all((a == b).all() for a, b in zip(theirs.get_weights(), mine.get_weights(), strict=True))


def test_a_pooled_run_can_be_exported(tmp_path: Path, dataset: Path) -> None:
    distilled = tmp_path / "distilled"
    distilled.mkdir()
    np.savez(distilled / "students.npz", **{f"tiny/{key}": value for key, value in torch_state("tiny").items()})  # type: ignore[arg-type]
    row = {"epoch": 1, "loss": 2.5, "tiny": {"public_accuracy": 0.5, "public_macro_recall": 0.5, "seconds": 1.0}}
    (distilled / "log.json").write_text(json.dumps({"about": {"recipe": {"batch": 8}}, "history": [row]}))
    assert main(["pool", "--distilled", str(distilled), "--network", "tiny", "--run", str(tmp_path / "run")]) == 0
    out = tmp_path / "out"
    assert main(["export", "--run", str(tmp_path / "run"), "--data", str(dataset), "--out", str(out)]) == 0
    settings = json.loads((out / "training.json").read_text())
    assert settings["operating_point"]["shift"]["happy"] > 0 and settings["recipe"] == {"batch": 8}
    assert "0.5" in (out / "history.csv").read_text()


def test_a_missing_student_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pool", "--distilled", str(tmp_path), "--run", str(tmp_path / "run")]) == 2
    assert "no distilled networks here" in capsys.readouterr().err
    np.savez(tmp_path / "students.npz", **{"other/fc.bias": np.zeros(OUTPUTS, np.float32)})  # type: ignore[arg-type]
    (tmp_path / "log.json").write_text("{}")
    assert main(["pool", "--distilled", str(tmp_path), "--run", str(tmp_path / "run")]) == 2
    assert "no student called 'residual-71m'" in capsys.readouterr().err
