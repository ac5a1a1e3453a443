"""A rig ready to be drawn: what the page and the commands use. `compile` makes it from a `rig.json`.

Values that depend on the expression are listed in the order of `labels`; points are flat lists of coordinates. Whoever
draws multiplies by the weights of the expressions and adds: server/render/rig.py and web/static/js/scene/rig.
"""

from dataclasses import dataclass
from typing import Any

from server.packs.rig.outline import Points
from server.packs.rig.schema import SIDE


@dataclass(frozen=True, slots=True)
class Blend:
    """Points that depend on the expression.

    Attributes:
        values: the different ones, all of the same length.
        of: for each label the index of its value; -1 for zeros.
    """

    values: tuple[Points, ...]
    of: tuple[int, ...]

    def json(self) -> Any:
        """As a JSON value."""
        return {"values": self.values, "of": self.of}


@dataclass(frozen=True, slots=True)
class PaintedGradient:
    """A gradient in units: `geometry` is x1, y1, x2, y2 of a linear one, and x, y, radius of a radial one."""

    geometry: Blend
    stops: tuple[tuple[float, int], ...]  # share of the way, index of the colour

    def json(self) -> Any:
        """As a JSON value."""
        return {"geometry": self.geometry.json(), "stops": self.stops}


@dataclass(frozen=True, slots=True)
class ShapeMove:
    """What a motion value adds to a shape.

    Attributes:
        by: name of the value.
        side: 1: where it is above rest, -1: below, 0: both ways, below with the opposite effect.
        points: added to the points at 1.
        opacity: added at 1, by label.
        width: added at 1, by label.
    """

    by: str
    side: int
    points: Blend | None
    opacity: tuple[float, ...] | None
    width: tuple[float, ...] | None

    def json(self) -> Any:
        """As a JSON value, without what is not moved."""
        fields = {"by": self.by, "side": self.side, "opacity": self.opacity, "width": self.width}
        fields["points"] = self.points.json() if self.points else None
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """One shape, in the order of drawing.

    Attributes:
        name: for messages.
        points: start and three points a curve.
        closed: whether the last point is the first one.
        depth: how far its plane lies before the middle of the head, in radii of the ball.
        round: whether it lies on the ball.
        opacity: by label.
        width: of the stroke, by label, units.
        fill: index of a colour, a gradient or None.
        stroke: the same.
        dash: lengths of dash and gap, and where the pattern begins; None: a solid stroke.
        clip: index of the earlier shape outside of which nothing of this one is drawn.
        moves: what motion adds.
        originals: by label the outline before it was divided, for short SVGs: points, whether it is closed, and middle
            and radii of an ellipse.
    """

    name: str
    points: Blend
    closed: bool
    depth: float
    round: bool
    opacity: tuple[float, ...]
    width: tuple[float, ...]
    fill: "int | PaintedGradient | None"
    stroke: "int | PaintedGradient | None"
    dash: tuple[float, float, float] | None
    clip: int | None
    moves: tuple[ShapeMove, ...]
    originals: tuple[tuple[Points, bool, Points | None], ...]

    def json(self) -> Any:
        """As a JSON value, without what has its usual value."""
        fill, stroke = (p.json() if isinstance(p, PaintedGradient) else p for p in (self.fill, self.stroke))
        return {
            "points": self.points.json(), "closed": self.closed, "depth": self.depth, "round": self.round,
            "opacity": self.opacity, "width": self.width, "fill": fill, "stroke": stroke, "dash": self.dash,
            "clip": self.clip, "moves": [move.json() for move in self.moves],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Rig:
    """A rig ready to be drawn.

    Attributes:
        labels: the expressions that it shows.
        ball: the ball on which a face lies: x, y and two radii, units.
        turn: degrees by which the ball turns at yaw 1 and at pitch 1.
        roll: degrees of tilt at roll 1.
        pivot: the point around which it tilts.
        colours: each as #rrggbb by label.
        shapes: in the order of drawing.
    """

    labels: tuple[str, ...]
    ball: tuple[float, float, float, float]
    turn: tuple[float, float]
    roll: float
    pivot: tuple[float, float]
    colours: tuple[tuple[str, ...], ...]
    shapes: tuple[DrawnShape, ...]

    def json(self) -> Any:
        """As a JSON value, for the page."""
        fields = ("labels", "ball", "turn", "roll", "pivot", "colours")
        values = {"format": 1, "side": SIDE, **{name: getattr(self, name) for name in fields}}
        return values | {"shapes": [shape.json() for shape in self.shapes]}
