"""Finds the row of fer2013.csv for each image of FER2013's folders, which hold the same images as JPEG."""

import cv2
import numpy as np
import numpy.typing as npt

from model.dataset import Images

# JPEG changes FER2013's images by 1 to 5 grey levels (root mean square), different images differ by more than 10.
MAX_RMSE = 6.0
COARSE = 12  # side in pixels at which images are compared first
NEAREST = 8  # candidates to compare pixel by pixel; the first ones may be copies that are taken
BLOCK = 1024  # images compared at once; bounds memory


def match_by_pixels(images: Images, table: Images) -> npt.NDArray[np.int64]:
    """The row of each image, int64 [n]; -1 where there is none.

    Images are compared with those of the same split and label. Of identical rows, each is used once.

    Args:
        images: of the folders.
        table: read from fer2013.csv, so that it has `rows`.
    """
    rows = np.full(len(images), -1, np.int64)
    if table.rows is None:
        return rows
    taken: set[int] = set()
    theirs = _groups(table)
    for key, mine in _groups(images).items():
        others = theirs.get(key)
        if others is not None:
            _match(images.pixels, table.pixels, mine, others, rows, taken)
    found = rows >= 0
    rows[found] = table.rows[rows[found]]
    return rows


def _groups(images: Images) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
    """Indices of the images of each split and label."""
    splits = np.asarray(images.splits)
    return {
        (split, label): np.flatnonzero((splits == split) & (images.labels == index))
        for split in set(images.splits)
        for index, label in enumerate(images.classes)
    }


def _match(
    pixels: npt.NDArray[np.uint8],
    candidates: npt.NDArray[np.uint8],
    mine: npt.NDArray[np.int64],
    others: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    taken: set[int],
) -> None:
    """Enter the index of the nearest candidate for each image of one group into `rows`, and into `taken`."""
    if not len(others):
        return
    coarse = _coarse(candidates[others])
    norms = (coarse**2).sum(axis=1)
    for start in range(0, len(mine), BLOCK):
        block = mine[start : start + BLOCK]
        distances = norms - 2 * _coarse(pixels[block]) @ coarse.T
        for index, row in zip(block, distances, strict=True):
            first = np.argpartition(row, NEAREST)[:NEAREST] if len(row) > NEAREST else np.arange(len(row))
            for nearest in first[np.argsort(row[first])]:
                other = int(others[nearest])
                if other not in taken and _rmse(pixels[index], candidates[other]) < MAX_RMSE:
                    rows[index] = other
                    taken.add(other)
                    break


def _coarse(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    small = [cv2.resize(image, (COARSE, COARSE), interpolation=cv2.INTER_AREA).ravel() for image in pixels]
    return np.stack(small).astype(np.float32)


def _rmse(a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8]) -> float:
    return float(np.sqrt(np.mean((a.astype(np.float32) - b) ** 2)))
