"""Writes the images of an archive or a table into a folder."""

from contextlib import ExitStack
from pathlib import Path, PurePosixPath

import cv2
from tqdm import tqdm

from model.dataset import Images
from model.errors import DataError
from model.image_folders import is_candidate
from model.left_out import LeftOut
from model.sources import DAMAGED, SourceFile, list_files, list_nested

MAX_BYTES = 2 * 2**30  # FER2013 extracts to 60 MB; an archive that claims more is a mistake or an attack


def extract(source: Path, folder: Path, images: Images, left_out: LeftOut | None = None) -> int:
    """Write the image files of an archive; the same call completes an interrupted one. Returns how many there are.

    Args:
        source: a zip or tar, or a table of pixels, whose images are written as PNG.
        folder: to write into; made if missing.
        images: what was read from the source.
        left_out: takes note of damaged files.

    Raises:
        DataError: not an archive, too large, or a name in it points out of the folder.
    """
    if source.is_dir():
        raise DataError(f"{source} is a folder already: leave out --extract, or give --data an archive")
    noted = LeftOut() if left_out is None else left_out
    try:
        with ExitStack() as stack:
            files = list_files(source, stack)
            targets = _targets(files, folder) or _targets(list_nested(files, stack, noted), folder)
            if sum(file.size for file in targets) > MAX_BYTES:
                raise DataError(f"{source}: would extract to more than {MAX_BYTES / 2**30:.0f} GiB; not FER2013")
            for file, target in tqdm(targets.items(), "extracting", leave=False, disable=None):
                try:
                    content = file.read()
                except DAMAGED:
                    noted.add("damaged files", file.path)
                    continue
                _write(target, content)
        return len(targets) or _write_pixels(images, folder)
    except OSError as error:
        raise DataError(f"{folder}: cannot be written ({error.strerror}); name another folder") from error


def _targets(files: list[SourceFile], folder: Path) -> dict[SourceFile, Path]:
    """Where each image file goes. Raises DataError for names such as `../../.bashrc`, and links out of the folder."""
    return {file: _target(folder, file.path) for file in files if _leads_out(file.path) or is_candidate(file.path)}


def _leads_out(path: PurePosixPath) -> bool:
    return path.is_absolute() or ".." in path.parts or ":" in path.as_posix()


def _target(folder: Path, path: PurePosixPath) -> Path:
    target = folder / path
    if _leads_out(path) or not target.resolve().is_relative_to(folder.resolve()):
        raise DataError(f"the archive names {path.as_posix()!r}, which lies outside of {folder}; nothing was extracted")
    return target


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_pixels(images: Images, folder: Path) -> int:
    for name, split, label, pixels in zip(images.names, images.splits, images.labels, images.pixels, strict=True):
        part = "train" if split == "Training" else "test"
        _write(folder / part / images.classes[label] / name, cv2.imencode(".png", pixels)[1].tobytes())
    return len(images)
