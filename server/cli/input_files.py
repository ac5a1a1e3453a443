"""Which pictures a command reads, and where it writes what it draws: names in, names out."""

import glob
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server.errors import StartError

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class Output:
    """A file to be written."""

    path: Path

    @property
    def ending(self) -> str:
        """Of the kind that it is written as: that of its name, or PNG."""
        ending = self.path.suffix.lower()
        return ending if ending in ENDINGS else ".png"

    def write(self, data: bytes) -> None:
        """Write it whole or not at all: a full disk does not leave half a picture. Raises OSError."""
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            part.write_bytes(data)
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)


def find_pictures(names: Sequence[str]) -> list[Path]:
    """The files of a command line: as named, those in a folder, those of a pattern that the shell left alone.

    A file that does not exist is kept: it is for the reading to say so, after the others are done.

    Raises:
        StartError: a folder without pictures, a pattern that fits none.
    """
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = _pictures_in(path)
            if not inside:
                raise StartError(f"{name}: no {', '.join(ENDINGS)} file in this folder")
            found += inside
        elif not path.exists() and glob.has_magic(name):
            matches = [Path(match) for match in sorted(glob.glob(name, recursive=True))]
            if not matches:
                raise StartError(f"{name}: no file fits this pattern")
            found += matches
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def plan_outputs(inputs: Sequence[Path], out: Path | None) -> Sequence[Output | None]:
    """Where each picture's drawing goes; no two into one file, and none over a picture that was given.

    Raises:
        StartError: the place cannot be written, or is one of the inputs.
    """
    if out is None:
        return [None] * len(inputs)
    if len(inputs) == 1 and not out.is_dir() and out.suffix.lower() in ENDINGS:
        outputs = [Output(out)]
        folder = out.parent
    else:
        if out.suffix.lower() in ENDINGS and not out.is_dir():
            raise StartError(f"-o {out}: {len(inputs)} pictures need a folder, not one file")
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
            raise StartError(f"-o {out}: would overwrite the picture {output.path}; choose another place")
        if output.path.is_dir():
            raise StartError(f"-o {out}: {output.path} is a folder")
    return outputs


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.is_file())


def _unique(inputs: Sequence[Path], folder: Path) -> list[Output]:
    """The names of the inputs; of two with one name the second gets a number."""
    taken: set[str] = set()
    outputs = []
    for path in inputs:
        ending = path.suffix if path.suffix.lower() in ENDINGS else ".png"
        names = itertools.chain([path.stem + ending], (f"{path.stem}-{n}{ending}" for n in itertools.count(2)))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        outputs.append(Output(folder / name))
    return outputs
