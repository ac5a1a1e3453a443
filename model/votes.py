"""Reads the FER+ votes: Microsoft's fer2013new.csv, or a ferplus.csv that names the image files.

fer2013new.csv has one row for each row of fer2013.csv and does not say which. So the votes are matched

1. by row, if the images come from fer2013.csv or have its row numbers in their names,
2. by the names that Microsoft gives to images (fer0000000.png), or
3. by pixels, with a fer2013.csv that lies beside the votes (`model.match`),

and then checked: the splits must be the same, and people agree with most of FER2013's own labels.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.dataset import Images
from model.errors import DataError
from model.labels import FERPLUS_COLUMNS, LABELS
from model.left_out import LeftOut
from model.match import match_by_pixels
from model.targets import majority

FER2013_CSV = "fer2013.csv"
# The majority of FER+ is FER2013's own label on 64 % of the images; votes for other images would be right on 16 %.
MIN_AGREEMENT = 0.45
# Share of the images that must have a row. FER+ calls 175 of 35,887 images not a face, and ferplus.csv leaves them out.
MIN_FOUND = 0.9

Votes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class VoteTable:
    """A file with votes.

    Attributes:
        path: of the file.
        names: of the images; empty where FER+ says that it is no face.
        splits: the column `Usage`; None if the file names the images of FER2013's folders.
        votes: int64 [rows, 7], in the order of LABELS.
    """

    path: Path
    names: tuple[str, ...]
    splits: tuple[str, ...] | None
    votes: Votes


def load_votes(path: Path, images: Images) -> Votes:
    """The votes for each image, see `read_votes`."""
    return read_votes(path, images)[0]


def read_votes(path: Path, images: Images) -> tuple[Votes, npt.NDArray[np.bool_]]:
    """The votes for each image.

    Returns:
        int64 [n, 7] in the order of LABELS, zeros where there is no row; and whether there is a row, bool [n].

    Raises:
        DataError: the file is missing or of another kind, the images have other labels, or the votes do not fit them.
    """
    if images.classes != LABELS:
        raise DataError(f"FER+ votes are for the labels {', '.join(LABELS)}; these images have others: leave them out")
    table = _read(path)
    rows = _rows(table, images)
    found = rows >= 0
    votes = np.where(found[:, None], table.votes[rows], 0)
    _check(table, images, rows, votes)
    return votes, found


def _read(path: Path) -> VoteTable:
    columns = [FERPLUS_COLUMNS[label] for label in LABELS]
    names, splits, votes = [], [], []
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            reader = csv.DictReader(file)
            given = set(reader.fieldnames or ())
            key = "Image name" if "Image name" in given else "file"
            if lacking := {key, *columns} - given:
                raise DataError(
                    f"{path}: lacks the columns {', '.join(sorted(lacking))}; expected the FER+ votes, which are in "
                    "fer2013new.csv of https://github.com/microsoft/FERPlus"
                )
            for row in reader:
                names.append((row[key] or "").strip())
                splits.append((row.get("Usage") or "").strip())
                votes.append([int(row[column]) for column in columns])
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give the FER+ votes as CSV") from error
    except (ValueError, TypeError, csv.Error) as error:
        raise DataError(f"{path}: a vote is not a whole number in row {len(votes) + 2} ({error})") from error
    counts = np.asarray(votes, np.int64).reshape(-1, len(LABELS))
    return VoteTable(path, tuple(names), tuple(splits) if "Usage" in given else None, counts)


def _rows(table: VoteTable, images: Images) -> npt.NDArray[np.int64]:
    """The row of each image in the table, -1 where it has none: int64 [n]."""
    by_name = {name: row for row, name in enumerate(table.names) if name}
    named = np.asarray([by_name.get(name, -1) for name in images.names], np.int64)
    if (named >= 0).mean() >= MIN_FOUND:
        return named
    if table.splits is None:
        raise DataError(
            f"{table.path}: names {int((named >= 0).sum()):,} of the {len(images):,} images only; "
            "with images of fer2013.csv give Microsoft's fer2013new.csv"
        )
    rows = images.rows if images.rows is not None else _numbers(images.names)
    if rows is not None and (rows < len(table.names)).all() and _same_splits(table.splits, images, rows):
        return rows
    return _by_pixels(table, images)


def _numbers(names: Sequence[str]) -> npt.NDArray[np.int64] | None:
    """The row numbers in names such as Training_00012.png, if they are the numbers from 0 without a gap."""
    digits = ["".join(character for character in name if character.isdigit()) for name in names]
    if not all(digits):
        return None
    rows = np.asarray([int(number[:18]) for number in digits], np.int64)
    return rows if np.array_equal(np.sort(rows), np.arange(len(rows))) else None


def _same_splits(splits: Sequence[str], images: Images, rows: npt.NDArray[np.int64]) -> bool:
    return all(splits[row] == split for row, split in zip(rows, images.splits, strict=True))


def _by_pixels(table: VoteTable, images: Images) -> npt.NDArray[np.int64]:
    from model.dataset import load_images

    original = table.path.with_name(FER2013_CSV)
    if not original.is_file():
        raise DataError(
            f"{table.path}: its votes are in the row order of {FER2013_CSV}, which these images do not have. Give that "
            f"file as --data, or put it beside {table.path.name}: then the images are matched by their pixels"
        )
    rows = match_by_pixels(images, load_images(original, LeftOut()))
    if (rows >= 0).mean() < MIN_FOUND:
        raise DataError(f"{original}: has only {(rows >= 0).mean():.0%} of the images; is it another dataset's?")
    return rows


def _check(table: VoteTable, images: Images, rows: npt.NDArray[np.int64], votes: Votes) -> None:
    if rows.max() >= len(table.names):
        raise DataError(f"{table.path}: has {len(table.names):,} rows, fewer than the images")
    seen = majority(votes)
    decided = seen >= 0
    agreement = (seen == images.labels)[decided].mean() if decided.any() else 1.0
    if agreement < MIN_AGREEMENT:
        raise DataError(
            f"{table.path}: its majority is the images' own label on {agreement:.0%} only, expected about 64 %; "
            "these are votes for other images, or in another order"
        )
