"""Measures a face from its points (pure): how the head is turned, and where mouth and brows are.

Mouth and brows are measured after the head's turn has been undone in three dimensions, so that a nod is no smile. The
numbers are as they are; `values` sets them in relation to the face's rest.
"""

import math
from collections.abc import Sequence

import numpy as np

from server.vision.arrays import Floats
from server.vision.mesh.normalise import LEFT_EYE, RIGHT_EYE
from server.vision.motion.measured import Pose, Shape
from server.vision.types import Mesh

# Indices of MediaPipe's canonical face model. "Left" is the left of the frame as sent.
#
# Points at the left and at the right of the face that lie on bone rather than in mouth or brows: corners of the eyes,
# temples, cheekbones, jaw joints. Their differences give the head's own x axis.
_LEFT_SIDE, _RIGHT_SIDE = (33, 133, 127, 234, 93, 116), (263, 362, 356, 454, 323, 345)
# Points of the head's own y axis, from the top of the forehead to the base of the nose: no jaw, which moves.
_TOP, _BOTTOM = (10, 151, 9, 109, 338), (2, 98, 327, 97, 326)
_MOUTH_LEFT, _MOUTH_RIGHT, _UPPER_LIP = (61,), (291,), (13, 0)
_ABOVE_GAP, _BELOW_GAP = (82, 13, 312), (87, 14, 317)  # inner edge of the upper lip and of the lower one
_BROW_LEFT, _BROW_RIGHT = (70, 63, 105, 66, 107, 46, 53, 52, 65, 55), (300, 293, 334, 296, 336, 276, 283, 282, 295, 285)
_INNER_LEFT, _INNER_RIGHT = (107, 55), (336, 285)
# An open jaw draws the corners of the mouth down by a third of the gap (surprised faces of five people).
_CORNERS_WITH_GAP = 1 / 3


def _means(*groups: Sequence[int]) -> Floats:
    """The matrix [groups, 468] that takes the mean of each group of points: one product instead of many small steps."""
    matrix = np.zeros((len(groups), 468), np.float32)
    for row, points in zip(matrix, groups, strict=True):
        row[list(points)] = 1 / len(points)
    return matrix


_MEANS = _means(
    _LEFT_SIDE, _RIGHT_SIDE, _TOP, _BOTTOM, LEFT_EYE, RIGHT_EYE, _ABOVE_GAP, _BELOW_GAP, _UPPER_LIP, _MOUTH_LEFT,
    _MOUTH_RIGHT, _BROW_LEFT, _BROW_RIGHT, _INNER_LEFT, _INNER_RIGHT,
)  # fmt: skip


def measure(mesh: Mesh, shape: tuple[int, ...]) -> tuple[Pose, Shape]:
    """The pose of the head and the shape of the face.

    Args:
        mesh: the points of the face.
        shape: height and width of its frame in pixels.
    """
    height, width = shape[:2]
    # In widths of the frame, as z is.
    means = _MEANS @ mesh.points * np.array((1, height / width, 1), np.float32)
    axes = _axes(means[1] - means[0], means[3] - means[2])
    (x_x, _, _), (x_y, _, _), (x_z, y_z, z_z) = axes.tolist()
    pose = Pose(math.asin(min(max(x_z, -1.0), 1.0)), -math.atan2(y_z, z_z), math.atan2(x_y, x_x))
    return pose, _shape((means[4:] @ axes).tolist())


def _axes(across: Floats, down: Floats) -> Floats:
    """The head's own axes as columns, float32 [3, 3]: to its right in the frame, down, and away from the camera."""
    x = across / max(float(np.linalg.norm(across)), 1e-6)
    y = down - x * (down @ x)
    y /= max(float(np.linalg.norm(y)), 1e-6)
    return np.stack((x, y, np.cross(x, y)), axis=1)


def _shape(points: list[list[float]]) -> Shape:
    """The shape by the means of the points that follow those of the axes in _MEANS, along the head's own axes."""
    left, right, above, below, lip, mouth_left, mouth_right, brow_left, brow_right, inner_left, inner_right = points
    scale = 1 / max(math.dist(left, right), 1e-6)
    gap = below[1] - above[1]
    return Shape(
        gap=scale * gap,
        width=scale * (mouth_right[0] - mouth_left[0]),
        corners=scale * (lip[1] - (mouth_left[1] + mouth_right[1]) / 2 + _CORNERS_WITH_GAP * gap),
        brow_left=scale * (left[1] - brow_left[1]),
        brow_right=scale * (right[1] - brow_right[1]),
        brow_distance=scale * (inner_right[0] - inner_left[0]),
    )
