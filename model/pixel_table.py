"""Reads tables of pixels: fer2013.csv as Kaggle publishes it, and tables like it.

A row is an image: `emotion` (a number of NUMBERED_LABELS, or a name), `pixels` (grey levels 0..255, separated by
spaces) and `Usage` (Training, PublicTest or PrivateTest). The FER+ votes of Microsoft are in the row order of
fer2013.csv, so the row is kept.
"""

import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.labels import NUMBERED_LABELS, canonical_label
from model.left_out import LeftOut
from model.sources import DAMAGED, SourceFile

LABEL_COLUMNS = ("emotion", "emotions", "label", "expression")
SPLIT_COLUMNS = ("usage", "split", "set")
# What a row raises that has other content; the last columns of a short one are None.
BAD_ROW = (ValueError, TypeError, AttributeError, DeprecationWarning)
csv.field_size_limit(2**20)  # a row of a 256x256 image has 260 kB; the module's own limit is 131 kB


class PixelRow(NamedTuple):
    """An image of a table.

    Attributes:
        pixels: uint8 [side, side].
        label: canonical.
        split: the word in its `Usage`; empty if the table has no such column.
        row: its number in the table, from 0.
    """

    pixels: npt.NDArray[np.uint8]
    label: str
    split: str
    row: int


class Columns(NamedTuple):
    """Names of the columns of a table; `split` is empty where there is none."""

    label: str
    pixels: str
    split: str


def choose_tables(files: Sequence[SourceFile], left_out: LeftOut) -> list[SourceFile]:
    """The tables of pixels to read: one with splits, such as fer2013.csv, or all without (train.csv, test.csv)."""
    tables, whole = [], []
    for file in files:
        if file.path.suffix.lower() != ".csv":
            continue
        columns = _columns_of(file)
        if columns is None:
            left_out.add("tables without the columns emotion and pixels", file.path)
            continue
        tables.append(file)
        whole += [file] if columns.split else []
    # Kaggle's competition has the same images in icml_face_data.csv and in train.csv.
    whole.sort(key=lambda file: (file.path.name.lower() != "fer2013.csv", file.path.as_posix()))
    chosen = whole[:1] or tables
    left_out.add("further tables of images", *(file.path for file in tables if file not in chosen))
    return chosen


def read_table(file: SourceFile, left_out: LeftOut) -> Iterator[PixelRow]:
    """The images of a table in its order; rows that are not images are left out, as is the rest of a damaged file."""
    columns = _columns_of(file)
    if columns is None:
        return
    number = -1
    try:
        with _opened(file) as reader:
            for number, row in enumerate(reader):
                try:
                    image = _square(row[columns.pixels]), _label(row[columns.label])
                except BAD_ROW:
                    left_out.add("damaged rows", f"{file.path} row {number + 2}")  # as an editor counts
                else:
                    yield PixelRow(*image, row.get(columns.split) or "", number)
    except (*DAMAGED, csv.Error):
        left_out.add("tables that break off", f"{file.path} after row {number + 2}")


def _columns_of(file: SourceFile) -> Columns | None:
    try:
        with _opened(file) as reader:
            names = reader.fieldnames or ()
    except (*DAMAGED, csv.Error):
        return None
    by_word = {name.strip().lower(): name for name in names if name}
    label = next((by_word[word] for word in LABEL_COLUMNS if word in by_word), None)
    split = next((by_word[word] for word in SPLIT_COLUMNS if word in by_word), "")
    return Columns(label, by_word["pixels"], split) if label and "pixels" in by_word else None


@contextmanager
def _opened(file: SourceFile) -> Iterator["csv.DictReader[str]"]:
    """Excel in some languages separates by semicolons, and adds a byte order mark."""
    with io.TextIOWrapper(file.open(), encoding="utf-8-sig", errors="replace", newline="") as text:
        header = text.readline()
        delimiter = ";" if ";" in header and "," not in header else ","
        names = next(csv.reader([header], delimiter=delimiter), [])
        yield csv.DictReader(text, fieldnames=names, delimiter=delimiter)


def _square(text: str) -> npt.NDArray[np.uint8]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # for what is no number; numpy will raise ValueError
        values = np.fromstring(text, np.int64, sep=" ")  # seven times faster than split: FER2013 has 83 million
    side = int(len(values) ** 0.5)
    if not side or side * side != len(values) or values.min() < 0 or values.max() > 255:
        raise ValueError("not the grey levels of a square image")
    return values.astype(np.uint8).reshape(side, side)


def _label(text: str) -> str:
    word = text.strip()
    if not word:
        raise ValueError("no label")
    if word.isdigit():
        return NUMBERED_LABELS[int(word)] if int(word) < len(NUMBERED_LABELS) else word
    return canonical_label(word)
