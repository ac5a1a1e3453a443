"""The settings of a training run, with the reason for each default."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value", int, float, str)


def setting(default: Value, text: str) -> Value:
    """A field with its help text, which `python -m model train --help` shows; docstrings are gone under -OO."""
    field: Value = dataclasses.field(default=default, metadata={"help": text})
    return field


@dataclass(frozen=True)
class TrainConfig:
    """One training run. Written beside its weights as `config.json`."""

    network: str = setting(
        "residual-60m",
        "a name in model.network.SHAPES, or 'tutorial', which has its own training schedule",
    )
    labels: str = setting("ferplus", "'ferplus' learns from the FER+ votes, 'fer2013' from the labels of the dataset")
    fer2013_share: float = setting(
        0.15,
        "weight (0 to 1) of the dataset's label beside the votes; a little of it teaches fear and disgust, "
        "for which FER+ has few images",
    )
    balance: float = setting(
        0.3,
        "strength of the logit adjustment for class priors (Menon et al., 2020, arXiv 2007.07314); 0 follows "
        "the votes, which lean to neutral, 1 treats all classes as equally frequent",
    )
    epochs: int = setting(18, "passes over the training set; the learning rate follows a cosine over all of them")
    batch: int = setting(128, "images in a step")
    learning_rate: float = setting(0.1, "peak of the cosine (SGD, Nesterov momentum 0.9), reached after the warm-up")
    warmup: float = setting(1.0, "epochs of linear rise from 0; without it the first steps at the peak diverge")
    weight_decay: float = setting(5e-4, "decoupled weight decay, on every weight")
    average: float = setting(
        0.998,
        "decay per step of the averaged weights, which are evaluated and kept; 0.998 averages over about 2 epochs",
    )
    patience: int = setting(10, "stop after this many epochs without a better PublicTest score")
    seed: int = setting(1, "seed of initialisation, order and augmentation")
    limit: int = setting(0, "use only this many training images, for trials and tests; 0 uses all")
    begin_with: str = setting(
        "",
        "folder of another run or of an exported model to take the initial weights from, for a further stage or "
        "other labels. It must have the same network, or a narrower one of the same depth; the last layer is new "
        "if the number of labels differs",
    )
    strength: float = setting(
        1.0,
        "strength of the random changes of rotation, scale, position, light and occlusion; 1 is "
        "model.augment.Augmentation, 1.5 is 50 % stronger",
    )
    mixup: float = setting(
        0.0,
        "blend each image and its targets with another's by a share drawn from Beta(mixup, mixup) (Zhang et "
        "al., 2018, arXiv 1710.09412), so that the network does not memorise noisy labels; 0 is off",
    )
    votes_share: float = setting(
        0.0,
        "with --labels fer2013, weight (0 to 1) of the label expected from the FER+ votes (model.expect) beside the "
        "dataset's own, so that an unlikely label counts less; needs --ferplus, 0 is off",
    )
    precision: str = setting(
        "auto",
        "'bfloat16' or 'float32' for the layers in training; 'auto' is bfloat16 where the processor has AMX",
    )

    def save(self, path: Path, **more: Any) -> None:
        """Write the settings and further facts of the run as JSON."""
        path.write_text(json.dumps({**dataclasses.asdict(self), **more}, indent=2) + "\n")


# The tutorial's protocol (model.tutorial): Adam at its default rate, no augmentation, nothing averaged or balanced.
TUTORIAL = TrainConfig(
    network="tutorial",
    labels="fer2013",
    fer2013_share=1.0,
    balance=0.0,
    epochs=5,
    batch=64,
    learning_rate=0.001,
    warmup=0.0,
    weight_decay=0.0,
    average=0.0,
    patience=3,
)
