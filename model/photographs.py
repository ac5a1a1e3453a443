"""Whole photographs of people, read by the server's own command; the model package never imports the server."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import DataError, RunError

PROJECT = Path(__file__).parents[1]  # where `python -m server` is found
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class Photograph:
    """One picture: its file, its set and person (names of the folders above it) and its label."""

    path: Path
    group: str
    person: str
    label: str


def find_photographs(folder: Path, labels: Sequence[str]) -> list[Photograph]:
    """The photographs `<set>/<person>/<label>*` below a folder, sorted by path.

    Raises:
        DataError: there are none, or a file name does not begin with one of the labels.
    """
    found = []
    for path in sorted(folder.glob("*/*/*")):
        if path.suffix.lower() not in ENDINGS:
            continue
        label = re.split(r"[-_. 0-9]", path.stem, maxsplit=1)[0]
        if label not in labels:
            raise DataError(f"{path}: begins with {label!r}, expected one of {', '.join(labels)}")
        found.append(Photograph(path, path.parent.parent.name, path.parent.name, label))
    if not found:
        raise DataError(f"{folder}: no pictures; expected <set>/<person>/<label>*.jpg")
    return found


def read_faces(
    photographs: Sequence[Photograph], model: Path, engine: str, *options: str
) -> list[list[dict[str, Any]]]:
    """The faces of each picture as `python -m server image --json` prints them, largest first.

    Args:
        photographs: to be read.
        model: folder of an exported model.
        engine: which of its files to run, `litert` or `keras`.
        *options: further ones of the command.

    Raises:
        RunError: the command failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        # One folder of links: a command line of all the paths could be too long.
        for index, photograph in enumerate(photographs):
            link = Path(folder) / f"{index:06}{photograph.path.suffix.lower()}"
            link.symlink_to(photograph.path.resolve())
        command = [sys.executable, "-m", "server", "image", "--json", "--model", str(model.resolve())]
        command += ["--engine", engine, *options, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(lines) != len(photographs):
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise RunError(f"python -m server image read {len(lines)} of {len(photographs)} pictures: {reason}")
    lines.sort(key=lambda line: str(line["file"]))
    return [line["faces"] for line in lines]
