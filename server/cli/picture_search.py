"""Which files the command `image` reads, found by their content; what is left out is noted, so that it can be named."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from server.cli.video_address import is_address, shown
from server.errors import StartError
from server.vision.images.kinds import FILE_KINDS, UNREADABLE_KINDS, by_ending, kind_of, names_of

# A file with such an ending was meant as a picture, also if its content is none: it is damaged, and named as such.
ENDINGS = frozenset((*by_ending((*FILE_KINDS, *UNREADABLE_KINDS)), ".jfif", ".jpe", ".jif"))
# What else has something to see, by the ending, with what to do. The data of most sensors begin like a TIFF, but what a
# decoder of TIFF finds in them is a thumbnail.
UNREAD = {
    ".svg": "a drawing without pixels; export it as PNG",
    **dict.fromkeys(
        (".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw"),
        "raw data of a camera; export it as JPEG",
    ),
    **dict.fromkeys(
        (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".3gp", ".mts", ".wmv"),
        "a video; python -m server video reads it",
    ),
}
HEAD_BYTES = 64


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A file to read, and its place below the folder that was named: that of its drawing below the output folder."""

    path: Path
    relative: Path


@dataclass
class FoundFiles:
    """What the arguments of a command line name.

    Attributes:
        pictures: to be read, in order, each once.
        unread: files and folders that hold something to see but cannot be read, with the reason.
        others: files that are no pictures, and hidden folders.
    """

    pictures: list[FoundPicture] = field(default_factory=list)
    unread: dict[Path, str] = field(default_factory=dict)
    others: list[Path] = field(default_factory=list)


def find_pictures(names: Sequence[str], out: Path | None = None) -> FoundFiles:
    """Expand the arguments of a command line: files, folders with all that is below them, and patterns.

    A file that does not exist is kept; reading it reports the error, and the other files are still read.

    Args:
        names: the arguments.
        out: a folder to leave out, because it holds our own drawings.

    Raises:
        StartError: a folder has nothing to see, or a pattern matches none.
    """
    found = FoundFiles()
    for name in names:
        if is_address(name):
            raise StartError(f"{shown(name)}: pictures are read from files; python -m server video reads addresses")
        path = Path(name)
        # os.path answers False where pathlib, before Python 3.14, raises: in a folder that may not be entered.
        if os.path.isdir(path):
            before = len(found.pictures), len(found.unread)
            _search(path, out, found)
            if (len(found.pictures), len(found.unread)) == before:
                raise StartError(f"{name}: contains no picture ({names_of(FILE_KINDS)})")
        elif not os.path.exists(path) and glob.has_magic(name):
            matches = [Path(match) for match in sorted(glob.glob(name, recursive=True))]
            if not matches:
                raise StartError(f"{name}: matches no file")
            for match in matches:
                if os.path.isdir(match):
                    _search(match, out, found)
                else:
                    found.pictures.append(FoundPicture(match, Path(match.name)))
        else:
            found.pictures.append(FoundPicture(path, Path(path.name)))
    first_of_each = {picture.path: picture for picture in reversed(found.pictures)}
    found.pictures = list(reversed(first_of_each.values()))
    return found


def _search(root: Path, out: Path | None, found: FoundFiles) -> None:
    """Sort all files below a folder into pictures and others."""
    left_out = out.resolve() if out is not None and out.resolve() != root.resolve() else None
    for path in _files_below(root, left_out, found):
        ending = path.suffix.lower()
        if os.path.exists(path) and not os.path.isfile(path):  # reading from a pipe or a device could block for ever
            found.others.append(path)
            continue
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
        except OSError as error:
            found.unread[path] = f"cannot be read: {error.strerror or error}"
            continue
        if ending in UNREAD:
            found.unread[path] = UNREAD[ending]
        elif kind_of(head) or (ending in ENDINGS and not path.name.startswith("._")):  # macOS: attributes of a file
            found.pictures.append(FoundPicture(path, path.relative_to(root)))
        else:
            found.others.append(path)


def _files_below(root: Path, left_out: Path | None, found: FoundFiles) -> Iterator[Path]:
    """All files of a folder and its sub-folders, each folder once, in order; links are followed."""
    seen: set[Path] = set()

    def note(error: OSError) -> None:
        found.unread[Path(error.filename or root)] = f"cannot be opened: {error.strerror or error}"

    for name, folders, files in os.walk(root, onerror=note, followlinks=True):
        folder = Path(name)
        if folder.resolve() in seen:
            folders.clear()
            continue
        seen.add(folder.resolve())
        hidden = [each for each in folders if each.startswith(".") or each == "__MACOSX"]
        found.others += [folder / each for each in sorted(hidden)]
        folders[:] = sorted(each for each in folders if each not in hidden and (folder / each).resolve() != left_out)
        yield from (folder / each for each in sorted(files))
