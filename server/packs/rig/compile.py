"""From the fields of a `rig.json` to a rig that can be drawn: every shape with the same points in every expression."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from server.packs.rig.drawing import Blend, DrawnShape, PaintedGradient, Rig, ShapeMove
from server.packs.rig.moving import moved, posed
from server.packs.rig.outline import Points, common_curves, curves, divided, ellipse, parse_path, there_and_back
from server.packs.rig.schema import (
    OTHERS,
    ByExpression,
    Gradient,
    Layer,
    Move,
    Outline,
    Paint,
    Pose,
    RigFile,
    Shape,
)
from server.packs.rig.sharing import Shapes

# Hundredths of a unit are less than a tenth of a pixel at 512 pixels.
DECIMALS = 2
# Numbers of all shapes in all expressions and moves: a bound for memory and time.
MAX_NUMBERS = 200_000
# Motion values that go below zero.
_SIGNED = {"yaw", "pitch", "roll", "mouth_width", "mouth_smile", "brow_left", "brow_right"}
# A change of fewer units cannot be seen and is left out.
_LEAST = 0.02
# The outlines to which a layer or a shape ("layer", "shape") goes by a motion value, by label.
Targets: TypeAlias = Mapping[tuple[str, str], Sequence[Outline | None]]


def compile_rig(file: RigFile) -> Rig:
    """Compile a rig.

    Raises:
        ValueError: its parts do not fit together; the message names the shape.
    """
    return _Compiler(file).rig()


class _Compiler:
    def __init__(self, file: RigFile) -> None:
        self._file, self._labels = file, file.expressions
        if len(set(self._labels)) < len(self._labels):
            raise ValueError("expressions: each may be named once")
        self._colours: list[tuple[str, ...]] = []
        self._shapes: list[DrawnShape] = []
        self._by_id: dict[str, int] = {}
        self._numbers = 0

    def rig(self) -> Rig:
        shapes = Shapes(self._file.layers)
        for layer in self._file.layers:
            for shape in layer.shapes:
                name = shape.id or f"{len(self._shapes) + 1} of layer {layer.name}"
                try:
                    drawn = self._shape(name, shapes.resolved(shape), layer)
                except ValueError as error:
                    raise ValueError(f"shape {name}: {error}") from None
                if shape.id:
                    self._by_id[shape.id] = len(self._shapes)
                self._shapes.append(drawn)
        file = self._file
        return Rig(
            self._labels, file.ball, file.turn, file.roll, file.pivot, tuple(self._colours), tuple(self._shapes)
        )

    def _shape(self, name: str, shape: Shape, layer: Layer) -> DrawnShape:
        if shape.path is None:
            raise ValueError("it has no path")
        outlines = [_outline(each) for each in self._every(shape.path)]
        targets = {
            (owner, key): self._some(move.to)
            for owner, moves in (("layer", layer.moves), ("shape", shape.moves))
            for key, move in moves.items()
        }
        ends = [_outline(each) for values in targets.values() for each in values if each is not None]
        closed = any(each[1] for each in (*outlines, *ends))
        count = common_curves([_as(each, closed) for each in (*outlines, *ends)])
        bases = [divided(_as(each, closed), count) for each in outlines]
        poses = self._poses(layer.pose)
        opacities = self._every(1.0 if shape.opacity is None else shape.opacity)
        widths = self._every(0.0 if shape.width is None else shape.width)
        return DrawnShape(
            name,
            self._blend([posed(points, pose) for points, pose in zip(bases, poses, strict=True)]),
            closed,
            layer.depth,
            layer.round,
            _rounded(a * b for a, b in zip(opacities, self._every(layer.opacity), strict=True)),
            _rounded(width * pose.scale for width, pose in zip(widths, poses, strict=True)),
            self._paint(shape.fill, poses),
            self._paint(shape.stroke, poses),
            shape.dash,
            self._clip(shape.clip or layer.clip),
            self._moves(shape, layer, bases, targets, poses, closed),
            tuple(_original(each, pose) for each, pose in zip(self._every(shape.path), poses, strict=True)),
        )

    def _moves(
        self, shape: Shape, layer: Layer, bases: Sequence[Points], targets: Targets, poses: Sequence[Pose], closed: bool
    ) -> tuple[ShapeMove, ...]:
        keys = [*dict.fromkeys((*layer.moves, *shape.moves))]
        return tuple(
            move for key in keys if (move := self._move(key, keys, shape, layer, bases, targets, poses, closed))
        )

    def _move(
        self, key: str, keys: Sequence[str], shape: Shape, layer: Layer, bases: Sequence[Points], targets: Targets,
        poses: Sequence[Pose], closed: bool,
    ) -> ShapeMove | None:  # fmt: skip
        """What a layer and a shape do by one motion value."""
        by = key.removeprefix("-")
        if key.startswith("-") and by not in _SIGNED:
            raise ValueError(f"{by} does not go below its value at rest: leave out {key}")
        side = -1 if key.startswith("-") else 0 if by in _SIGNED and f"-{by}" not in keys else 1
        deltas: list[Points] = [(0.0,) * len(base) for base in bases]
        for owner, own in (("layer", layer.moves.get(key)), ("shape", shape.moves.get(key))):
            if own:
                ends = self._ends(own, bases, targets[owner, key], closed)
                deltas = [_added(delta, end, base) for delta, end, base in zip(deltas, ends, bases, strict=True)]
        # Deltas have no place: a pose only turns and scales them.
        deltas = [posed(delta, _without_place(pose)) for delta, pose in zip(deltas, poses, strict=True)]
        own = shape.moves.get(key, Move())
        opacity = self._differences(own.opacity, shape.opacity, 1, self._every(layer.opacity))
        width = self._differences(own.width, shape.width, 0, [pose.scale for pose in poses])
        points = self._blend(deltas, zero=True)
        if not (points.values or opacity or width):
            return None
        return ShapeMove(by, side, points if points.values else None, opacity, width)

    def _ends(
        self, move: Move, bases: Sequence[Points], targets: Sequence[Outline | None], closed: bool
    ) -> Iterator[Points]:
        """Where the points are while the motion value is 1, by label."""
        ways = [self._some(way) for way in (move.shift, move.scale, move.turn, move.bend, move.around)]
        for index, (base, target) in enumerate(zip(bases, targets, strict=True)):
            count = curves(base)
            points = base if target is None else divided(_as(_outline(target), closed), count)
            shift, scale, turn, bend, around = (way[index] for way in ways)
            yield moved(points, shift, scale, turn, bend, around)

    def _differences(
        self, at: ByExpression[float] | None, rest: ByExpression[float] | None, usual: float, factors: Sequence[float]
    ) -> tuple[float, ...] | None:
        """By label what is added at 1, or None for nothing."""
        rests = self._every(usual if rest is None else rest)
        ends = [before if end is None else end for end, before in zip(self._some(at), rests, strict=True)]
        found = _rounded((end - before) * f for end, before, f in zip(ends, rests, factors, strict=True))
        return found if any(found) else None

    def _paint(self, paint: Paint | None, poses: Sequence[Pose]) -> int | PaintedGradient | None:
        if paint is None or paint == "none":
            return None
        if isinstance(paint, str):
            return self._colour(paint)
        if (paint.linear is None) == (paint.radial is None):
            raise ValueError("a gradient is either linear or radial")
        geometry = [
            posed(each[:2], pose) + (posed(each[2:], pose) if len(each) == 4 else (each[2] * pose.scale,))
            for each, pose in zip(self._every(_geometry(paint)), poses, strict=True)
        ]
        blend = self._blend(geometry)
        return PaintedGradient(blend, tuple((at, self._colour(colour)) for at, colour in paint.stops))

    def _colour(self, name: str) -> int:
        if name.startswith("#"):
            colour = (name,) * len(self._labels)
        elif name in self._file.colours:
            colour = tuple(self._every(self._file.colours[name]))
        else:
            raise ValueError(f"there is no colour {name}; add it to colours, or write #rrggbb")
        if colour not in self._colours:
            self._colours.append(colour)
        return self._colours.index(colour)

    def _clip(self, id: str | None) -> int | None:
        if id is None or id == "none":
            return None
        if id not in self._by_id:
            raise ValueError(f"there is no shape {id} before it, to which it could be clipped")
        return self._by_id[id]

    def _poses(self, given: Mapping[str, Pose]) -> list[Pose]:
        return [pose or Pose() for pose in self._some(given)]

    def _every(self, value: Any) -> list[Any]:
        """The value for each expression."""
        values = self._some(value)
        for label, each in zip(self._labels, values, strict=True):
            if each is None:
                raise ValueError(f'it lacks a value for {label}: name it, or give "{OTHERS}" for all others')
        return values

    def _some(self, value: Any) -> list[Any]:
        """The value for each expression, or None."""
        if not isinstance(value, Mapping):
            return [value] * len(self._labels)
        if unknown := set(value) - {*self._labels, OTHERS}:
            raise ValueError(f"there is no expression {min(unknown)} in this rig")
        return [value.get(label, value.get(OTHERS)) for label in self._labels]

    def _blend(self, values: Sequence[Points], zero: bool = False) -> Blend:
        """The different values, rounded; with `zero`, those without a visible change are left out."""
        kept: list[Points] = []
        places: dict[Points, int] = {}
        for each in dict.fromkeys(values):
            if zero and max(each) <= _LEAST and min(each) >= -_LEAST:
                places[each] = -1
                continue
            rounded = _rounded(each)
            if rounded not in kept:
                kept.append(rounded)
                self._numbers += len(rounded)
            places[each] = kept.index(rounded)
        if self._numbers > MAX_NUMBERS:
            raise ValueError(f"the rig has more than {MAX_NUMBERS} numbers: use fewer shapes, or simpler ones")
        return Blend(tuple(kept), tuple(places[each] for each in values))


def _outline(outline: Outline) -> tuple[Points, bool]:
    return parse_path(outline) if isinstance(outline, str) else (ellipse(*outline), True)


@lru_cache(maxsize=1024)
def _original(outline: Outline, pose: Pose) -> tuple[Points, bool, Points | None]:
    points, closed = _outline(outline)
    round_one = None
    if not isinstance(outline, str) and not pose.turn:
        middle = posed(outline[:2], pose)
        round_one = _rounded((*middle, abs(outline[2]) * pose.scale, abs(outline[3]) * pose.scale))
    return _rounded(posed(points, pose)), closed, round_one


def _as(outline: tuple[Points, bool], closed: bool) -> Points:
    """An outline as a closed one, if the others of its shape are closed."""
    points, is_closed = outline
    return there_and_back(points) if closed and not is_closed else points


def _without_place(pose: Pose) -> Pose:
    return Pose(scale=pose.scale, turn=pose.turn, around=(0, 0)) if pose.turn or pose.scale != 1 else Pose()


def _geometry(gradient: Gradient) -> Any:
    return gradient.linear if gradient.radial is None else gradient.radial


def _added(delta: Points, end: Points, base: Points) -> Points:
    if end == base:  # most expressions are not moved
        return delta
    return tuple(d + e - b for d, e, b in zip(delta, end, base, strict=True))


def _rounded(values: Iterable[float]) -> Points:
    return tuple([round(value, DECIMALS) + 0.0 for value in values])
