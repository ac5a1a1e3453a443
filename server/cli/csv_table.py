"""The CSV of a video: a row for each face of each frame that was looked at."""

import csv
from collections.abc import Sequence
from pathlib import Path

from server.errors import StartError
from server.vision.types import Face


class Table:
    """A CSV file, written row by row."""

    def __init__(self, path: Path, labels: Sequence[str]) -> None:
        """Begin it with the names of the columns. Raises StartError when it cannot be written."""
        try:
            self._file = path.open("w", newline="", encoding="utf-8")
        except OSError as error:
            raise StartError(f"--csv {path}: cannot be written: {error.strerror}") from error
        self._rows = csv.writer(self._file)
        self._rows.writerow(("time_s", "frame", "track", "x", "y", "width", "height", "label", "confidence", *labels))

    def add(self, at: float, frame: int, faces: Sequence[Face]) -> None:
        """The faces of a frame: boxes as fractions of it, scores of this frame alone. Raises OSError (a full disk)."""
        for face in faces:
            numbers = (f"{value:.4f}" for value in (*face.box, face.confidence, *face.scores))
            x, y, width, height, confidence, *scores = numbers
            self._rows.writerow((f"{at:.3f}", frame, face.id, x, y, width, height, face.label, confidence, *scores))

    def close(self) -> None:
        """Write what is still to come. Raises OSError."""
        self._file.close()
