"""What BlazeFace's output means (pure): anchors, candidates, and one face out of many candidates.

Source: Bazarevsky et al. 2019, "BlazeFace", arXiv 1907.05047. The network looks at a square picture and answers
for each of many fixed places, the anchors: how surely a face is there, and where its box and six landmarks lie
relative to the anchor, in pixels of the network's input.
"""

import math
from collections.abc import Sequence

import numpy as np

from server.vision.types import Floats

# Candidates overlapping the best one by more than this are the same face.
SAME_FACE_IOU = 0.3


def make_anchors(grids: Sequence[tuple[int, int]]) -> Floats:
    """The centres of all anchors, float32 [n, 2], x and y as fractions of the input, in the output's order.

    Args:
        grids: of each grid the cells a side and the anchors a cell; all anchors of a cell share its centre.
    """
    places = []
    for cells, each in grids:
        centres = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        places.append(np.stack([x, y], axis=-1).reshape(-1, 2).repeat(each, axis=0))
    return np.concatenate(places)


def read_candidates(
    anchors: Floats, size: int, logits: Floats, offsets: Floats, threshold: float
) -> tuple[Floats, Floats]:
    """The anchors that see a face.

    Args:
        anchors: float32 [n, 2] of make_anchors.
        size: side of the network's input in pixels.
        logits: float32 [n], before the sigmoid.
        offsets: float32 [n, 16]: centre x, y, width, height, then x, y of six landmarks, in input pixels.
        threshold: the least score, between 0 and 1.

    Returns:
        Scores float32 [m] and points float32 [m, 8, 2]: two corners of the box (top left, bottom right), then
        six landmarks, in pixels of the input. m is 0 to a few dozen.
    """
    seen = np.flatnonzero(logits >= math.log(threshold / (1 - threshold)))  # the sigmoid only where it matters
    scores = np.reciprocal(1 + np.exp(-logits[seen]))
    points = offsets[seen].reshape(-1, 8, 2)
    half = points[:, 1] / 2
    points[:, 1] = points[:, 0]
    points += anchors[seen, np.newaxis] * np.float32(size)
    points[:, 0] -= half
    points[:, 1] += half
    return scores, points


def merge(scores: Floats, points: Floats) -> tuple[Floats, Floats]:
    """One face from each heap of candidates: weighted non-maximum suppression.

    The best candidate gathers all that overlap it; the face is their mean weighted by score, which is steadier
    than the best one alone. Then the next best of the rest, until none is left.

    Args:
        scores: float32 [n].
        points: float32 [n, 8, 2], of read_candidates, in any unit.

    Returns:
        Of each face the score of its best candidate, float32 [m], and the points, float32 [m, 8, 2]; best first.
    """
    order = np.argsort(-scores)
    scores, points = scores[order], points[order]
    best, mean = [], []
    while len(scores):
        same = iou_with(points[0, :2], points[:, :2]) > SAME_FACE_IOU
        same[0] = True  # even if its box has no area
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
