"""What the network shall answer for an image: FER+ vote distributions, FER2013's own labels, or a mix."""

import numpy as np
import numpy.typing as npt

from model.dataset import Images, training_groups
from model.errors import DataError

# A label with a single vote of ten is more often a slip than an opinion (Barsoum et al., 2016,
# arXiv 1608.01041, drop them too).
FEWEST_VOTES = 2

Targets = npt.NDArray[np.float32]


def vote_distribution(votes: npt.NDArray[np.int64]) -> Targets:
    """Votes [n, 7] as distributions, float32 [n, 7]: single votes dropped, rows sum to 1, or 0 without votes."""
    counted = np.where(votes >= FEWEST_VOTES, votes, 0)
    total = counted.sum(axis=1, keepdims=True)
    return np.asarray(counted / np.maximum(total, 1), np.float32)


def majority(votes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The label most people saw, int64 [n]; -1 where no vote is left or the first place is shared."""
    counted = np.where(votes >= FEWEST_VOTES, votes, 0)
    best = counted.max(axis=1, keepdims=True)
    decided = (best[:, 0] > 0) & ((counted == best).sum(axis=1) == 1)
    return np.where(decided, counted.argmax(axis=1), -1)


def one_hot(labels: npt.NDArray[np.int64], classes: int) -> Targets:
    """Labels [n] as float32 [n, classes]."""
    return np.asarray(labels[:, None] == np.arange(classes), np.float32)


def make_targets(images: Images, votes: npt.NDArray[np.int64] | None, fer2013_share: float) -> Targets:
    """Target distributions, float32 [n, classes]; a row of zeros says "not to learn from".

    Args:
        images: with the dataset's own labels.
        votes: FER+ votes [n, 7], or None to use the dataset's own labels alone.
        fer2013_share: weight 0..1 of the dataset's own label beside the votes.
    """
    own = one_hot(images.labels, len(images.classes))
    if votes is None:
        return own
    seen = vote_distribution(votes)
    known = seen.sum(axis=1, keepdims=True) > 0
    return np.where(known, (1 - fer2013_share) * seen + fer2013_share * own, 0).astype(np.float32)


def training_set(images: Images, targets: Targets) -> tuple[npt.NDArray[np.uint8], Targets]:
    """Each distinct training picture once, with the mean target of its copies.

    Returns:
        uint8 [m, 48, 48] and float32 [m, classes]; no picture of a test split, no flat one, none without a target.
    """
    pixels, wanted = [], []
    for group in training_groups(images):
        target = targets[group].sum(axis=0)
        if target.sum() > 0:
            pixels.append(images.pixels[group[0]])
            wanted.append(target / target.sum())
    if not pixels:
        raise DataError("no training images left: expected train/<label>/ with images that are not in test/")
    return np.stack(pixels), np.asarray(wanted, np.float32)
