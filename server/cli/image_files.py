"""Which picture files the command `image` writes, and under which names."""

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server.cli.picture_search import FoundPicture
from server.errors import StartError
from server.vision.images.kinds import FILE_KINDS, PHOTO_KINDS, SVG, UNREADABLE_KINDS, by_ending

SUFFIXES = tuple(by_ending(PHOTO_KINDS))
# Endings that promise another kind than those that are written.
OTHER_SUFFIXES = tuple(ending for ending in by_ending((*FILE_KINDS, *UNREADABLE_KINDS, SVG)) if ending not in SUFFIXES)


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


def plan_outputs(inputs: Sequence[FoundPicture], out: Path | None) -> Sequence[OutputFile | None]:
    """The output file of each picture; all differ, and none is an input.

    Raises:
        StartError: the output cannot be written, or would overwrite an input.
    """
    if out is None:
        return [None] * len(inputs)
    if out.suffix.lower() in OTHER_SUFFIXES and not out.is_dir():
        endings = ", ".join(SUFFIXES)
        raise StartError(f"-o {out}: this kind cannot be written; end the name in {endings}, or name a folder")
    if len(inputs) == 1 and not out.is_dir() and out.suffix.lower() in SUFFIXES:
        outputs = [OutputFile(out)]
        folder = out.parent
    else:
        if out.suffix.lower() in SUFFIXES and not out.is_dir():
            raise StartError(f"-o {out}: is one file for {len(inputs)} pictures; name a folder")
        folder = out
        outputs = _unique(inputs, out)
    folders = dict.fromkeys([folder, *(output.path.parent for output in outputs)])
    try:
        for each in folders:
            each.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"-o {out}: cannot be written: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise StartError(f"-o {out}: cannot be written: no permission for {folder.resolve()}")
    given = {picture.path.resolve() for picture in inputs}
    for output in outputs:
        if output.path.resolve() in given:
            raise StartError(f"-o {out}: would overwrite the picture {output.path}; choose another folder or file")
        if output.path.is_dir():
            raise StartError(f"-o {out}: {output.path} is a folder; name a file")
    return outputs


def _unique(inputs: Sequence[FoundPicture], folder: Path) -> list[OutputFile]:
    """Output files with the names of the inputs, in the same sub-folders; duplicates are numbered."""
    taken: set[str] = set()
    outputs = []
    for picture in inputs:
        path = picture.relative
        suffix = path.suffix if path.suffix.lower() in SUFFIXES else ".png"
        names = itertools.chain([path.stem + suffix], (f"{path.stem}-{n}{suffix}" for n in itertools.count(2)))
        place = next(place for name in names if str(place := path.with_name(name)).lower() not in taken)
        taken.add(str(place).lower())
        outputs.append(OutputFile(folder / place))
    return outputs
