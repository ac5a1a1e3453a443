"""What BlazeFace's output means (pure): anchors, candidates, and one face out of many candidates.

Source: Bazarevsky et al. 2019, "BlazeFace", arXiv 1907.05047. The network looks at a square picture and answers
for each of 896 fixed places, the anchors: how surely a face is there, and where its box and six landmarks lie
relative to the anchor, in pixels of the network's input.
"""

import numpy as np

from server.vision.types import Floats

INPUT_SIZE = 128
# Cells a side and anchors a cell of the two grids; all anchors of a cell share its centre.
_GRIDS = ((16, 2), (8, 6))
# Candidates overlapping the best one by more than this are the same face.
SAME_FACE_IOU = 0.3


def make_anchors() -> Floats:
    """The centres of all anchors, float32 [896, 2], x and y as fractions of the input, in the output's order."""
    grids = []
    for cells, each in _GRIDS:
        centres = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        grids.append(np.stack([x, y], axis=-1).reshape(-1, 2).repeat(each, axis=0))
    return np.concatenate(grids)


def read_candidates(anchors: Floats, logits: Floats, offsets: Floats, threshold: float) -> tuple[Floats, Floats]:
    """The anchors that see a face.

    Args:
        anchors: float32 [896, 2] of make_anchors.
        logits: float32 [896], before the sigmoid.
        offsets: float32 [896, 16]: centre x, y, width, height, then x, y of six landmarks, in input pixels.
        threshold: the least score, between 0 and 1.

    Returns:
        Scores float32 [n] and points float32 [n, 8, 2]: two corners of the box (top left, bottom right), then
        six landmarks, as fractions of the input. n is 0 to a few dozen.
    """
    seen = np.flatnonzero(logits >= np.log(threshold / (1 - threshold)))  # the sigmoid only where it matters
    scores = np.reciprocal(1 + np.exp(-logits[seen]))
    points = offsets[seen].reshape(-1, 8, 2) / np.float32(INPUT_SIZE)
    half = points[:, 1] / 2
    points[:, 1] = points[:, 0]
    points += anchors[seen, np.newaxis]
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
        same = _iou_with_first(points[:, :2]) > SAME_FACE_IOU
        same[0] = True  # even if its box has no area
        best.append(scores[0])
        mean.append(np.tensordot(scores[same], points[same], axes=1) / scores[same].sum())
        scores, points = scores[~same], points[~same]
    return np.array(best, np.float32), np.array(mean, np.float32).reshape(-1, 8, 2)


def _iou_with_first(boxes: Floats) -> Floats:
    """Intersection over union of each box [n, 2 corners, 2] with the first one, float32 [n]."""
    overlap = np.minimum(boxes[0, 1], boxes[:, 1]) - np.maximum(boxes[0, 0], boxes[:, 0])
    common = overlap.clip(0).prod(axis=1)
    areas = (boxes[:, 1] - boxes[:, 0]).prod(axis=1)
    result: Floats = common / (areas[0] + areas - common).clip(1e-12)
    return result
