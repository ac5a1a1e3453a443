"""A wider network that begins with the weights of a narrower one answers as that one did."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model.errors import RunError
from model.grow import copied_from, widen
from model.network import make_network
from model.run import BEST
from model.weights import take_weights


def lived(name: str, seed: int) -> keras.Model:
    """A network whose batch statistics are not those of a fresh one."""
    model = make_network(name, 7)
    rng = np.random.default_rng(seed)
    model.set_weights([abs(w + rng.normal(0, 0.1, w.shape)) if w.ndim == 1 else w for w in model.get_weights()])
    return model


def test_a_wider_network_answers_as_the_narrower_one(tmp_path: Path) -> None:
    narrow, wide = lived("tiny", 1), make_network("residual-60m", 7)
    pixels = np.random.default_rng(2).uniform(0, 255, (8, 48, 48, 1)).astype(np.float32)
    before = narrow.predict(pixels, verbose=0)
    narrow.save(tmp_path / BEST)
    take_weights(wide, tmp_path)
    assert np.abs(wide.predict(pixels, verbose=0) - before).max() < 0.05
    kernel = wide.layers[2].kernel.numpy()
    assert len({channel.tobytes() for channel in np.moveaxis(kernel, -1, 0)}) == kernel.shape[-1], "copies can part"


def test_a_narrower_network_cannot_begin_with_a_wider_one(tmp_path: Path) -> None:
    make_network("residual-60m", 7).save(tmp_path / BEST)
    with pytest.raises(RunError, match="another network"):
        take_weights(make_network("tiny", 7), tmp_path)


def test_layers_of_two_widths_agree_on_the_copies() -> None:
    assert copied_from(48, 64).tolist() == copied_from(48, 64).tolist()
    assert copied_from(48, 64)[:48].tolist() == list(range(48)), "what is there stays in its place"
    assert np.bincount(copied_from(16, 48)).tolist() == [3] * 16, "copies are shared out evenly"


def test_the_same_shape_is_left_alone() -> None:
    weights = [np.ones((3, 3, 4, 4), np.float32)]
    (same,) = widen(weights, [(3, 3, 4, 4)], np.random.default_rng(0))
    assert same is weights[0]
