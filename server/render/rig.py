"""A rig as SVG text, in any blend of its expressions and with any motion. The page draws the same on a canvas.

web/static/js/scene/rig has the same steps; tests compare the two.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from server.packs.rig.drawing import Blend, DrawnShape, PaintedGradient, Rig
from server.packs.rig.schema import MOTION_RESTS, SIDE
from server.render.colour_blend import blend_colours
from server.render.svg_paths import area, ellipse_element, path_data, still_path_data

Numbers: TypeAlias = NDArray[np.float64]

# Less cannot be seen.
MIN_OPACITY = 0.004
MIN_AREA = 0.1
# Points beyond the edge of the ball have no surface to lie on; they turn as if on its edge.
_EDGE = 1.0


def rig_svg(
    rig: Rig,
    weights: Mapping[str, float],
    motion: Mapping[str, float] | None = None,
    name: str = "rig",
    title: str = "",
) -> str:
    """Draw a rig.

    Args:
        rig: see `server.packs.rig.load_rig`.
        weights: of its expressions; others are ignored; they need not add up to 1.
        motion: motion values by name (`MOTION_RESTS`); those that are missing or not finite are at rest.
        name: begins every id of the SVG.
        title: of the SVG.
    """
    return _Drawing(rig, _shares(rig, weights), _deflections(motion or {}), name).svg(title)


def _shares(rig: Rig, weights: Mapping[str, float]) -> Numbers:
    """The share of each expression; they add up to 1. Without any it is the neutral one, else the first."""
    given = np.array([weights.get(label, 0.0) for label in rig.labels], np.float64)
    given = np.where(np.isfinite(given), np.maximum(given, 0), 0)
    if given.sum() < 1e-6:
        given[rig.labels.index("neutral") if "neutral" in rig.labels else 0] = 1
    return np.asarray(given / given.sum(), np.float64)


def _deflections(motion: Mapping[str, float]) -> dict[str, float]:
    """How far each motion value is from rest, -1 to 1; an eye: how far it is closed."""
    found = {}
    for name, rest in MOTION_RESTS.items():
        value = motion.get(name, rest)
        found[name] = min(1.0, max(-1.0, rest - value if rest else value)) if math.isfinite(value) else 0.0
    return found


class _Drawing:
    def __init__(self, rig: Rig, shares: Numbers, motion: Mapping[str, float], name: str) -> None:
        self._rig, self._shares, self._motion, self._name = rig, shares, motion, name
        self._colours = blend_colours(rig.colours, shares)
        self._definitions: list[str] = []
        self._ids: dict[str, str] = {}
        # A still has the short outlines that its maker wrote.
        is_still = shares.max() == 1 and not any(motion.values())
        self._still = int(shares.argmax()) if is_still else None

    def svg(self, title: str) -> str:
        body = "".join(self._clipped(shapes) for shapes in self._by_clip())
        x, y = self._rig.pivot
        if angle := self._motion["roll"] * self._rig.roll:
            body = f'<g transform="rotate({_text(angle)} {_text(x)} {_text(y)})">{body}</g>'
        defs = f"<defs>{''.join(self._definitions)}</defs>" if self._definitions else ""
        labelled = f' role="img" aria-labelledby="{self._name}-title"' if title else ""
        named = f'<title id="{self._name}-title">{title}</title>' if title else ""
        box = f'viewBox="0 0 {SIDE} {SIDE}"'
        usual = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
        parts = (f'<svg xmlns="http://www.w3.org/2000/svg" {box}{labelled}>', named, defs, f"<g {usual}>{body}\n</g>")
        return "\n".join(part for part in parts if part) + "\n</svg>\n"

    def _by_clip(self) -> Iterator[tuple[int | None, str]]:
        """The drawn shapes, those that follow each other and have the same clip together."""
        drawn = ((shape.clip, self._shape(shape)) for shape in self._rig.shapes)
        for clip, group in groupby((each for each in drawn if each[1]), key=lambda each: each[0]):
            yield clip, "".join(text for _, text in group)

    def _clipped(self, shapes: tuple[int | None, str]) -> str:
        clip, drawn = shapes
        if clip is None:
            return drawn
        if self._is_line(self._rig.shapes[clip]):  # a closed mouth
            return ""
        outline = f"<{self._outline(self._rig.shapes[clip])}/>"
        id = self._define("c", outline, "clipPath")
        return f'\n<g clip-path="url(#{id})">{drawn}</g>'

    def _shape(self, shape: DrawnShape) -> str:
        opacity = self._number(shape, "opacity")
        if opacity < MIN_OPACITY:
            return ""
        see_through = "" if opacity == 1 else f'{_text(opacity, 3)}'
        fill = None if self._is_line(shape) else shape.fill
        paint = "" if fill is None else f' fill="{self._paint(fill)}"'
        # Not the opacity of both together, which a canvas lacks.
        paint += f' fill-opacity="{see_through}"' if see_through and fill is not None else ""
        width = self._number(shape, "width")
        if fill is None and (shape.stroke is None or width <= 0):
            return ""
        if shape.stroke is not None and width > 0:
            paint += f' stroke="{self._paint(shape.stroke)}" stroke-width="{_text(width)}"'
            if shape.dash:
                paint += f' stroke-dasharray="{_text(shape.dash[0])} {_text(shape.dash[1])}"'
                paint += f' stroke-dashoffset="{_text(shape.dash[2])}"'
            paint += f' stroke-opacity="{see_through}"' if see_through else ""
        return f"\n<{self._outline(shape)}{paint}/>"

    def _is_line(self, shape: DrawnShape) -> bool:
        """Whether a still has a line for this shape: it is not drawn there and back, so filling it would show."""
        if self._still is None:
            return False
        points, closed, _ = shape.originals[self._still]
        return shape.closed and (not closed or area(points) < MIN_AREA)

    def _outline(self, shape: DrawnShape) -> str:
        """The beginning of the element that has the outline."""
        if self._still is not None:
            original, closed, ellipse = shape.originals[self._still]
            return ellipse_element(*ellipse) if ellipse else f'path d="{still_path_data(original, closed)}"'
        points = shape_points(self._rig, shape, self._shares, self._motion)
        return f'path d="{path_data(points, shape.closed)}"'

    def _paint(self, paint: int | PaintedGradient) -> str:
        if isinstance(paint, int):
            return self._colours[paint]
        stops = "".join(
            f'<stop offset="{_text(at)}" stop-color="{self._colours[colour]}"/>' for at, colour in paint.stops
        )
        numbers = [_text(number) for number in _blended(paint.geometry, self._shares)]
        kind, names = ("linear", ("x1", "y1", "x2", "y2")) if len(numbers) == 4 else ("radial", ("cx", "cy", "r"))
        where = " ".join(f'{name}="{number}"' for name, number in zip(names, numbers, strict=True))
        id = self._define("g", stops, f"{kind}Gradient", f' gradientUnits="userSpaceOnUse" {where}')
        return f"url(#{id})"

    def _define(self, letter: str, content: str, tag: str, attributes: str = "") -> str:
        """The id of a definition, which is written once."""
        text = f"{attributes}>{content}</{tag}>"
        if text not in self._ids:
            self._ids[text] = f"{self._name}-{letter}{len(self._ids) + 1}"
            self._definitions.append(f'<{tag} id="{self._ids[text]}"{text}')
        return self._ids[text]

    def _number(self, shape: DrawnShape, field: str) -> float:
        """The opacity or the width of a shape."""
        value = float(np.dot(getattr(shape, field), self._shares))
        for move in shape.moves:
            if (added := getattr(move, field)) is not None:
                value += _share(move.side, self._motion[move.by]) * float(np.dot(added, self._shares))
        return min(1.0, max(0.0, value)) if field == "opacity" else max(0.0, value)


def shape_points(rig: Rig, shape: DrawnShape, shares: Numbers, motion: Mapping[str, float]) -> Numbers:
    """The points of a shape, float64 [points, 2].

    Args:
        rig: to which the shape belongs.
        shape: of the rig.
        shares: of the expressions, in the order of the rig's labels.
        motion: how far each motion value is from rest, -1 to 1.
    """
    points = _blended(shape.points, shares)
    for move in shape.moves:
        share = _share(move.side, motion[move.by])
        if move.points and share:
            points = points + share * _blended(move.points, shares)
    return _turned(points.reshape(-1, 2), rig, shape, motion)


def _turned(points: Numbers, rig: Rig, shape: DrawnShape, motion: Mapping[str, float]) -> Numbers:
    """Points of a plane before the ball, or on the ball, after the head has turned."""
    yaw, pitch = (math.radians(motion[name] * by) for name, by in zip(("yaw", "pitch"), rig.turn, strict=True))
    if not (yaw or pitch) or not (shape.depth or shape.round):
        return points
    middle, radii = np.array(rig.ball[:2]), np.array(rig.ball[2:])
    place = (points - middle) / radii
    turn = np.array([math.sin(yaw), -math.sin(pitch)])
    if not shape.round:
        return np.asarray(points + radii * shape.depth * turn, np.float64)
    height = np.sqrt(np.maximum(0, _EDGE - (place**2).sum(axis=1, keepdims=True)))
    shrink = np.array([1 - math.cos(yaw), 1 - math.cos(pitch)])
    return np.asarray(points + radii * ((height + shape.depth) * turn - place * shrink), np.float64)


def _blended(blend: Blend, shares: Numbers) -> Numbers:
    result = np.zeros(len(blend.values[0]))
    for index, share in zip(blend.of, shares, strict=True):
        if index >= 0 and share:
            result += share * np.array(blend.values[index])
    return result


def _share(side: int, deflection: float) -> float:
    """How much of a move is done."""
    return deflection if side == 0 else max(0.0, side * deflection)


def _text(value: float, decimals: int = 2) -> str:
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else str(value)

