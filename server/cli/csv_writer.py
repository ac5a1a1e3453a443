"""The CSV of a video: a row for each face of each analysed frame."""

import csv
from collections.abc import Sequence
from pathlib import Path

from server.errors import StartError
from server.vision.types import Face

COLUMNS = ("time_s", "frame", "track", "x", "y", "width", "height", "label", "confidence")  # then one for each label


class FaceCsvWriter:
    """Writes a CSV file row by row."""

    def __init__(self, path: Path, labels: Sequence[str], smoothed: bool = False) -> None:
        """Open the file and write the header. Raises StartError when it cannot be written.

        Args:
            path: of the file.
            labels: of the columns with scores.
            smoothed: whether to write the smoothed scores. The scores of single frames know no own expressions.
        """
        self._smoothed = smoothed
        try:
            self._file = path.open("w", newline="", encoding="utf-8")
        except OSError as error:
            raise StartError(f"--csv {path}: cannot be written: {error.strerror}") from error
        self._rows = csv.writer(self._file)
        self._rows.writerow((*COLUMNS, *labels))

    def add(self, time_s: float, frame: int, faces: Sequence[Face]) -> None:
        """Add the faces of a frame: boxes as fractions of it, and scores. Raises OSError (a full disk)."""
        for face in faces:
            scored = face.smoothed if self._smoothed else face.scores
            numbers = (f"{value:.4f}" for value in (*face.box, face.confidence, *scored))
            x, y, width, height, confidence, *scores = numbers
            self._rows.writerow((f"{time_s:.3f}", frame, face.id, x, y, width, height, face.label, confidence, *scores))

    def close(self) -> None:
        """Write the remaining rows. Raises OSError."""
        self._file.close()
