"""Pool the three heads of a distilled network into the one that is served.

A distilled network (`model.distil`) learns three distributions: the FER+ votes (7 labels), FER2013's own label (7), and
the output of a network trained on other photographs (`teacher5.csv.gz`, 5 labels). The heads are linear, so a weighted
sum of their logits plus a shift per label is again one linear layer with 7 outputs. The operating point can therefore
be chosen after training and adds no cost at inference.
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
    """How the heads of a distilled network are combined.

    Attributes:
        own_share: weight of the logits of the head "own"; those of "votes" have weight 1.
        smile_contrast: this share of the votes' logit difference neutral - sad is added to the logit of happy. It
            favours happy on calm faces, where smiles are faint, and not on sad ones, as a constant shift would.
        shift: added to the logit of each label; 0 for labels that are not named.
    """

    own_share: float = 0.0
    smile_contrast: float = 0.0
    shift: Mapping[str, float] = field(default_factory=dict)


def pool_heads(kernel: Weights, bias: Weights, point: OperatingPoint) -> tuple[Weights, Weights]:
    """The last layer with 7 outputs that equals the three heads at an operating point.

    Args:
        kernel: float32 [features, 19], columns in the order of `HEADS`.
        bias: float32 [19].
        point: weights and shifts.

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
    """Subtract the mean over labels, which softmax ignores but a sum of heads would not."""
    return np.asarray(logits - logits.mean(axis=1, keepdims=True), np.float64)
