"""Outlines as cubic Bezier curves, and how outlines of several expressions get the same number of points.

An outline is a flat tuple x0, y0, x1, y1, ... of a start point and three points for each curve.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

Points: TypeAlias = tuple[float, ...]

# Curves of an outline: a drawing of fifty shapes stays far under a millisecond.
MAX_CURVES = 48
# The distance of the control points of a quarter of an ellipse, in radii: the usual approximation of a circle.
QUARTER = 0.5522847
_COMMAND = re.compile(r"([MLHVCQZ])([^MLHVCQZ]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_NUMBERS_OF = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "Z": 0}


@lru_cache(maxsize=1024)
def parse_path(path: str) -> tuple[Points, bool]:
    """The curves of path data, and whether it ends with Z.

    Raises:
        ValueError: it is no path data, or has more than one part.
    """
    points: list[float] = []
    closed = False
    for command, rest in _COMMAND.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        count = _NUMBERS_OF[command]
        if closed or (command == "M") != (not points):
            raise ValueError("a path begins with M and has one part; draw a second part as a shape of its own")
        if _NUMBER.sub("", rest).strip(" ,") or (not numbers if count else numbers) or (count and len(numbers) % count):
            raise ValueError(f"{command} takes {count} numbers" if count else "Z takes no numbers")
        closed = command == "Z"
        for start in range(0, len(numbers), count or 1):
            _append(points, command if points else "M", numbers[start : start + count])
    if closed and points[:2] != points[-2:]:
        _append(points, "L", points[:2])
    if len(points) < 8:
        raise ValueError("a path has at least one line or curve")
    if any(abs(number) > 512 for number in points):
        raise ValueError("a path stays within 512 units")
    return tuple(points), closed


def ellipse(x: float, y: float, rx: float, ry: float) -> Points:
    """An ellipse from its left end over its upper end."""
    kx, ky = QUARTER * rx, QUARTER * ry
    return (
        x - rx, y, x - rx, y - ky, x - kx, y - ry, x, y - ry, x + kx, y - ry, x + rx, y - ky, x + rx, y,
        x + rx, y + ky, x + kx, y + ry, x, y + ry, x - kx, y + ry, x - rx, y + ky, x - rx, y,
    )  # fmt: skip


def there_and_back(points: Points) -> Points:
    """A line as an outline without area, so that it can become an outline with one."""
    pairs = list(zip(points[::2], points[1::2], strict=True))
    return points + tuple(number for pair in reversed(pairs[:-1]) for number in pair)


def common_curves(outlines: Sequence[Points]) -> int:
    """The number of curves to which all these can be divided evenly.

    Raises:
        ValueError: it is above MAX_CURVES.
    """
    counts = {curves(each) for each in outlines}
    common = math.lcm(*counts)
    if common > MAX_CURVES:
        listed = ", ".join(str(count) for count in sorted(counts))
        raise ValueError(
            f"its outlines have {listed} lines and curves; the least common multiple may be {MAX_CURVES} at most"
        )
    return common


def curves(points: Points) -> int:
    """How many curves an outline has."""
    return (len(points) // 2 - 1) // 3


@lru_cache(maxsize=1024)
def divided(points: Points, count: int) -> Points:
    """The same outline with `count` curves, a multiple of its own number."""
    parts = count // curves(points)
    result = list(points[:2])
    for start in range(0, len(points) - 2, 6):
        result += _divided_curve(points[start : start + 8], parts)
    return tuple(result)


def _divided_curve(curve: Points, parts: int) -> list[float]:
    """The points of a curve in equal parts, without its first one (de Casteljau's algorithm)."""
    points = [complex(x, y) for x, y in zip(curve[::2], curve[1::2], strict=True)]
    result: list[float] = []
    for left in range(parts, 0, -1):
        a, b, c, d = points
        t = 1 / left
        ab, bc, cd = a + (b - a) * t, b + (c - b) * t, c + (d - c) * t
        abc, bcd = ab + (bc - ab) * t, bc + (cd - bc) * t
        middle = abc + (bcd - abc) * t
        for point in (ab, abc, middle):
            result += (point.real, point.imag)
        points = [middle, bcd, cd, d]
    return result


def _append(points: list[float], command: str, numbers: Sequence[float]) -> None:
    if command == "M":
        points += numbers
        return
    x, y = points[-2:]
    if command == "C":
        points += numbers
    elif command == "Q":  # the same curve as a cubic one
        cx, cy, ex, ey = numbers
        points += (x + 2 / 3 * (cx - x), y + 2 / 3 * (cy - y), ex + 2 / 3 * (cx - ex), ey + 2 / 3 * (cy - ey), ex, ey)
    else:
        ex = numbers[0] if command in "LH" else x
        ey = numbers[-1] if command in "LV" else y
        points += (x + (ex - x) / 3, y + (ey - y) / 3, x + 2 * (ex - x) / 3, y + 2 * (ey - y) / 3, ex, ey)
