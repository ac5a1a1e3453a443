"""Reads images from folders named by label: every kind that OpenCV decodes, whatever the file's name ends with."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from model.labels import SYNONYMS, canonical_label
from model.left_out import LeftOut
from model.sources import ARCHIVES, DAMAGED, SourceFile
from model.splits import SPLITS, WORDS, split_word

SIZE = 48  # width and height in pixels, as in FER2013
IMAGES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".webp", ".tif", ".tiff", ".gif", ".avif", ".jp2",
    ".pgm", ".ppm", ".pbm", ".pnm",
)  # fmt: skip
# Files of another ending may be images too, but not those: they are large, or belong to the dataset as a whole.
OTHER_FILES = (
    ".csv",
    ".txt",
    ".md",
    ".json",
    ".xml",
    ".mat",
    ".npy",
    ".npz",
    ".pkl",
    ".mp4",
    ".avi",
    ".mov",
    *ARCHIVES,
)
MAX_BYTES = 64 * 2**20  # an image of a face is smaller
KNOWN_LABELS = frozenset({*SYNONYMS, "neutral"})

Pixels = npt.NDArray[np.uint8]


class Example(NamedTuple):
    """An image with what its place says of it.

    Attributes:
        place: path or row, by which examples are sorted.
        name: the key of ferplus.csv.
        pixels: uint8 [48, 48], grey 0..255.
        label: canonical.
        split: see `split_word`.
        row: in fer2013.csv, -1 if it does not come from there.
    """

    place: str
    name: str
    pixels: Pixels
    label: str
    split: str
    row: int = -1


def is_candidate(path: PurePosixPath) -> bool:
    """Whether a file may be an image to read: in a label's folder, not hidden, and not known to be of another kind."""
    return not is_hidden(path) and _label_folder(path) != "" and path.suffix.lower() not in OTHER_FILES


def is_hidden(path: PurePosixPath) -> bool:
    """What macOS, Windows and notebooks add to folders and zips."""
    return any(part.startswith((".", "__")) for part in path.parts) or path.name.lower() in ("thumbs.db", "desktop.ini")


def read_image_files(files: Sequence[SourceFile], left_out: LeftOut) -> Iterator[Example]:
    """The images among some files; everything else is counted and named in `left_out`.

    Copies of a file under the same label, name and split, as in archives that hold their tree twice, are read once.
    """
    seen: set[tuple[str, str, str, bytes]] = set()
    for file in files:
        path = file.path
        if not is_candidate(path):
            _note(path, left_out)
            continue
        pixels = _read(file, left_out)
        if pixels is None:
            continue
        label, split = canonical_label(_label_folder(path)), _split(path)
        key = (split, label, path.name.lower(), pixels.tobytes())
        if key in seen:
            left_out.add("second copies of a file", path)
            continue
        seen.add(key)
        yield Example(path.as_posix(), path.name, pixels, label, split)


def to_crop(image: Pixels) -> Pixels:
    """Scale a grey image to 48x48, uint8."""
    if image.shape != (SIZE, SIZE):
        image = cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return image


def _label_folder(path: PurePosixPath) -> str:
    """The folder that names the label: the last one with a known label, else the one that holds the file."""
    folders = [part for part in path.parts[:-1] if part.lower() not in WORDS]
    known = [part for part in folders if canonical_label(part) in KNOWN_LABELS]
    if known:
        return known[-1]  # also above folders of people or sessions
    return folders[-1] if folders and folders[-1] == path.parts[-2] else ""


def _split(path: PurePosixPath) -> str:
    prefix = path.name.split("_", 1)[0].lower()
    named = {split.lower(): split for split in SPLITS}.get(prefix)
    return named or split_word(path.parts[:-1])


def _read(file: SourceFile, left_out: LeftOut) -> Pixels | None:
    is_image = file.path.suffix.lower() in IMAGES
    if file.size > MAX_BYTES:
        left_out.add("files of more than 64 MiB", file.path)
        return None
    try:
        image = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_GRAYSCALE)
    except (*DAMAGED, cv2.error):
        image = None
    if image is None:
        kind = f"files of an unknown kind, {file.path.suffix.lower() or 'without ending'}"
        left_out.add("images that cannot be decoded" if is_image else kind, file.path)
        return None
    return to_crop(image.astype(np.uint8, copy=False))


def _note(path: PurePosixPath, left_out: LeftOut) -> None:
    if is_hidden(path):
        return
    if path.suffix.lower() in IMAGES:
        left_out.add("images that are in no label's folder", path)
    else:
        left_out.add("files that are no images", path)
