"""The motion values of a face (pure): what they are called, what they mean, and how measures become them."""

from collections.abc import Sequence
from typing import NamedTuple

from server.vision.motion.measured import Measures
from server.vision.motion.rest import Usual

# Full deflection of the head in radians: 45, 30 and 45 degrees.
YAW, PITCH, ROLL = 0.785, 0.524, 0.785
# Full deflection of mouth and brows in distances between the middles of the eyes. Between the neutral and the smiling
# picture of 102 people lie 0.13 of width and 0.04 of corners (medians), with bared teeth twice as much. A gap of 0.4 is
# 25 mm. Five people who posed anger lowered their brows by 0.05 and drew them together by 0.01 to 0.02.
GAP, WIDTH, PUCKER, CORNERS_UP, CORNERS_DOWN, BROWS, FROWN_DISTANCE = 0.4, 0.25, 0.2, 0.08, 0.05, 0.1, 0.04
# Opening of an eye as a share of the one at rest: below the first it is closed, above the second it is open. The iris
# network measures 0.20 to 0.28 in open eyes, hardly anything in closed ones, and a third of it (median) where the lids
# were drawn shut on photographs.
CLOSED, OPEN = 0.4, 0.85


class Motion(NamedTuple):
    """The values. "Left" and "right" are those of the frame as sent.

    Attributes:
        yaw: -1 to 1, the head turned to the left or to the right of the frame; 1 is 45 degrees.
        pitch: -1 to 1, down or up, from how the head is usually held; 1 is 30 degrees.
        roll: -1 to 1, tilted counter-clockwise or clockwise in the frame; 1 is 45 degrees.
        mouth_open: 0 to 1, the gap between the lips.
        mouth_width: -1 to 1, narrower or wider than at rest.
        mouth_smile: -1 to 1, the corners of the mouth down or up.
        mouth_pucker: 0 to 1, the mouth narrowed as for a kiss.
        eye_left: 0 closed to 1 open.
        eye_right: the same.
        brow_left: -1 to 1, lowered or raised.
        brow_right: the same.
        brow_frown: 0 to 1, the brows lowered and drawn together.
    """

    yaw: float
    pitch: float
    roll: float
    mouth_open: float
    mouth_width: float
    mouth_smile: float
    mouth_pucker: float
    eye_left: float
    eye_right: float
    brow_left: float
    brow_right: float
    brow_frown: float


_NOT_NEGATIVE = {"mouth_open", "mouth_pucker", "eye_left", "eye_right", "brow_frown"}
LOWEST = Motion(*(0.0 if name in _NOT_NEGATIVE else -1.0 for name in Motion._fields))


def _in_order(**usual: Usual) -> tuple[Usual, ...]:
    return tuple(usual[name] for name in Measures._fields)


# In the order of Measures: neutral faces of 107 people who look straight ahead, from the 5th to the 95th percentile,
# rounded outwards, and the median.
USUAL = _in_order(
    pitch=Usual(-0.12, 0.13, 0.38),
    gap=Usual(-0.02, 0.03, 0.1),
    width=Usual(0.72, 0.8, 0.88),
    corners=Usual(-0.06, -0.033, 0.0),
    brow_left=Usual(0.22, 0.3, 0.4),
    brow_right=Usual(0.22, 0.3, 0.4),
    brow_distance=Usual(0.4, 0.44, 0.49),
    eye_left=Usual(0.16, 0.25, 0.3),
    eye_right=Usual(0.16, 0.25, 0.3),
)


def values(yaw: float, roll: float, now: Measures, rest: Measures) -> Motion:
    """The motion values of one frame, before they are filtered; not clamped.

    Args:
        yaw: in radians.
        roll: in radians.
        now: of this frame.
        rest: of the face at rest.
    """
    corners = now.corners - rest.corners
    lowered = (rest.brow_left + rest.brow_right - now.brow_left - now.brow_right) / 2
    return Motion(
        yaw=yaw / YAW,
        pitch=(now.pitch - rest.pitch) / PITCH,
        roll=roll / ROLL,
        mouth_open=(now.gap - rest.gap) / GAP,
        mouth_width=(now.width - rest.width) / WIDTH,
        mouth_smile=corners / (CORNERS_UP if corners > 0 else CORNERS_DOWN),
        mouth_pucker=(rest.width - now.width) / PUCKER,
        eye_left=_openness(now.eye_left, rest.eye_left),
        eye_right=_openness(now.eye_right, rest.eye_right),
        brow_left=(now.brow_left - rest.brow_left) / BROWS,
        brow_right=(now.brow_right - rest.brow_right) / BROWS,
        brow_frown=lowered / BROWS + (rest.brow_distance - now.brow_distance) / FROWN_DISTANCE / 2,
    )


def clamped(values: Sequence[float]) -> Motion:
    """The values within their ranges."""
    return Motion(*(min(max(value, low), 1.0) for value, low in zip(values, LOWEST, strict=True)))


def _openness(opening: float, rest: float) -> float:
    return (opening / max(rest, 1e-6) - CLOSED) / (OPEN - CLOSED)
