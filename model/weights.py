"""Loads trained weights from the folder of a run or of an exported model."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from model.errors import RunError
from model.grow import widen
from model.manifest import KERAS
from model.run import BEST


def load_trained(folder: Path) -> keras.Model:
    """The best weights of a run, or those of an exported model (its balance folded in).

    Raises:
        RunError: the folder contains neither.
    """
    files = [path for path in (folder / BEST, folder / KERAS) if path.exists()]
    if not files:
        raise RunError(f"{folder}: no finished epoch of a training run here, and no exported model")
    return keras.models.load_model(files[0], compile=False)


def take_weights(model: keras.Model, folder: Path) -> None:
    """Copy trained weights into a model of the same or a wider network; a last layer for other labels stays new.

    Raises:
        RunError: the folder holds no weights, or those of another network.
    """
    rng = np.random.default_rng(0)
    source = load_trained(folder)
    # An exported model has no softmax, so only layers with weights are paired.
    ours, others = ([layer for layer in each.layers if layer.weights] for each in (model, source))
    if len(others) != len(ours):
        raise RunError(f"{folder}: weights of another network, not of {model.name}")
    for mine, theirs in zip(ours, others, strict=True):
        if mine.name == "logits" and mine.units != theirs.units:
            continue
        try:
            mine.set_weights(widen(theirs.get_weights(), [w.shape for w in mine.get_weights()], rng))
        except ValueError as error:
            raise RunError(f"{folder}: weights of another network, not of {model.name}") from error


def take_mean(model: keras.Model, folders: Sequence[Path]) -> None:
    """Copy the mean of several trained weights into a model of the same network.

    The mean of weights that were fine-tuned from the same initial weights is usually better than each (Wortsman et al.,
    2022, arXiv 2203.05482). Batch statistics are averaged too.

    Raises:
        RunError: a folder holds no weights, or those of another network or for another number of labels.
    """
    shapes = [weight.shape for weight in model.get_weights()]
    all_weights = [load_trained(folder).get_weights() for folder in folders]
    for folder, weights in zip(folders, all_weights, strict=True):
        if [weight.shape for weight in weights] != shapes:
            raise RunError(f"{folder}: weights of another network, not of {model.name}")
    model.set_weights([np.mean(same, axis=0) for same in zip(*all_weights, strict=True)])
