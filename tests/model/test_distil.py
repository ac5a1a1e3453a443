"""The PyTorch side of the distillation. Tests that need PyTorch skip without it; the project does not require it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.distil.faceres import STRIDES, read_faceres
from model.errors import DataError


def write_faceres(folder: Path) -> dict[str, Any]:
    """Files in the format of npm's @vladmandic/human, with two channels a layer instead of up to 1,024."""
    rng, stored, width = np.random.default_rng(0), {}, 2
    stored["conv1/convolution/merged_input"] = rng.normal(size=(3, 3, 3, width))
    stored["conv1_bn/batchnorm_1/sub"] = rng.normal(size=width)
    for index in range(1, len(STRIDES) + 1):
        stored[f"conv_dw_{index}/depthwise_kernel"] = rng.normal(size=(3, 3, width, 1))
        stored[f"conv_dw_{index}_bn/batchnorm_1/mul"] = rng.uniform(0.5, 2, width)
        stored[f"conv_dw_{index}_bn/batchnorm_1/sub"] = rng.normal(size=width)
        stored[f"conv_pw_{index}/convolution/merged_input"] = rng.normal(size=(1, 1, width, width))
        stored[f"conv_pw_{index}_bn/batchnorm_1/sub"] = rng.normal(size=width)
    entries = [{"name": k, "shape": list(v.shape), "quantization": {"dtype": "float16"}} for k, v in stored.items()]
    entries.append({"name": "reduction_indices", "shape": [2], "dtype": "int32"})
    raw = b"".join(v.astype(np.float16).tobytes() for v in stored.values()) + np.asarray([1, 2], np.int32).tobytes()
    (folder / "faceres.bin").write_bytes(raw)
    (folder / "faceres.json").write_text(json.dumps({"weightsManifest": [{"weights": entries}]}))
    return stored


def test_faceres_is_read_with_its_normalisation_in_the_kernels(tmp_path: Path) -> None:
    stored, found = write_faceres(tmp_path), read_faceres(tmp_path)
    assert len(found) == 2 * (1 + 2 * len(STRIDES))
    scaled = stored["conv_dw_3/depthwise_kernel"] * stored["conv_dw_3_bn/batchnorm_1/mul"][None, None, :, None]
    assert found["dw3.w"].shape == (2, 1, 3, 3)
    assert found["dw3.w"][1, 0, 0, 2] == pytest.approx(scaled[0, 2, 1, 0], rel=2e-3)
    assert found["pw7.w"][1, 0, 0, 0] == pytest.approx(
        stored["conv_pw_7/convolution/merged_input"][0, 0, 0, 1], rel=2e-3
    )


def test_other_files_are_refused(tmp_path: Path) -> None:
    write_faceres(tmp_path)
    with (tmp_path / "faceres.bin").open("ab") as file:
        file.write(b"more")
    with pytest.raises(DataError, match="no faceres"):
        read_faceres(tmp_path)
    with pytest.raises(DataError, match="no faceres"):
        read_faceres(tmp_path / "nowhere")


def test_augmented_crops_stay_pictures() -> None:
    torch = pytest.importorskip("torch")
    from model.distil.augment import Augmenter

    torch.manual_seed(0)
    augmenter = Augmenter(torch.device("cpu"))
    crops = torch.randint(0, 256, (64, 48, 48), dtype=torch.uint8)
    changed = augmenter(crops, 1.2)
    assert changed.shape == (64, 1, 48, 48) and changed.min() >= 0 and changed.max() <= 255
    assert (changed[:, 0] - crops).abs().mean(dim=(1, 2)).min() > 1, "every crop is changed"
    mixed, targets = augmenter.mix(changed, torch.eye(64), share=0.5)
    assert mixed.shape == changed.shape
    assert targets.sum(1).tolist() == pytest.approx([1.0] * 64)
    assert targets.diagonal().min() >= 0.5, "the image itself has at least half of the weight"


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_a_stage_lowers_its_loss_and_keeps_the_mean(optimizer: str) -> None:
    torch = pytest.importorskip("torch")
    from model.distil.stage import Stage

    torch.manual_seed(0)
    network = torch.nn.Linear(4, 1)
    x = torch.randn(64, 4)
    y = x @ torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    stage = Stage([network], lambda: ((network(x) - y) ** 2).mean(), optimizer, decay=0.0, average=0.9)
    losses: list[float] = []
    stage.train(200, 0.05, 0.05, {1: losses.append, 200: losses.append})
    assert losses[1] < losses[0] / 10
    last = network.weight.detach().clone()
    with stage.averaged():
        assert not torch.equal(network.weight, last)
    assert torch.equal(network.weight, last)


def test_the_mobilenet_answers_the_same_after_its_normalisation_is_restored(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from model.distil.networks import FaceNetwork

    write_faceres(tmp_path)
    torch.manual_seed(0)
    weights = read_faceres(tmp_path)
    network, plain = (FaceNetwork(weights, size=64, features=2).eval() for _ in range(2))
    crops = torch.randint(0, 256, (16, 1, 48, 48)).float()
    for layer, bias in zip(plain.layers, plain.biases, strict=True):
        layer[1] = torch.nn.Identity()
        layer[0].bias = torch.nn.Parameter(bias)
    network.start(crops)
    for each in (network, plain):
        each.fc.weight.data.fill_(1.0)
    assert network(crops)[:, 0].tolist() == pytest.approx(plain(crops)[:, 0].tolist(), abs=2e-3)
