"""Which of FER2013's own labels an image is likely to bear, by what ten people saw in it.

FER2013's labels come from the word of an image search, and a third of them are not what people see. Who learns
them by heart learns noise. How the votes and the labels go together over all training images says which label
was to be expected of each: a softer target, with less noise, of the same mean. It is found by a softmax
regression from the votes, in numpy, a second's work.
"""

import numpy as np
import numpy.typing as npt

from model.targets import Targets

STEPS = 400  # the loss stands still to the fourth place from 200 on
RIDGE = 1e-4


def expected_labels(
    votes: npt.NDArray[np.int64], labels: npt.NDArray[np.int64], learn_from: npt.NDArray[np.intp]
) -> Targets:
    """How likely each label is, given the votes.

    Args:
        votes: int64 [n, k].
        labels: the dataset's own, int64 [n].
        learn_from: indices of the images that may be learned from.

    Returns:
        float32 [n, k], rows sum to 1.
    """
    inputs, truth = _inputs(votes), np.eye(votes.shape[1])[labels]
    seen, wanted = inputs[learn_from], truth[learn_from]
    weights = np.zeros((inputs.shape[1], votes.shape[1]))
    # Steps of the bounded Newton method (Boehning, 1992): half of the inputs' second moment bounds the curvature.
    curvature = seen.T @ seen / len(seen) / 2 + 0.01 * np.eye(inputs.shape[1])
    step = np.linalg.inv(curvature)
    for _ in range(STEPS):
        slope = seen.T @ (_softmax(seen @ weights) - wanted) / len(seen) + RIDGE * weights
        weights -= step @ slope
    return _softmax(inputs @ weights).astype(np.float32)


def _inputs(votes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Shares of the votes, their roots (one vote of ten is much more than none), how many there were, and 1."""
    total = votes.sum(axis=1, keepdims=True)
    share = votes / np.maximum(total, 1)
    return np.concatenate([share, np.sqrt(share), total / 10, np.ones((len(votes), 1))], axis=1)


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
