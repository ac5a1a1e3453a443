"""What makes training faster must not change what is trained."""

import warnings
from pathlib import Path

import numpy as np
import pytest

with warnings.catch_warnings():  # TensorFlow's own imports warn of what they will change one day
    warnings.simplefilter("ignore")
    import keras

from model.errors import RunError
from model.network import make_network
from model.precision import BFLOAT16, FLOAT32, FusedBatchNormalization, choose_precision

IMAGES = np.random.default_rng(0).integers(0, 256, (8, 48, 48, 1)).astype(np.float32)


def test_the_fused_normalisation_is_the_usual_one() -> None:
    """Answers in training and the remembered mean are equal; the variance is the unbiased one."""
    usual, fused = keras.layers.BatchNormalization(momentum=0.9), FusedBatchNormalization(momentum=0.9)
    values = np.random.default_rng(1).normal(3, 2, (8, 6, 6, 4)).astype(np.float32)
    for layer in (usual, fused):
        layer.build(values.shape)
    assert np.asarray(fused(values, training=True)) == pytest.approx(np.asarray(usual(values, training=True)), abs=1e-4)
    assert fused.moving_mean.numpy() == pytest.approx(usual.moving_mean.numpy(), abs=1e-5)
    many = 8 * 6 * 6
    seen = [(layer.moving_variance.numpy() - 0.9) / 0.1 for layer in (usual, fused)]
    assert seen[1] == pytest.approx(seen[0] * many / (many - 1), rel=1e-3)


@pytest.mark.parametrize("precision", [FLOAT32, BFLOAT16])
def test_trained_weights_fit_the_plain_network(precision: str) -> None:
    """Same order, float32, and the same answers as far as the precision goes."""
    training, plain = make_network("tiny", 7, precision), make_network("tiny", 7)
    assert {weight.dtype for weight in training.weights} == {"float32"}
    plain.set_weights(training.get_weights())
    answers = training.predict(IMAGES, verbose=0)
    assert answers.dtype == np.float32
    assert answers == pytest.approx(plain.predict(IMAGES, verbose=0), abs=1e-5 if precision == FLOAT32 else 0.02)


def test_the_policy_is_left_as_it_was() -> None:
    before = keras.config.dtype_policy().name
    make_network("tiny", 7, BFLOAT16)
    assert keras.config.dtype_policy().name == before


@pytest.mark.parametrize(
    ("flags", "expected"), [("fpu avx512f amx_bf16 amx_tile", BFLOAT16), ("fpu avx512f", FLOAT32), (None, FLOAT32)]
)
def test_auto_is_bfloat16_where_the_processor_has_it(tmp_path: Path, flags: str | None, expected: str) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    if flags is not None:
        cpuinfo.write_text(f"flags\t\t: {flags}\n")
    assert choose_precision("auto", cpuinfo) == expected
    assert choose_precision(FLOAT32, cpuinfo) == FLOAT32


def test_an_unknown_precision_is_named() -> None:
    with pytest.raises(RunError, match=r"'half'.*auto, float32 or bfloat16"):
        choose_precision("half")
