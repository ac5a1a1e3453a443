"""FER2013 as people download it: a zip, or the folder it extracts to, with `train/<label>/` and `test/<label>/`.

Any folders of images work, one a label: the labels are the folders' names. Files named as FER2013's (`Training_*`,
`PublicTest_*`, `PrivateTest_*`) carry their split in the name. Other images below `train` and `test` follow those, the
tests divided between the two test splits by their pixels; without such folders a fifth of all becomes tests.
"""

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import numpy.typing as npt

from model.errors import DataError

SIZE = 48  # pixels a side: what FER2013 has
SPLITS = ("Training", "PublicTest", "PrivateTest")
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png")
# Standard deviation in grey levels below which there is nothing to see. FER2013 has 12 images of one single grey
# and two nearly so (0.7 and 4.1); the faintest one with a face has 9.1.
FLAT = 6.0
TRAIN_FOLDERS = ("train", "training")
TEST_FOLDERS = ("test", "testing", "val", "valid", "validation")

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Images:
    """Face crops with their names and dataset labels.

    Attributes:
        pixels: uint8 [n, 48, 48], grey 0..255.
        names: n file names without folder, the key of ferplus.csv.
        labels: int64 [n], index into `classes`: the dataset's own label.
        splits: n of `SPLITS`.
        classes: the names of the labels, sorted: the order of every score vector.
    """

    pixels: Pixels
    names: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    splits: tuple[str, ...]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        """Number of images."""
        return len(self.names)

    def take(self, chosen: npt.NDArray[np.intp]) -> "Images":
        """The images at these indices, in that order."""
        return Images(
            self.pixels[chosen],
            tuple(self.names[i] for i in chosen),
            self.labels[chosen],
            tuple(self.splits[i] for i in chosen),
            self.classes,
        )

    def of_split(self, *splits: str) -> npt.NDArray[np.intp]:
        """Indices of the images of these splits, in order."""
        return np.flatnonzero(np.isin(np.asarray(self.splits), splits))


def load_images(source: Path) -> Images:
    """Read every image of a zip file or folder, sorted by path so that runs can be repeated.

    Raises:
        DataError: nothing there, not a zip, damaged, fewer than two labels, or a file that is no image.
    """
    pixels, names, labels, splits = [], [], [], []
    for path, raw in sorted(_entries(source), key=lambda entry: entry[0].as_posix()):
        image = _decode(raw, path)
        pixels.append(image)
        names.append(path.name)
        labels.append(path.parent.name)
        splits.append(_split_of(path, image))
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        found = f"images of {classes[0]!r} only" if classes else "no images"
        raise DataError(f"{source}: {found}; expected train/<label>/*.jpg and test/<label>/*.jpg of several labels")
    indices = np.asarray([classes.index(label) for label in labels], np.int64)
    return Images(np.stack(pixels), tuple(names), indices, tuple(splits), classes)


def pixel_groups(images: Images) -> dict[bytes, list[int]]:
    """Indices of the images by their exact pixels: a group of more than one is a repeated image."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for index, image in enumerate(images.pixels):
        groups[image.tobytes()].append(index)
    return groups


def is_flat(images: Images) -> npt.NDArray[np.bool_]:
    """Whether each image shows nothing at all, no face either: bool [n]."""
    return np.asarray([image.std() < FLAT for image in images.pixels], bool)  # at once it would take 600 MB


def leaked(images: Images) -> npt.NDArray[np.bool_]:
    """Whether each test image also stands, pixel for pixel, among the training images: bool [n]."""
    result = np.zeros(len(images), bool)
    for group in pixel_groups(images).values():
        if any(images.splits[i] == "Training" for i in group):
            result[[i for i in group if images.splits[i] != "Training"]] = True
    return result


def training_groups(images: Images) -> list[list[int]]:
    """The training images to learn from: one group of indices for each distinct picture.

    Left out are pictures that also are in a test split and flat ones. A group holds the repeats of one
    picture, so that a learner can use it once with what all its labels say.
    """
    flat = is_flat(images)
    return [
        group
        for group in pixel_groups(images).values()
        if not flat[group[0]] and all(images.splits[i] == "Training" for i in group)
    ]


def _entries(source: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Relative path and bytes of each image file that lies in a folder of its own label."""
    if source.is_dir():
        for file in source.rglob("*"):
            if _is_wanted(path := PurePosixPath(file.relative_to(source).as_posix())):
                yield path, file.read_bytes()
        return
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; give the FER2013 zip or its extracted folder")
    try:
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                if _is_wanted(path := PurePosixPath(name)):
                    yield path, archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # the last: it asks for a password
        raise DataError(f"{source}: not a readable zip file ({error}); download it again") from error


def _is_wanted(path: PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__")) for part in path.parts)  # macOS puts such things into zips
    in_class = path.parent.name.lower() not in ("", *TRAIN_FOLDERS, *TEST_FOLDERS)
    return path.suffix.lower() in IMAGE_ENDINGS and in_class and not hidden


def _decode(raw: bytes, path: PurePosixPath) -> Pixels:
    data = np.frombuffer(raw, np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if raw else None
    if image is None:
        raise DataError(f"{path}: not a readable image; remove it or replace it")
    if image.shape != (SIZE, SIZE):
        image = cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def _split_of(path: PurePosixPath, image: Pixels) -> str:
    prefix = path.name.split("_", 1)[0]
    if prefix in SPLITS:
        return prefix
    above = {part.lower() for part in path.parts[:-2]}
    draw = zlib.crc32(image.tobytes())  # by the pixels: the same for every run, and for every copy of an image
    if above.intersection(TRAIN_FOLDERS):
        return "Training"
    if above.intersection(TEST_FOLDERS):
        return SPLITS[1 + draw % 2]
    return SPLITS[max(0, draw % 10 - 7)]
