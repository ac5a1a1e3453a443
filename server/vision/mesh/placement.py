"""Keeps the place of the network's input while a face hardly moves (pure).

A detection varies by a few percent from frame to frame, and the points vary with the place of the input. Two thirds of
the noise in the shape of a still face come from there.
"""

import math

from server.vision.types import Detection, Point

# Largest differences up to which the place is kept: of the centre, in widths of the box; of the size, as a share; of
# the tilt, in radians. They are above the detector's noise, and well within what the network was trained for.
MAX_SHIFT, MAX_SCALE, MAX_TILT = 0.08, 0.12, 0.1


def placement(before: Detection | None, now: Detection, shape: tuple[int, ...]) -> Detection:
    """The detection by which to place the input: that of an earlier frame if the face has hardly moved since.

    Args:
        before: by which it was placed last; None for a new face.
        now: in this frame.
        shape: height and width of the frame in pixels.
    """
    return before if before is not None and _is_near(before, now, shape) else now


def _is_near(a: Detection, b: Detection, shape: tuple[int, ...]) -> bool:
    height, width = shape[:2]
    size_a, size_b = (max(box.box[2] * width, box.box[3] * height, 1e-6) for box in (a, b))
    shift_x = (a.box[0] + a.box[2] / 2 - b.box[0] - b.box[2] / 2) * width
    shift_y = (a.box[1] + a.box[3] / 2 - b.box[1] - b.box[3] / 2) * height
    tilt = abs(_tilt(a.landmarks, width, height) - _tilt(b.landmarks, width, height))
    return (
        math.hypot(shift_x, shift_y) <= MAX_SHIFT * size_a
        and abs(size_a - size_b) <= MAX_SCALE * size_a
        and min(tilt, 2 * math.pi - tilt) <= MAX_TILT
    )


def _tilt(landmarks: tuple[Point, ...] | None, width: int, height: int) -> float:
    """The angle of the line through the eyes."""
    if landmarks is None:
        return 0.0
    (left_x, left_y), (right_x, right_y) = landmarks[:2]
    return math.atan2((right_y - left_y) * height, (right_x - left_x) * width)
