"""Outlines of a rig as SVG path data and elements."""

import numpy as np
from numpy.typing import NDArray

from server.packs.rig.outline import Points

# A control point this near its straight line, in units, does not bend it.
_STRAIGHT = 0.02


def path_data(points: NDArray[np.float64], closed: bool) -> str:
    """Path data of points float [3 n + 1, 2]."""
    numbers = " ".join(_text(number) for number in points[1:].ravel())
    return f"M{_text(points[0, 0])} {_text(points[0, 1])}C{numbers}{'Z' if closed else ''}"


def still_path_data(points: Points, closed: bool) -> str:
    """Short path data, to a tenth of a unit: lines as lines, and without those that lead nowhere."""
    parts = [f"M{_short(points[0])} {_short(points[1])}"]
    last = len(points) - 8
    for start in range(0, len(points) - 2, 6):
        curve = points[start : start + 8]
        if not _is_straight(curve):
            parts.append("C" + " ".join(_short(number) for number in curve[2:]))
        elif curve[:2] != curve[6:] and not (closed and start == last):
            parts.append(_line(curve[:2], curve[6:]))
    return "".join(parts) + ("Z" if closed else "")


def ellipse_element(x: float, y: float, rx: float, ry: float) -> str:
    """The beginning of an `ellipse` element."""
    return f'ellipse cx="{_short(x)}" cy="{_short(y)}" rx="{_text(rx)}" ry="{_text(ry)}"'


def area(points: Points) -> float:
    """About the area of an outline: that of the polygon of its points."""
    xs, ys = points[::2], points[1::2]
    return abs(sum(xs[n - 1] * ys[n] - xs[n] * ys[n - 1] for n in range(len(xs)))) / 2


def _is_straight(curve: Points) -> bool:
    x, y = curve[:2]
    ex, ey = curve[6] - x, curve[7] - y
    return all(
        abs(curve[2 * n] - x - n * ex / 3) < _STRAIGHT and abs(curve[2 * n + 1] - y - n * ey / 3) < _STRAIGHT
        for n in (1, 2)
    )


def _line(start: Points, end: Points) -> str:
    if start[1] == end[1]:
        return f"H{_short(end[0])}"
    return f"V{_short(end[1])}" if start[0] == end[0] else f"L{_short(end[0])} {_short(end[1])}"


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
