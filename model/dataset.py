"""Reads FER2013 and datasets like it: a folder, a zip, a tar or a CSV.

Images are in folders named by label, with or without `train/` and `test/` above them (`model.image_folders`), or in a
table of pixels such as fer2013.csv (`model.pixel_table`). Files named like FER2013's (`Training_*`, `PublicTest_*`,
`PrivateTest_*`) carry their split in the name, other images get that of their folder or table. Tests are divided
between the two test splits by a hash of their pixels; if there are validation images too, these are PublicTest.
Without any splits, a fifth of the images becomes tests.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from model.errors import DataError
from model.image_folders import SIZE, Example, is_hidden, read_image_files, to_crop
from model.left_out import LeftOut
from model.pixel_table import choose_tables, read_table
from model.sources import ARCHIVES, SourceFile, list_files, list_nested
from model.splits import SPLITS, final_splits, split_word

__all__ = ["SIZE", "SPLITS", "Images", "is_flat", "leaked", "load_images", "pixel_groups", "training_groups"]

# Images with a smaller standard deviation in grey levels are flat. FER2013 has 12 images of a single grey and two of
# nearly one (0.7 and 4.1); the face with the least contrast has 9.1.
MIN_CONTRAST = 6.0

MAX_DEPTH = 2  # Kaggle's competition is a zip with a tar in it, which may lie in a folder
PACKED = (".csv", *ARCHIVES)  # files that hold many images

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Images:
    """Face crops with their names and dataset labels.

    Attributes:
        pixels: uint8 [n, 48, 48], grey 0..255.
        names: n file names without folder, the key of ferplus.csv.
        labels: int64 [n], index into `classes`: the label of the dataset.
        splits: n of `SPLITS`.
        classes: the names of the labels, sorted; the order of all scores.
        rows: n rows of fer2013.csv, from 0; None if the images do not come from such a table.
    """

    pixels: Pixels
    names: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    splits: tuple[str, ...]
    classes: tuple[str, ...]
    rows: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Number of images."""
        return len(self.names)

    def take(self, chosen: npt.NDArray[np.intp]) -> "Images":
        """The images at these indices, in this order."""
        return Images(
            self.pixels[chosen],
            tuple(self.names[i] for i in chosen),
            self.labels[chosen],
            tuple(self.splits[i] for i in chosen),
            self.classes,
            None if self.rows is None else self.rows[chosen],
        )

    def of_split(self, *splits: str) -> npt.NDArray[np.intp]:
        """Indices of the images of these splits, in order."""
        return np.flatnonzero(np.isin(np.asarray(self.splits), splits))


def load_images(source: Path, left_out: LeftOut | None = None) -> Images:
    """Read all images of a source, sorted by path (or by row) so that runs are reproducible.

    Args:
        source: a folder, zip, tar or CSV.
        left_out: takes note of what is not read; if None, a summary of that goes to standard error.

    Raises:
        DataError: no such file, not readable, or fewer than two labels.
    """
    noted = LeftOut() if left_out is None else left_out
    examples = read_examples(source, noted)
    classes = tuple(sorted({example.label for example in examples}))
    if len(classes) < 2:
        found = f"images of {classes[0]!r} only" if classes else "no images"
        raise DataError(
            "; ".join(
                [
                    f"{source}: {found}; expected train/<label>/*.jpg and test/<label>/*.jpg of several labels, "
                    "or fer2013.csv",
                    *noted.lines(),
                ]
            )
        )
    if left_out is None:
        for line in noted.lines():
            print(f"{source}: {line}", file=sys.stderr)
    pixels = np.stack([example.pixels for example in examples])
    index = {label: number for number, label in enumerate(classes)}
    rows = np.asarray([example.row for example in examples], np.int64)
    return Images(
        pixels,
        tuple(example.name for example in examples),
        np.asarray([index[example.label] for example in examples], np.int64),
        final_splits([example.split for example in examples], [image.tobytes() for image in pixels]),
        classes,
        rows if (rows >= 0).all() else None,
    )


def read_examples(source: Path, left_out: LeftOut) -> list[Example]:
    """The images of a source with what their places say of them, sorted. Raises DataError."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # damaged images are named in `left_out`
    try:
        with ExitStack() as stack:
            files = [file for file in list_files(source, stack) if not is_hidden(file.path)]
            examples = _read(files, left_out)
            for _ in range(MAX_DEPTH):
                if examples or not files:
                    break
                files = list_nested(files, stack, left_out)
                examples = _read(files, left_out)
    finally:
        cv2.utils.logging.setLogLevel(level)
    return sorted(examples, key=lambda example: (example.place, example.row))


def _read(files: Sequence[SourceFile], left_out: LeftOut) -> list[Example]:
    """Images in folders; if there are none, those of tables."""
    packed = [file for file in files if file.path.suffix.lower() in PACKED]
    examples = list(read_image_files([file for file in files if file not in packed], left_out))
    if not examples:
        return list(_in_tables(packed, left_out))
    left_out.add("tables and archives beside the images", *(file.path for file in packed))
    return examples


def _in_tables(files: Sequence[SourceFile], left_out: LeftOut) -> Iterator[Example]:
    tables = choose_tables(files, left_out)
    for file in tables:
        for image in read_table(file, left_out):
            split = split_word([*file.path.parent.parts, file.path.stem, image.split])
            name = f"{split or file.path.stem}_{image.row:05}.png"
            row = image.row if len(tables) == 1 else -1
            yield Example(file.path.as_posix(), name, to_crop(image.pixels), image.label, split, row)


def pixel_groups(images: Images) -> dict[bytes, list[int]]:
    """Indices of the images by their pixels: a group of more than one holds duplicates."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for index, image in enumerate(images.pixels):
        groups[image.tobytes()].append(index)
    return groups


def is_flat(images: Images) -> npt.NDArray[np.bool_]:
    """Whether each image is nearly uniform and so cannot show a face: bool [n]."""
    return np.asarray([image.std() < MIN_CONTRAST for image in images.pixels], bool)  # all at once would take 600 MB


def leaked(images: Images) -> npt.NDArray[np.bool_]:
    """Whether each image is a test image whose pixels are also in the training split: bool [n]."""
    result = np.zeros(len(images), bool)
    for group in pixel_groups(images).values():
        if any(images.splits[i] == "Training" for i in group):
            result[[i for i in group if images.splits[i] != "Training"]] = True
    return result


def training_groups(images: Images) -> list[list[int]]:
    """The training images to use: one group of indices for each distinct picture.

    Flat pictures and pictures that are also in a test split are left out. A group holds the duplicates of one picture,
    so that training can use it once with the mean of its labels.
    """
    flat = is_flat(images)
    return [
        group
        for group in pixel_groups(images).values()
        if not flat[group[0]] and all(images.splits[i] == "Training" for i in group)
    ]
