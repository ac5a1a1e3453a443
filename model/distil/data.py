"""The training data on the GPU: each distinct image once, with a target for each head."""

import csv
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from model.dataset import Images, load_images, training_groups
from model.errors import DataError
from model.labels import LABELS
from model.targets import majority, one_hot, vote_distribution
from model.votes import load_votes

TEACHER_LABELS = ("angry", "happy", "neutral", "sad", "surprise")  # columns of teacher5.csv.gz


@dataclass(frozen=True)
class Examples:
    """The training images, and the decided images of PublicTest.

    Attributes:
        pixels: uint8 [n, 48, 48]; no image of a test split, no flat image.
        targets: by head (`model.heads.HEADS`), float32 [n, labels], rows that sum to 1; "votes" has rows of zeros
            for images without a vote for any of the seven labels.
        public: uint8 [m, 48, 48], and `labels`, int64 [m], the FER+ majority.
    """

    pixels: Tensor
    targets: dict[str, Tensor]
    public: Tensor
    labels: npt.NDArray[np.int64]


class Sampler:
    """Draws training images with replacement; rare labels more often, images without votes never."""

    def __init__(self, examples: Examples, power: float) -> None:
        """Weight each image by the sum over labels of (mean of votes and own) x frequency ** -power."""
        mixed = (examples.targets["votes"] + examples.targets["own"]) / 2
        voted = (examples.targets["votes"].sum(1) > 0).float()
        frequency = (mixed * voted[:, None]).sum(0)
        weight = (mixed * (frequency / frequency.sum()).clamp(min=1e-4) ** -power).sum(1) * voted
        weight = weight / weight.sum()
        self.last = len(weight) - 1
        self.below = weight.cumsum(0).contiguous()
        drawn = {head: (target * weight[:, None]).sum(0) for head, target in examples.targets.items()}
        self.frequencies = {head: row / row.sum() for head, row in drawn.items()}

    def __call__(self, n: int) -> Tensor:
        """Indices of n images, int64 [n]."""
        draws = torch.rand(n, device=self.below.device)
        return torch.searchsorted(self.below, draws).clamp(max=self.last)


def load_examples(data: Path, ferplus: Path, teacher5: Path, device: torch.device, limit: int = 0) -> Examples:
    """Load the images and all targets.

    Args:
        data: FER2013 as a zip or a folder.
        ferplus: the FER+ votes.
        teacher5: the output of Intel's network for each image (shared/data/README.md).
        device: where the tensors go.
        limit: number of training images to use, for trials; 0 uses all.

    Raises:
        DataError: a file cannot be read or lacks an image.
    """
    images = load_images(data)
    votes = load_votes(ferplus, images)
    groups = training_groups(images)[: limit or None]
    first = np.asarray([group[0] for group in groups])
    targets = {
        "votes": _means(vote_distribution(votes), groups),
        "own": _means(one_hot(images.labels, len(LABELS)), groups),
        "teacher": _means(read_teacher(teacher5, images), groups),
    }
    truth = majority(votes)
    public = images.of_split("PublicTest")
    public = public[truth[public] >= 0]
    return Examples(
        pixels=torch.from_numpy(images.pixels[first]).to(device),
        targets={head: torch.from_numpy(target).to(device) for head, target in targets.items()},
        public=torch.from_numpy(images.pixels[public]).to(device),
        labels=truth[public],
    )


def read_teacher(path: Path, images: Images) -> npt.NDArray[np.float32]:
    """Probabilities float32 [n, 5] for each image, by its file name.

    Raises:
        DataError: the file cannot be read, or lacks an image.
    """
    try:
        with gzip.open(path, "rt", newline="") as file:
            rows = {Path(row["path"]).name: [float(row[k]) for k in TEACHER_LABELS] for row in csv.DictReader(file)}
        return np.asarray([rows[name] for name in images.names], np.float32)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: expected a row of {', '.join(TEACHER_LABELS)} for each image ({error})") from error


def _means(values: npt.NDArray[np.float32], groups: Iterable[list[int]]) -> npt.NDArray[np.float32]:
    """The mean over the copies of each image, scaled to sum to 1; zeros stay zeros."""
    sums = np.stack([values[group].sum(axis=0) for group in groups])
    return np.asarray(sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-9), np.float32)
