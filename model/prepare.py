"""Check a dataset before training: `python -m model prepare --data fer2013.csv --ferplus fer2013new.csv`.

Counts the images by split and label, and finds what would distort the metrics: duplicates, test images that are also
training images, flat images, and images without agreed label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.dataset import SPLITS, Images, is_flat, load_images, pixel_groups
from model.errors import DataError
from model.extract import extract
from model.labels import LABELS
from model.left_out import LeftOut
from model.targets import FEWEST_VOTES, majority
from model.votes import read_votes

FER2013 = (28_709, 3_589, 3_589)  # images in Training, PublicTest and PrivateTest


@dataclass(frozen=True)
class Copies:
    """Images with identical pixels.

    Attributes:
        repeats: training images that repeat an earlier training image.
        contradictions: distinct training pictures with more than one label.
        public_leaks: PublicTest images that are also in training.
        private_leaks: PrivateTest images that are also in training.
        both_tests: PrivateTest images that are also in PublicTest.
    """

    repeats: int
    contradictions: int
    public_leaks: int
    private_leaks: int
    both_tests: int


@dataclass(frozen=True)
class Votes:
    """The FER+ votes for the images.

    Attributes:
        missing: images without a row in the file.
        empty: images with a row in which no label has two votes.
        tied: images in which two labels have the most votes.
        agreement: share 0..1 of the other images whose majority is the dataset's own label.
    """

    missing: int
    empty: int
    tied: int
    agreement: float


def prepare(data: Path, ferplus: Path | None, folder: Path | None = None) -> None:
    """Check a dataset and print what was found.

    Args:
        data: see `load_images`.
        ferplus: FER+ votes, or None.
        folder: also extract the images there.

    Raises:
        DataError: the data cannot be read, or nothing could be trained with it.
    """
    left_out = LeftOut()
    images = load_images(data, left_out)
    counts = count(images)
    print(f"{data}: {len(images):,} images, {len(images.classes)} labels")
    _print_counts(images.classes, counts)
    for line in [*describe(images, ferplus), *left_out.lines(every_name=True)]:
        print(line)
    if (counts == 0).any():
        lacking = [
            f"{split}/{label}" for split, row in zip(SPLITS, counts.T, strict=True)
            for label, n in zip(images.classes, row, strict=True) if not n
        ]  # fmt: skip
        raise DataError(f"no images of {', '.join(lacking)}; every label needs some in each split")
    if folder:
        print(f"extracted {extract(data, folder, images):,} images to {folder}")
    votes = f" --ferplus {ferplus}" if ferplus else " --labels fer2013"
    print(f"\nReady: python -m model train --data {folder or data}{votes}")


def count(images: Images) -> npt.NDArray[np.int64]:
    """Images of each label in each split: int64 [classes, 3]."""
    counts = np.zeros((len(images.classes), len(SPLITS)), np.int64)
    np.add.at(counts, (images.labels, np.asarray([SPLITS.index(split) for split in images.splits])), 1)
    return counts


def find_copies(images: Images) -> Copies:
    """Count the images with identical pixels."""
    repeats = contradictions = public_leaks = private_leaks = both_tests = 0
    for group in pixel_groups(images).values():
        training, public, private = ([i for i in group if images.splits[i] == split] for split in SPLITS)
        repeats += max(0, len(training) - 1)
        contradictions += len({int(images.labels[i]) for i in training}) > 1
        public_leaks += len(public) if training else 0
        private_leaks += len(private) if training else 0
        both_tests += len(private) if public else 0
    return Copies(repeats, contradictions, public_leaks, private_leaks, both_tests)


def find_votes(images: Images, ferplus: Path) -> Votes:
    """Compare FER+ with the images."""
    votes, has_row = read_votes(ferplus, images)
    has_votes = (votes >= FEWEST_VOTES).any(axis=1)
    seen = majority(votes)
    decided = seen >= 0
    return Votes(
        missing=int((~has_row).sum()),
        empty=int((has_row & ~has_votes).sum()),
        tied=int((has_votes & ~decided).sum()),
        agreement=float((seen == images.labels)[decided].mean()) if decided.any() else 0.0,
    )


def describe(images: Images, ferplus: Path | None) -> list[str]:
    """The findings for people, one sentence per line."""
    copies = find_copies(images)
    flat = int(is_flat(images).sum())
    lines = [
        "",
        f"{copies.repeats:,} training images are duplicates; training uses each picture once",
        f"{copies.contradictions:,} training pictures have several labels; training uses the mean of these",
        f"{copies.public_leaks:,} PublicTest and {copies.private_leaks:,} PrivateTest images are also in training; "
        "training leaves them out",
        f"{copies.both_tests:,} PrivateTest images are also in PublicTest",
        f"{flat:,} images are flat; training leaves them out",
    ]
    if images.classes == LABELS and (totals := tuple(count(images).sum(axis=0).tolist())) != FER2013:
        lines.append(f"this is not FER2013 as published: that has {_amounts(FER2013)} images, this {_amounts(totals)}")
    if ferplus:
        votes = find_votes(images, ferplus)
        undecided = votes.missing + votes.empty + votes.tied
        lines += [
            f"{undecided:,} images have no FER+ majority: {votes.missing:,} without a row, {votes.empty:,} where no "
            f"label has {FEWEST_VOTES} votes, {votes.tied:,} ties",
            f"the FER+ majority is the dataset's own label on {votes.agreement:.0%} of the others",
        ]
    return lines


def _print_counts(classes: Sequence[str], counts: npt.NDArray[np.int64]) -> None:
    width = max(len("all"), *(len(label) for label in classes))
    print(f"\n{'':{width}}" + "".join(f"{split:>13}" for split in SPLITS))
    for label, row in zip([*classes, "all"], [*counts, counts.sum(axis=0)], strict=True):
        print(f"{label:{width}}" + "".join(f"{int(n):13,}" for n in row))


def _amounts(numbers: Sequence[int]) -> str:
    return " + ".join(f"{n:,}" for n in numbers)
