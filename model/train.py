"""Train a network: `python -m model train --data fer2013.zip --ferplus ferplus.csv`.

SGD with Nesterov momentum along a cosine, averaged weights, and after every epoch a look at PublicTest.
PrivateTest is never touched here.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.augment import Augmentation, augment_batch, mix_up
from model.config import TrainConfig
from model.dataset import Images, load_images, training_groups
from model.errors import RunError
from model.expect import expected_labels
from model.metrics import make_report
from model.network import make_network, multiply_adds
from model.precision import choose_precision
from model.provenance import BEGUN, write_provenance
from model.run import AVERAGED, BEST, LAST, Run
from model.targets import majority, make_targets, training_set
from model.votes import load_votes
from model.weights import take_weights

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Validation:
    """The tuning images: uint8 [n, 48, 48, 1], their labels int64 [n], undecided ones left out, and label names."""

    pixels: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]


class Batches(keras.utils.PyDataset):
    """Augmented training batches; another order and other changes every epoch, the same for the same seed."""

    def __init__(self, pixels: npt.NDArray[np.uint8], targets: npt.NDArray[np.float32], config: TrainConfig) -> None:
        """Serve uint8 [n, 48, 48] with targets float32 [n, 7]."""
        super().__init__(workers=1, max_queue_size=8)
        self.pixels, self.targets, self.config = pixels, targets, config
        self.how = Augmentation().stronger(config.strength)
        self.start(0)

    def start(self, epoch: int) -> None:
        """Shuffle for this epoch (from 0)."""
        self.seed = (self.config.seed, epoch)
        self.order = np.random.default_rng(self.seed).permutation(len(self.pixels))

    def __len__(self) -> int:
        """Batches an epoch; the last one may be smaller."""
        return -(-len(self.pixels) // self.config.batch)

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Batch `index`: float32 [b, 48, 48, 1] raw grey and its targets [b, 7]."""
        chosen = self.order[index * self.config.batch : (index + 1) * self.config.batch]
        rng = np.random.default_rng((*self.seed, index))
        images, targets = augment_batch(self.pixels[chosen], rng, self.how), self.targets[chosen]
        return mix_up(images, targets, self.config.mixup, rng) if self.config.mixup > 0 else (images, targets)


class AveragedWeights(keras.callbacks.Callback):
    """Keeps an exponential average of all weights, batch statistics included, in a second model."""

    def __init__(self, averaged: keras.Model, decay: float) -> None:
        """Average into `averaged` with this decay a step."""
        super().__init__()
        self.averaged, self.decay = averaged, decay
        self.step = tf.function(self._update)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the average a step toward the trained weights."""
        done = tf.cast(self.model.optimizer.iterations, tf.float32)
        # Early on the average would be mostly the random start: let it follow closely at first.
        self.step(tf.minimum(self.decay, (1 + done) / (10 + done)))

    def _update(self, decay: tf.Tensor) -> None:
        for mean, weight in zip(self.averaged.weights, self.model.weights, strict=True):
            value = tf.convert_to_tensor(weight)
            mean.assign(tf.cast(decay, value.dtype) * tf.convert_to_tensor(mean) + (1 - decay) * value)


class EndOfEpoch(keras.callbacks.Callback):
    """After each epoch: judge the averaged weights on PublicTest, save, tell, and stop when nothing gets better."""

    def __init__(self, run: Run, averaged: keras.Model, validation: Validation, patience: int) -> None:
        """Save into `run`."""
        super().__init__()
        self.run, self.averaged, self.validation, self.patience = run, averaged, validation, patience
        self.started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Judge and save; the score is the mean of accuracy and macro recall, so that rare labels count."""
        answers = self.averaged.predict(self.validation.pixels, 256, verbose=0)
        report = make_report(answers, self.validation.labels, self.validation.classes)
        score = (report.accuracy + report.macro_recall) / 2
        seconds, self.started = time.monotonic() - self.started, time.monotonic()
        row = {
            "epoch": epoch + 1,
            "loss": round((logs or {}).get("loss", float("nan")), 4),
            "public_accuracy": round(report.accuracy, 4),
            "public_macro_recall": round(report.macro_recall, 4),
            "learning_rate": round(float(self.model.optimizer.learning_rate), 5),
            "seconds": round(seconds, 1),
        }
        self.run.save(self.model, self.averaged, row, score)
        print(" ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)
        if self.run.epoch - self.run.best_epoch >= self.patience:
            print(f"no better PublicTest score for {self.patience} epochs: stopping", flush=True)
            self.model.stop_training = True


def train(config: TrainConfig, data: Path, ferplus: Path | None, folder: Path, fresh: bool = False) -> Run:
    """Run or resume a training run.

    Raises:
        DataError: the data cannot be read.
        RunError: the folder holds another run.
    """
    keras.utils.set_random_seed(config.seed)
    images = load_images(data)
    wants_votes = config.labels == "ferplus" or config.votes_share > 0
    votes = load_votes(ferplus, images) if ferplus and wants_votes else None
    pixels, targets = training_set(images, _targets(config, images, votes))
    if config.limit:
        pixels, targets = pixels[: config.limit], targets[: config.limit]
    by_votes = votes is not None and config.labels == "ferplus"
    truth = majority(votes) if votes is not None and by_votes else images.labels
    run = Run.open(folder, config, images.classes, fresh)
    batches = Batches(pixels, targets, config)
    model, averaged = _models(config, run, len(batches), prior=targets.mean(axis=0))
    print(f"{config.network}: {multiply_adds(model) / 1e6:.1f} M multiply-adds, {model.count_params():,} weights")
    own = "the dataset's own label"
    print("learning from", f"FER+ votes with {config.fer2013_share:.0%} of {own}" if by_votes else own)
    print(f"{len(pixels):,} training images, {len(batches)} steps an epoch, run in {folder}", flush=True)
    if run.epoch < config.epochs and run.epoch - run.best_epoch < config.patience:
        model.fit(
            batches,
            epochs=config.epochs,
            initial_epoch=run.epoch,
            verbose=1 if sys.stdout.isatty() else 0,
            callbacks=[
                keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: batches.start(epoch)),
                AveragedWeights(averaged, config.average),
                EndOfEpoch(run, averaged, _validation(images, truth), config.patience),
            ],
        )
    print(f"best PublicTest score {run.best:.4f} in epoch {run.best_epoch}: {folder / BEST}", flush=True)
    return run


