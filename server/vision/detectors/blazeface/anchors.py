"""Decodes the output of BlazeFace (pure): anchors, candidates, and the faces that candidates belong to.

Source: Bazarevsky et al. 2019, "BlazeFace", arXiv 1907.05047. For each of many fixed points of its square input, the
anchors, the network gives a score that a face is there, and its box and six landmarks relative to the anchor, in pixels
of the input.
"""

import math
from collections.abc import Sequence

import numpy as np

from server.vision.arrays import Floats

# Candidates that overlap the best one by more than this belong to the same face.
SAME_FACE_IOU = 0.3


def make_anchors(grids: Sequence[tuple[int, int]]) -> Floats:
    """The centres of all anchors, float32 [n, 2], x and y as fractions of the input, in the output's order.

    Args:
        grids: cells along a side, and anchors in a cell, of each grid; all anchors of a cell share its centre.
    """
    grid_anchors = []
    for cells, each in grids:
        centres = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        grid_anchors.append(np.stack([x, y], axis=-1).reshape(-1, 2).repeat(each, axis=0))
    return np.concatenate(grid_anchors)


def read_candidates(
    anchors: Floats, size: int, logits: Floats, offsets: Floats, threshold: float
) -> tuple[Floats, Floats]:
    """The candidates: the anchors with a score of `threshold` and more.

    Args:
        anchors: float32 [n, 2] of make_anchors.
        size: side of the network's input in pixels.
        logits: float32 [n], before the sigmoid.
        offsets: float32 [n, 16]: centre x, y, width, height, then x, y of six landmarks, in input pixels.
        threshold: minimum score, above 0 and below 1.

    Returns:
        Scores float32 [m] and points float32 [m, 8, 2]: top left and bottom right corner of the box, then six
        landmarks, in pixels of the input. m is 0 to a few dozen.
    """
    # The threshold is applied before the sigmoid, which is then computed for few.
    chosen = np.flatnonzero(logits >= math.log(threshold / (1 - threshold)))
    scores = np.reciprocal(1 + np.exp(-logits[chosen]))
    points = offsets[chosen].reshape(-1, 8, 2)
    half = points[:, 1] / 2
    points[:, 1] = points[:, 0]
    points += anchors[chosen, np.newaxis] * np.float32(size)
    points[:, 0] -= half
    points[:, 1] += half
    return scores, points


def merge(scores: Floats, points: Floats) -> tuple[Floats, Floats]:
    """One face from each group of overlapping candidates: weighted non-maximum suppression.

    The best candidate and all that overlap it form a group; the face is their mean weighted by score, which jitters
    less than the best one alone. The rest is grouped in the same way.

    Args:
        scores: float32 [n].
        points: float32 [n, 8, 2], of read_candidates, in any unit.

    Returns:
        For each face the score of its best candidate, float32 [m], and its points, float32 [m, 8, 2]; best first.
    """
    order = np.argsort(-scores)
    scores, points = scores[order], points[order]
    best, mean = [], []
    while len(scores):
        same = iou_with(points[0, :2], points[:, :2]) > SAME_FACE_IOU
        same[0] = True  # also if its box has no area
        best.append(scores[0])
        mean.append(np.tensordot(scores[same], points[same], axes=1) / scores[same].sum())
        scores, points = scores[~same], points[~same]
    return np.array(best, np.float32), np.array(mean, np.float32).reshape(-1, 8, 2)


def iou_with(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of each box [n, 2 corners, 2] with one, [2, 2]: float32 [n]."""
    overlap = np.minimum(box[1], boxes[:, 1]) - np.maximum(box[0], boxes[:, 0])
    common = overlap.clip(0).prod(axis=1)
    areas = (boxes[:, 1] - boxes[:, 0]).prod(axis=1) + (box[1] - box[0]).prod()
    result: Floats = common / (areas - common).clip(1e-12)
    return result
