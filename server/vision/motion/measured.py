"""What is measured of a face in one frame (pure values)."""

from dataclasses import dataclass
from typing import NamedTuple


class Pose(NamedTuple):
    """How the head is turned, in radians; 0 faces the camera upright (turned by pitch first, then yaw, then roll).

    Attributes:
        yaw: positive when it is turned to the right of the frame.
        pitch: positive when it looks up. Its zero differs from person to person and with the camera's height.
        roll: positive when it is tilted clockwise in the frame.
    """

    yaw: float
    pitch: float
    roll: float


class Shape(NamedTuple):
    """Mouth and brows, in distances between the middles of the eyes.

    Attributes:
        gap: between the inner edges of the lips.
        width: between the corners of the mouth.
        corners: how far the corners of the mouth lie above the middle of the upper lip; an open jaw does not change it.
        brow_left: height of the brow at the left of the frame above its eye.
        brow_right: of the other one.
        brow_distance: between the inner ends of the brows.
    """

    gap: float
    width: float
    corners: float
    brow_left: float
    brow_right: float
    brow_distance: float


@dataclass(frozen=True, slots=True)
class SeenEye:
    """An eye as it was last measured.

    Attributes:
        opening: see `eyes.contour_opening`.
        look: a small picture of it, uint8 [side, side] as bytes.
        at: when, seconds of the connection's clock.
    """

    opening: float
    look: bytes
    at: float


class Seen(NamedTuple):
    """What was measured in one frame.

    Attributes:
        pose: of the head.
        shape: of mouth and brows.
        eyes: the one at the left of the frame and the one at its right; None if they are too small to be measured.
        neutral: how certain it is that the face is at rest, 0 to 1.
    """

    pose: Pose
    shape: Shape
    eyes: tuple[SeenEye, SeenEye] | None
    neutral: float


class Measures(NamedTuple):
    """What is compared with the rest: pitch in radians, mouth and brows as in `Shape`, openings of the eyes."""

    pitch: float
    gap: float
    width: float
    corners: float
    brow_left: float
    brow_right: float
    brow_distance: float
    eye_left: float
    eye_right: float
