"""Weight files and their checksums."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from server.vision.errors import ModelFilesError


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One weight file and the sha256 (hexadecimal) that it must have."""

    path: Path
    sha256: str


def checked_file(file: ModelFile, remedy: str) -> Path:
    """The path of a file, its sha256 checked.

    Args:
        file: which file.
        remedy: what to do if it is missing or damaged; ends the message.

    Raises:
        ModelFilesError: it is missing or damaged.
    """
    try:
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelFilesError(f"{file.path}: {error.strerror}; {remedy}") from error
    if digest != file.sha256:
        raise ModelFilesError(f"{file.path}: damaged (sha256 {digest[:12]}, expected {file.sha256[:12]}); {remedy}")
    return file.path
