"""`like` and `mirror`: a shape that takes the fields of another one."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.packs.rig.outline import parse_path
from server.packs.rig.schema import OTHERS, SIDE, Gradient, Layer, Move, Shape

_SIDES = {"eye_left": "eye_right", "eye_right": "eye_left", "brow_left": "brow_right", "brow_right": "brow_left"}
# A shape that is like one that is like another ... and so on.
_MAX_STEPS = 8


class Shapes:
    """The shapes of a rig by id."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        """Take the shapes of all layers. Raises ValueError if two have the same id."""
        self._by_id: dict[str, Shape] = {}
        for shape in (shape for layer in layers for shape in layer.shapes if shape.id):
            if shape.id in self._by_id:
                raise ValueError(f"shape {shape.id}: another shape has the same id")
            self._by_id[str(shape.id)] = shape

    def resolved(self, shape: Shape, steps: int = 0) -> Shape:
        """The shape with all fields that it takes from others."""
        if shape.like is None:
            if shape.mirror:
                raise ValueError("mirror needs like: the shape whose mirror image it is")
            return shape
        if shape.like not in self._by_id:
            raise ValueError(f"there is no shape {shape.like}")
        if steps == _MAX_STEPS:
            raise ValueError("it is like itself, or over too many others")
        source = self.resolved(self._by_id[shape.like], steps + 1)
        fields = _fields(source)
        own = _fields(shape)
        if shape.mirror:
            fields = _mirrored(fields)
            own |= {"path": _mirrored_ellipses(own["path"])} if "path" in own else {}
        merged = {**fields, **{name: _merged(fields.get(name), value) for name, value in own.items()}}
        return Shape.model_construct(**{**_DEFAULTS, **merged, "id": shape.id, "like": None, "mirror": False})


_DEFAULTS = {name: field.get_default(call_default_factory=True) for name, field in Shape.model_fields.items()}


def _fields(shape: Shape) -> dict[str, Any]:
    """The fields that are set, without those that only say which shape it is."""
    names = ("path", "fill", "stroke", "width", "dash", "opacity", "clip")
    given = {name: value for name in names if (value := getattr(shape, name)) is not None}
    return given | ({"moves": shape.moves} if shape.moves else {})


def _merged(source: Any, own: Any) -> Any:
    """A map that names no others adds to the one of the source, and so does a move; everything else replaces it."""
    if isinstance(own, Move) and isinstance(source, Move):
        fields = {name: _merged(getattr(source, name), getattr(own, name)) for name in own.model_fields_set}
        return source.model_copy(update=fields)
    if not isinstance(own, Mapping) or source is None or OTHERS in own:
        return own
    if any(isinstance(value, Move) for value in own.values()):
        return {**source, **{name: _merged(source.get(name), move) for name, move in own.items()}}
    return {**(source if isinstance(source, Mapping) else {OTHERS: source}), **own}


def _mirrored(fields: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(fields)
    result["path"] = _each(fields.get("path"), _outline)
    for name in ("fill", "stroke"):
        if isinstance(paint := fields.get(name), Gradient):
            linear, radial = _each(paint.linear, _line), _each(paint.radial, _circle)
            result[name] = Gradient.model_construct(linear=linear, radial=radial, stops=paint.stops)
    moves = fields.get("moves", {})
    result["moves"] = {_other_side(name): _move(move) for name, move in moves.items()}
    return result


def _move(move: Move) -> Move:
    return move.model_copy(
        update={
            "to": _each(move.to, _outline),
            "shift": _each(move.shift, lambda shift: (-shift[0], shift[1])),
            "turn": _each(move.turn, lambda degrees: -degrees),
            "around": _each(move.around, lambda point: (SIDE - point[0], point[1])),
        }
    )


def _other_side(name: str) -> str:
    sign, value = ("-", name[1:]) if name.startswith("-") else ("", name)
    return sign + _SIDES.get(value, value)


def _outline(outline: Any) -> Any:
    if not isinstance(outline, str):
        x, y, rx, ry = outline
        return (SIDE - x, y, -rx, ry)  # begins at the other end, as the mirrored path does
    points, closed = parse_path(outline)
    numbers = [f"{SIDE - number if index % 2 == 0 else number:.6f}" for index, number in enumerate(points)]
    return f"M{numbers[0]} {numbers[1]}C{' '.join(numbers[2:])}{'Z' if closed else ''}"


def _mirrored_ellipses(path: Any) -> Any:
    """Ellipses that a mirrored shape has of its own begin where its others do."""
    return _each(path, lambda each: each if isinstance(each, str) else (each[0], each[1], -each[2], each[3]))


def _line(line: Any) -> Any:
    return (SIDE - line[0], line[1], SIDE - line[2], line[3])


def _circle(circle: Any) -> Any:
    return (SIDE - circle[0], *circle[1:])


def _each(value: Any, change: Any) -> Any:
    if value is None:
        return None
    return {label: change(each) for label, each in value.items()} if isinstance(value, Mapping) else change(value)
