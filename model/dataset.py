"""Reads FER2013: a zip, or the folder it extracts to, with `train/<label>/` and `test/<label>/`.

Other datasets work too if they have one folder for each label. Files named like FER2013's (`Training_*`,
`PublicTest_*`, `PrivateTest_*`) carry their split in the name. Other files get the split of their folder `train` or
`test`; tests are divided between the two test splits by a hash of their pixels. Without such folders, a fifth of the
images becomes tests.
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

SIZE = 48  # width and height in pixels, as in FER2013
SPLITS = ("Training", "PublicTest", "PrivateTest")
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png")
# Images with a smaller standard deviation in grey levels are flat. FER2013 has 12 images of a single grey and two of
# nearly one (0.7 and 4.1); the face with the least contrast has 9.1.
MIN_CONTRAST = 6.0
TRAIN_FOLDERS = ("train", "training")
TEST_FOLDERS = ("test", "testing", "val", "valid", "validation")

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
        """The images at these indices, in this order."""
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
    """Read all images of a zip file or folder, sorted by path so that runs are reproducible.

    Raises:
        DataError: no such file, not a zip, damaged, fewer than two labels, or a file that is not an image.
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


def _entries(source: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Relative path and bytes of each image file in the folder of a label."""
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
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: it has a password
        raise DataError(f"{source}: not a readable zip file ({error}); download it again") from error


def _is_wanted(path: PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__")) for part in path.parts)  # macOS adds such files to zips
    in_class = path.parent.name.lower() not in ("", *TRAIN_FOLDERS, *TEST_FOLDERS)
    return path.suffix.lower() in IMAGE_ENDINGS and in_class and not hidden


def _decode(raw: bytes, path: PurePosixPath) -> Pixels:
    data = np.frombuffer(raw, np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if raw else None
    if image is None:
        raise DataError(f"{path}: not a readable image; remove or replace it")
    if image.shape != (SIZE, SIZE):
        image = cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def _split_of(path: PurePosixPath, image: Pixels) -> str:
    prefix = path.name.split("_", 1)[0]
    if prefix in SPLITS:
        return prefix
    above = {part.lower() for part in path.parts[:-2]}
    draw = zlib.crc32(image.tobytes())  # the same in every run, and for every copy of an image
    if above.intersection(TRAIN_FOLDERS):
        return "Training"
    if above.intersection(TEST_FOLDERS):
        return SPLITS[1 + draw % 2]
    return SPLITS[max(0, draw % 10 - 7)]
