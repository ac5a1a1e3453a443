"""Everything a training run can be told, with the reason for each default."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TrainConfig:
    """One training run. Written beside its weights as `config.json`.

    Attributes:
        network: a name in `model.network.SHAPES`, or "tutorial" with a protocol of its own.
        labels: "ferplus" learns from FER+ votes, "fer2013" from the dataset's own labels.
        fer2013_share: weight 0..1 of the dataset's own label beside the votes. A little of it teaches fear and
            disgust, for which FER+ has few images.
        balance: strength of the logit adjustment for class priors (Menon et al., 2020, arXiv 2007.07314):
            0 follows the votes, which lean to neutral; 1 treats all classes as equally frequent.
        epochs: passes over the training set; the learning rate's cosine ends there.
        batch: images a step.
        learning_rate: peak of the cosine (SGD, Nesterov momentum 0.9), reached after `warmup` epochs.
        warmup: epochs of linear rise from 0; without it the first steps at the peak diverge.
        weight_decay: decoupled, on every weight.
        average: decay a step of the averaged weights that are evaluated and kept (0.998: about 2 epochs).
        patience: stop after so many epochs without a better PublicTest score.
        seed: of initialisation, order and augmentation.
        limit: use only so many training images (0: all); for trials and tests.
        begin_with: folder of another run, or of an exported model, whose weights to begin with: a further stage,
            or other labels in a few epochs. The same network, or a narrower one of the same depth
            (`model.grow`); a new last layer where the number of labels differs.
        strength: of the random changes of turn, scale, place, light and cover; 1 is
            `model.augment.Augmentation`, 1.5 half as much again.
        mixup: each image is blended with another by a share drawn from Beta(mixup, mixup), its targets likewise
            (Zhang et al., 2018, arXiv 1710.09412); against learning noisy labels by heart. 0: none.
        votes_share: with the dataset's own labels, weight 0..1 of what the FER+ votes let expect of them
            (`model.expect`): it tells an odd label from a clear one. Needs the votes; 0 leaves them alone.
        precision: "bfloat16" or "float32" for the layers in training; "auto" is bfloat16 where the processor has AMX.
    """

    network: str = "residual-60m"
    labels: str = "ferplus"
    fer2013_share: float = 0.15
    balance: float = 0.3
    epochs: int = 18
    batch: int = 128
    learning_rate: float = 0.1
    warmup: float = 1.0
    weight_decay: float = 5e-4
    average: float = 0.998
    patience: int = 10
    seed: int = 1
    limit: int = 0
    begin_with: str = ""
    strength: float = 1.0
    mixup: float = 0.0
    votes_share: float = 0.0
    precision: str = "auto"

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