def _targets(config: TrainConfig, images: Images, votes: npt.NDArray[np.int64] | None) -> npt.NDArray[np.float32]:
    """What to learn, float32 [n, classes]."""
    if config.labels == "ferplus":
        return make_targets(images, votes, config.fer2013_share)
    own = make_targets(images, None, 1.0)
    if config.votes_share == 0:
        return own
    if votes is None:
        raise RunError("--votes-share needs the FER+ votes: give --ferplus ferplus.csv")
    learn_from = np.asarray([group[0] for group in training_groups(images)])
    expected = expected_labels(votes, images.labels, learn_from)
    return (1 - config.votes_share) * own + config.votes_share * expected


def _models(
    config: TrainConfig, run: Run, steps: int, prior: npt.NDArray[np.float32]
) -> tuple[keras.Model, keras.Model]:
    """The model in training and its average, new or as the run left them."""
    loss = adjusted_loss(prior, config.balance)
    if run.epoch:
        model = keras.models.load_model(run.folder / LAST, compile=True, custom_objects={"loss": loss})
        return model, keras.models.load_model(run.folder / AVERAGED)
    model = make_network(config.network, len(prior), choose_precision(config.precision))
    if config.begin_with:
        begun = Path(config.begin_with).expanduser()
        take_weights(model, begun)
        write_provenance(begun, run.folder / BEGUN)
    averaged = make_network(config.network, len(prior))
    averaged.set_weights(model.get_weights())
    warmup = int(config.warmup * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, config.epochs * steps - warmup), warmup_target=config.learning_rate, warmup_steps=max(1, warmup)
    )
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=config.weight_decay)
    model.compile(optimizer=optimizer, loss=loss)
    return model, averaged


def adjusted_loss(prior: npt.NDArray[np.float32], balance: float) -> Loss:
    """Cross-entropy against target distributions, logits shifted by `balance` x log prior while training.

    Menon et al., 2020, arXiv 2007.07314: the shift takes the class frequencies upon itself, so the network
    underneath learns to answer as if rare labels were less rare.
    """
    shift = tf.constant(balance * np.log(np.maximum(prior, 1e-4)), tf.float32)

    def loss(targets: tf.Tensor, probabilities: tf.Tensor) -> tf.Tensor:
        logits = tf.math.log(probabilities + keras.backend.epsilon()) + shift
        return tf.nn.softmax_cross_entropy_with_logits(targets, logits)

    return loss


def _validation(images: Images, truth: npt.NDArray[np.int64]) -> Validation:
    chosen = images.of_split("PublicTest")
    chosen = chosen[truth[chosen] >= 0]
    return Validation(images.pixels[chosen][..., None], truth[chosen], images.classes)
