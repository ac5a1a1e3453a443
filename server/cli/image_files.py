"""Which picture files the command `image` reads, and which it writes."""

import glob
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server.errors import StartError
from server.vision.images.kinds import PHOTO_KINDS, by_ending

SUFFIXES = tuple(by_ending(PHOTO_KINDS))


@dataclass(frozen=True)
class OutputFile:
    """A picture file to write."""

    path: Path

    @property
    def format(self) -> str:
        """The suffix of the format to write: that of the name, or `.png`."""
        suffix = self.path.suffix.lower()
        return suffix if suffix in SUFFIXES else ".png"

    def write(self, data: bytes) -> None:
        """Write the complete file or nothing, also when the disk is full. Raises OSError."""
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            part.write_bytes(data)
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)


def find_pictures(names: Sequence[str]) -> list[Path]:
    """Expand the arguments of a command line: files, folders, and patterns that the shell did not expand.

    A file that does not exist is kept; reading it reports the error, and the other files are still read.

    Raises:
        StartError: a folder has no pictures, or a pattern matches none.
    """
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = _pictures_in(path)
            if not inside:
                raise StartError(f"{name}: contains no {', '.join(SUFFIXES)} file")
            found += inside
        elif not path.exists() and glob.has_magic(name):
            matches = [Path(match) for match in sorted(glob.glob(name, recursive=True))]
            if not matches:
                raise StartError(f"{name}: matches no file")
            found += matches
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def plan_outputs(inputs: Sequence[Path], out: Path | None) -> Sequence[OutputFile | None]:
    """The output file of each picture; all differ, and none is an input.

    Raises:
        StartError: the output cannot be written, or would overwrite an input.
    """
    if out is None:
        return [None] * len(inputs)
    if len(inputs) == 1 and not out.is_dir() and out.suffix.lower() in SUFFIXES:
        outputs = [OutputFile(out)]
        folder = out.parent
    else:
        if out.suffix.lower() in SUFFIXES and not out.is_dir():
            raise StartError(f"-o {out}: is one file for {len(inputs)} pictures; name a folder")
        folder = out
        outputs = _unique(inputs, out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"-o {out}: cannot be written: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise StartError(f"-o {out}: cannot be written: no permission for {folder.resolve()}")
    given = {path.resolve() for path in inputs}
    for output in outputs:
        if output.path.resolve() in given:
            raise StartError(f"-o {out}: would overwrite the picture {output.path}; choose another folder or file")
        if output.path.is_dir():
            raise StartError(f"-o {out}: {output.path} is a folder; name a file")
    return outputs


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


def _unique(inputs: Sequence[Path], folder: Path) -> list[OutputFile]:
    """Output files with the names of the inputs; duplicates are numbered."""
    taken: set[str] = set()
    outputs = []
    for path in inputs:
        suffix = path.suffix if path.suffix.lower() in SUFFIXES else ".png"
        names = itertools.chain([path.stem + suffix], (f"{path.stem}-{n}{suffix}" for n in itertools.count(2)))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        outputs.append(OutputFile(folder / name))
    return outputs
