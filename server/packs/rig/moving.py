"""Where the points of an outline go by a motion value or by the pose of a layer: shifted, scaled, turned or bent."""

import math
from functools import lru_cache

from server.packs.rig.outline import Points
from server.packs.rig.schema import Pose

_AS_DRAWN = Pose()


@lru_cache(maxsize=4096)  # most expressions of a shape share their outline
def moved(
    points: Points,
    shift: tuple[float, float] | None = None,
    scale: tuple[float, float] | None = None,
    turn: float | None = None,
    bend: tuple[float, float] | None = None,
    around: tuple[float, float] | None = None,
) -> Points:
    """The points after scaling, turning clockwise by degrees, bending and shifting, in this order.

    A bend of (by, reach) moves points up that lie `reach` units to the left or right of `around`, and the others with
    the square of their distance, so that a line becomes an arc. `around` is the middle of the outline unless given.
    """
    x0, y0 = around or middle(points)
    sx, sy = scale or (1, 1)
    cos, sin = math.cos(math.radians(turn or 0)), math.sin(math.radians(turn or 0))
    dx, dy = shift or (0, 0)
    result: list[float] = []
    for px, py in zip(points[::2], points[1::2], strict=True):
        x, y = sx * (px - x0), sy * (py - y0)
        x, y = cos * x - sin * y, sin * x + cos * y
        if bend:
            y -= bend[0] * (x / bend[1]) ** 2
        result += (x + x0 + dx, y + y0 + dy)
    return tuple(result)


def posed(points: Points, pose: Pose) -> Points:
    """The points in the pose of their layer."""
    if pose == _AS_DRAWN:
        return points
    return moved(points, pose.shift, (pose.scale, pose.scale), pose.turn, None, pose.around)


def middle(points: Points) -> tuple[float, float]:
    """The middle of the box around an outline's points."""
    xs, ys = points[::2], points[1::2]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
