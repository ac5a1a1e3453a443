"""One network, three teachers: a last layer with an answer for each of them, pooled into the one that is served.

A distilled network (`model.distil`) learns three distributions at once: what ten people see (FER+ votes, 7 labels),
what the picture was searched for (FER2013's own label, 7), and what a network trained on other photographs says
(`teacher5.csv.gz`, 5). Its last layer is linear, so any weighted sum of the three logits, shifted label by label, is
one layer of 7 outputs again: the operating point is chosen after training and costs nothing when it is served.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from model.labels import LABELS

HEADS = {"votes": len(LABELS), "own": len(LABELS), "teacher": 5}
OUTPUTS = sum(HEADS.values())

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class OperatingPoint:
    """How the heads of a distilled network become one answer.

    Attributes:
        own_share: weight of the logits of "own" beside those of "votes", which count as 1.
        smile_contrast: adds this share of (votes: neutral - sad) to the logit of happy. It reads a faint smile on a
            calm face as happy without doing so on a sad one, where a plain shift of happy would.
        shift: what is added to the logit of a label; labels that are not named keep theirs.
    """

    own_share: float = 0.0
    smile_contrast: float = 0.0
    shift: Mapping[str, float] = field(default_factory=dict)


def pool_heads(kernel: Weights, bias: Weights, point: OperatingPoint) -> tuple[Weights, Weights]:
    """The last layer of 7 outputs that answers as the three heads at an operating point.

    Args:
        kernel: float32 [features, 19], columns in the order of `HEADS`.
        bias: float32 [19].
        point: how to pool.

    Returns:
        float32 [features, 7] and [7], in the order of `LABELS`.
    """
    both = np.concatenate([kernel, bias[None, :]]).astype(np.float64)
    votes, own = (_centred(both[:, start : start + len(LABELS)]) for start in (0, len(LABELS)))
    pooled = votes + point.own_share * own
    happy, neutral, sad = (LABELS.index(label) for label in ("happy", "neutral", "sad"))
    pooled[:, happy] += point.smile_contrast * (votes[:, neutral] - votes[:, sad])
    pooled[-1] += [point.shift.get(label, 0.0) for label in LABELS]
    return pooled[:-1].astype(np.float32), pooled[-1].astype(np.float32)


def _centred(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The mean of the labels taken off: softmax does not see it, a sum of heads would."""
    return np.asarray(logits - logits.mean(axis=1, keepdims=True), np.float64)
