"""Lists the files of a dataset: of a folder, a zip or a tar, and of archives inside of these; or a single CSV."""

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from model.errors import DataError
from model.left_out import LeftOut

ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz")
# What damaged archives, and damaged files in them, raise. NotImplementedError: a compression that Python lacks.
DAMAGED = (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, tarfile.TarError, zlib.error)

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class SourceFile:
    """A file of a dataset.

    Attributes:
        path: relative to the source, with forward slashes.
        size: in bytes; 0 if unknown.
        open: opens the content. It and its reader raise one of DAMAGED.
    """

    path: PurePosixPath
    size: int
    open: Opener

    def read(self) -> bytes:
        """The content. Raises one of DAMAGED."""
        with self.open() as file:
            return file.read()


def list_files(source: Path, stack: ExitStack) -> list[SourceFile]:
    """The files of a source in a fixed order; those of an archive can be opened until `stack` is closed.

    Raises:
        DataError: no such file, an unreadable one, or one of another kind.
    """
    if source.is_dir():
        return list(_in_folder(source))
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; give FER2013 as a zip, a folder or fer2013.csv")
    try:
        return _in_file(lambda: source.open("rb"), PurePosixPath(source.name), stack)
    except DAMAGED as error:
        raise DataError(f"{source}: not a readable zip, tar or CSV file ({error}); download it again") from error


def list_nested(files: Sequence[SourceFile], stack: ExitStack, left_out: LeftOut) -> list[SourceFile]:
    """The files of the archives among some files, each below a folder with the name of its archive."""
    inside = []
    for archive in files:
        if archive.path.suffix.lower() not in ARCHIVES:
            continue
        try:
            content = archive.read()
            found = _in_file(partial(io.BytesIO, content), archive.path, stack)
        except DAMAGED:
            left_out.add("damaged archives", archive.path)
            continue
        folder = archive.path.with_name(archive.path.name.split(".")[0])
        inside += [SourceFile(folder / file.path, file.size, file.open) for file in found]
    return inside


def _in_folder(folder: Path) -> Iterator[SourceFile]:
    """Links to folders are followed, since datasets are often put together with them; each folder counts once."""
    seen = set()
    for here, folders, names in os.walk(folder, followlinks=True):
        real = Path(here).resolve()
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for path in (Path(here, name) for name in sorted(names)):
            if path.is_file():  # reading from a pipe could block for ever
                yield SourceFile(PurePosixPath(path.relative_to(folder).as_posix()), path.stat().st_size, _opener(path))


def _opener(path: Path) -> Opener:
    return lambda: path.open("rb")


def _in_file(open_it: Opener, path: PurePosixPath, stack: ExitStack) -> list[SourceFile]:
    """The files of an archive, or the CSV itself. Raises one of DAMAGED."""
    file = stack.enter_context(open_it())
    head = file.read(512)
    if zipfile.is_zipfile(file) or head.startswith(b"PK"):
        return _in_zip(stack.enter_context(zipfile.ZipFile(file)))
    file.seek(0)
    if tarfile.is_tarfile(file):
        file.seek(0)
        return _in_tar(stack.enter_context(tarfile.open(fileobj=file)))
    if head.startswith(b"\x1f\x8b") and path.stem.lower().endswith(".csv"):
        return [SourceFile(path.with_suffix(""), 0, lambda: _gunzipped(stack.enter_context(open_it())))]
    if head.lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise ValueError("it is a web page: the download may need a login")
    if path.suffix.lower() != ".csv":
        raise ValueError("its content is none of these" if head else "it is empty")
    return [SourceFile(path, 0, open_it)]


def _gunzipped(file: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(gzip.GzipFile(fileobj=file))


def _in_zip(archive: zipfile.ZipFile) -> list[SourceFile]:
    def opener(entry: zipfile.ZipInfo) -> Opener:
        def open_entry() -> IO[bytes]:
            try:
                return archive.open(entry)
            except RuntimeError as error:  # it has a password
                raise DataError(
                    f"{archive.filename or entry.filename}: {error}; unpack it and give the folder"
                ) from error

        return open_entry

    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    return [SourceFile(_normal(entry.filename), entry.file_size, opener(entry)) for entry in entries]


def _in_tar(archive: tarfile.TarFile) -> list[SourceFile]:
    def opener(entry: tarfile.TarInfo) -> Opener:
        def open_entry() -> IO[bytes]:
            file = archive.extractfile(entry)
            if file is None:
                raise tarfile.ReadError(f"{entry.name} is not a file")
            return file

        return open_entry

    return [SourceFile(_normal(entry.name), entry.size, opener(entry)) for entry in archive if entry.isfile()]


def _normal(name: str) -> PurePosixPath:
    """Programs on Windows write backslashes into zips."""
    return PurePosixPath(name.replace("\\", "/"))
