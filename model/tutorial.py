"""The tutorial's network and protocol, kept as a baseline: `python -m model train --network tutorial --data ZIP`.

Layers, optimiser and callbacks are those of the tutorial. Three differences do not affect the metrics: scaling is a
layer (the tutorial divides outside of the model, and forgets to in its live program), the softmax is a separate layer
(so that export finds the logits), and every epoch is saved to a run folder. For comparison, duplicate and leaked
images are kept.
"""

import dataclasses
import sys
import time
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from model.config import TUTORIAL, TrainConfig
from model.dataset import SIZE, Images, load_images
from model.errors import DataError, RunError
from model.run import BEST, Run
from model.targets import one_hot

TARGET_ACCURACY = 0.9  # the tutorial stops there; no network has reached it
ADJUSTABLE = ("epochs", "batch", "learning_rate", "patience", "seed", "limit")  # settings that may change

Examples = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]


def make_tutorial(classes: int) -> keras.Model:
    """The network: from grey crops [n, 48, 48, 1], 0..255, to probabilities float32 [n, classes].

    37.7 M multiply-adds and 2 M weights, nearly all of them in the first dense layer.
    """
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 1), name="grey"),
            layers.Rescaling(1 / 255, name="rescaling"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.BatchNormalization(),
            layers.Dense(32, activation="relu"),
            layers.Dropout(0.3),
            layers.BatchNormalization(),
            layers.Dense(classes, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="tutorial",
    )


def train_tutorial(config: TrainConfig, data: Path, folder: Path, fresh: bool = False) -> Run:
    """Train as the tutorial does, with PublicTest for validation, so that PrivateTest stays unseen.

    An interrupted run starts again, because it takes only minutes and the state of the callbacks is lost.

    Raises:
        DataError: the data cannot be read.
        RunError: the folder holds another run, or a setting is given that the protocol does not have.
    """
    _check(config)
    keras.utils.set_random_seed(config.seed)
    images = load_images(data)
    run = Run.open(folder, config, images.classes, fresh)
    if _is_finished(run, config):
        print(f"finished before: best PublicTest accuracy {run.best:.4f} in epoch {run.best_epoch}: {folder / BEST}")
        return run
    run = Run.open(folder, config, images.classes, fresh=True)
    training, validation = _examples(images, "Training", config.limit), _examples(images, "PublicTest")
    model = make_tutorial(len(images.classes))
    model.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate), loss="categorical_crossentropy", metrics=["accuracy"]
    )
    model.summary()
    model.fit(
        *training,
        batch_size=config.batch,
        epochs=config.epochs,
        validation_data=validation,
        callbacks=[
            keras.callbacks.EarlyStopping("val_accuracy", patience=config.patience, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=2),
            StopAtAccuracy(TARGET_ACCURACY),
            SaveEpoch(run),
        ],
        verbose=1 if sys.stdout.isatty() else 0,
    )
    print(f"best PublicTest accuracy {run.best:.4f} in epoch {run.best_epoch}: {folder / BEST}", flush=True)
    return run


class StopAtAccuracy(keras.callbacks.Callback):
    """Stops training when the validation accuracy reaches a target."""

    def __init__(self, target: float) -> None:
        """Stop at `target`, a share 0..1."""
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Check the validation accuracy of the epoch."""
        if (logs or {}).get("val_accuracy", 0.0) >= self.target:
            print(f"validation accuracy has reached {self.target:.0%}: stopping", flush=True)
            self.model.stop_training = True


class SaveEpoch(keras.callbacks.Callback):
    """Writes each epoch to the run folder, with the columns that other networks have."""

    def __init__(self, run: Run) -> None:
        """Save into `run`."""
        super().__init__()
        self.run = run
        self.started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save the weights and print the metrics; the best epoch is the one with the best validation accuracy."""
        figures = logs or {}
        seconds, self.started = time.monotonic() - self.started, time.monotonic()
        row = {
            "epoch": epoch + 1,
            "loss": round(figures["loss"], 4),
            "accuracy": round(figures["accuracy"], 4),
            "public_loss": round(figures["val_loss"], 4),
            "public_accuracy": round(figures["val_accuracy"], 4),
            "learning_rate": round(float(self.model.optimizer.learning_rate), 6),
            "seconds": round(seconds, 1),
        }
        self.run.save(self.model, self.model, row, figures["val_accuracy"])
        print(" ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)


def _examples(images: Images, split: str, limit: int = 0) -> Examples:
    """All images of a split with the labels of the dataset: uint8 [n, 48, 48, 1] and float32 [n, classes]."""
    chosen = images.of_split(split)
    if not len(chosen):
        raise DataError(f"no {split} images; expected train/<label>/ and test/<label>/ as in FER2013")
    if limit:
        # Files are sorted by label: the first ones would all have the same.
        chosen = np.random.default_rng(0).permutation(chosen)[:limit]
    return images.pixels[chosen][..., None], one_hot(images.labels[chosen], len(images.classes))


def _check(config: TrainConfig) -> None:
    fixed = {name: value for name, value in dataclasses.asdict(TUTORIAL).items() if name not in ADJUSTABLE}
    changed = [name for name, value in fixed.items() if getattr(config, name) != value]
    if changed:
        raise RunError(f"the tutorial's protocol does not allow {', '.join(changed)}; leave it out")


def _is_finished(run: Run, config: TrainConfig) -> bool:
    stopped = run.epoch - run.best_epoch >= config.patience or run.best >= TARGET_ACCURACY
    return run.epoch > 0 and (run.epoch >= config.epochs or stopped)
