"""Writes tables like those that Kaggle and Microsoft publish, with images that tests made."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from model.labels import FERPLUS_COLUMNS, NUMBERED_LABELS
from tests.unit.generated import Pixels

FERPLUS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
NO_FACE = 2  # the row that nobody takes for a face

Row = tuple[str, str, Pixels]  # label, split, pixels


def fer2013_csv(
    rows: Sequence[Row], columns: tuple[str, str, str] = ("emotion", "pixels", "Usage"), delimiter: str = ","
) -> bytes:
    """As Kaggle publishes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    for label, split, pixels in rows:
        writer.writerow([NUMBERED_LABELS.index(label), " ".join(map(str, pixels.ravel())), split])
    return text.getvalue().encode()


def fer2013new_csv(path: Path, rows: Sequence[Row]) -> Path:
    """As Microsoft publishes it: eight votes for the label and two for contempt, but for NO_FACE."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Usage", "Image name", *FERPLUS])
        for number, (label, split, _) in enumerate(rows):
            votes = [8 * (FERPLUS_COLUMNS[label] == column) + 2 * (column == "contempt") for column in FERPLUS]
            name = f"fer{number:07}.png"
            writer.writerow([split, name, *votes] if number != NO_FACE else [split, "", *[0] * 9, 10])
    return path
