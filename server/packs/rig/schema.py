"""What a `rig.json` may contain: a drawing with the same shapes in every expression, and what moves them.

Data only: numbers within bounds, names and colours by pattern, no addresses, and no field that is not listed here. The
meaning of every field is in docs/rigs.md. Whether the fields fit together is checked by `compile`.
"""

from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

# A square of 128 units holds the drawing, which may reach beyond it.
SIDE = 128
# The values that may move a shape, and the value of each at rest (server/vision/motion measures them).
MOTION_RESTS = {
    "yaw": 0.0, "pitch": 0.0, "roll": 0.0, "mouth_open": 0.0, "mouth_width": 0.0, "mouth_smile": 0.0,
    "mouth_pucker": 0.0, "eye_left": 1.0, "eye_right": 1.0, "brow_left": 0.0, "brow_right": 0.0, "brow_frown": 0.0,
}  # fmt: skip
# Of a map by expression: the value of all that it does not name.
OTHERS = "*"

MAX_PATH = 2000  # characters
MAX_SHAPES = 120  # of a rig
MAX_EXPRESSIONS = 24

T = TypeVar("T")
_NAME = r"[a-z][a-z0-9-]{0,31}"
Coordinate: TypeAlias = Annotated[float, Field(ge=-256, le=384, allow_inf_nan=False)]
Length: TypeAlias = Annotated[float, Field(ge=-256, le=256, allow_inf_nan=False)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Degrees: TypeAlias = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Factor: TypeAlias = Annotated[float, Field(ge=0, le=4, allow_inf_nan=False)]
Width: TypeAlias = Annotated[float, Field(ge=0, le=64, allow_inf_nan=False)]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{_NAME}$")]
Expression: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^(\*|{_NAME})$")]
# #rrggbb, or the name of a colour of the rig.
Colour: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^(#[0-9a-f]{{6}}|{_NAME})$")]
Hex: TypeAlias = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Point: TypeAlias = tuple[Coordinate, Coordinate]
Vector: TypeAlias = tuple[Length, Length]
# SVG path data with absolute commands, one line or curve after the other.
PathData: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^M[-0-9MLHVCQZ ,.]*$", max_length=MAX_PATH, strip_whitespace=True)
]
# Path data, or the middle and the two radii of an ellipse.
Outline: TypeAlias = PathData | tuple[Coordinate, Coordinate, Length, Length]
ByExpression: TypeAlias = T | Annotated[dict[Expression, T], Field(max_length=MAX_EXPRESSIONS + 1)]
_MOTION = "|".join(MOTION_RESTS)
MotionName: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^-?({_MOTION})$")]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class Gradient(_Fields):
    """A change of colour along a line or from a point outwards."""

    linear: ByExpression[tuple[Coordinate, Coordinate, Coordinate, Coordinate]] | None = None
    radial: ByExpression[tuple[Coordinate, Coordinate, Length]] | None = None
    stops: Annotated[tuple[tuple[Share, Colour], ...], Field(min_length=2, max_length=6)]


Paint: TypeAlias = Colour | Gradient


class Move(_Fields):
    """Where a shape goes while a motion value is 1 (an eye: while it is closed)."""

    to: ByExpression[Outline] | None = None
    shift: ByExpression[Vector] | None = None
    scale: ByExpression[tuple[Factor, Factor]] | None = None
    turn: ByExpression[Degrees] | None = None
    bend: ByExpression[tuple[Length, Annotated[float, Field(ge=1, le=128)]]] | None = None
    around: ByExpression[Point] | None = None
    opacity: ByExpression[Share] | None = None
    width: ByExpression[Width] | None = None


Moves: TypeAlias = Annotated[dict[MotionName, Move], Field(max_length=2 * len(MOTION_RESTS))]


class Shape(_Fields):
    """One outline with its paint."""

    id: Name | None = None
    like: Name | None = None
    mirror: bool = False
    path: ByExpression[Outline] | None = None
    fill: Paint | None = None
    stroke: Paint | None = None
    width: ByExpression[Width] | None = None
    dash: tuple[Width, Width, Length] | None = None
    opacity: ByExpression[Share] | None = None
    clip: Name | None = None
    moves: Moves = Field(default_factory=dict)


class Pose(_Fields):
    """How a layer lies in an expression."""

    shift: Vector = (0, 0)
    scale: Factor = 1
    turn: Degrees = 0
    around: Point = (SIDE / 2, SIDE / 2)


class Layer(_Fields):
    """Shapes that turn with the head together."""

    name: Name
    depth: Annotated[float, Field(ge=-2, le=2, allow_inf_nan=False)] = 0
    round: bool = False
    opacity: ByExpression[Share] = 1
    pose: Annotated[dict[Expression, Pose], Field(max_length=MAX_EXPRESSIONS + 1)] = Field(default_factory=dict)
    clip: Name | None = None
    moves: Moves = Field(default_factory=dict)
    shapes: Annotated[tuple[Shape, ...], Field(min_length=1, max_length=MAX_SHAPES)]


class RigFile(_Fields):
    """A whole `rig.json`."""

    format: Literal[1]
    expressions: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MAX_EXPRESSIONS)]
    ball: tuple[Coordinate, Coordinate, Annotated[float, Field(ge=8, le=256)], Annotated[float, Field(ge=8, le=256)]]
    turn: tuple[Degrees, Degrees] = (24, 18)
    roll: Degrees = 45
    pivot: Point = (SIDE / 2, SIDE / 2)
    colours: Annotated[dict[Name, ByExpression[Hex]], Field(max_length=64)] = Field(default_factory=dict)
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=40)]


def read_fields(content: Any) -> RigFile:
    """Check parsed JSON.

    Raises:
        ValueError: what is wrong, and where; one line.
    """
    try:
        return RigFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if _is_of_file(part)) or "the file"
        text = f"{place[:100]}: {first['msg'][:200]}"
        # A key of the file may be anything; the message becomes a line of the log.
        raise ValueError("".join(each if each.isprintable() else "?" for each in text)) from None


def _is_of_file(part: int | str) -> bool:
    """Whether a part of pydantic's place is a key of the file, not one of the types that a field may have."""
    return isinstance(part, int) or not (part == "Gradient" or part.startswith("constrained-") or "[" in part)
