"""An example of an expression as arrays, and as bytes to be kept by whoever taught it.

The bytes are described in example_format.py. What they hold is personal data: with it, a person can be recognised.
"""

from dataclasses import dataclass

import numpy as np

from server.vision.arrays import Floats
from server.vision.expression.example_format import (
    FEATURE_STEPS,
    FEATURES,
    POINT_STEPS,
    POINTS,
    POINTS_PART,
    check_example,
)

_INT16 = np.dtype("<i2")
_LIMIT = 32767


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What a face looks like while it keeps an expression; at least one part is there.

    Attributes:
        features: float32 [manifest.example_features], within -32 to 32 (see example_features); None if not measured.
        points: float32 [468, 2], normalised (see `mesh.normalise`), within -8 to 8; None if they were not measured.
    """

    features: Floats | None
    points: Floats | None

    def __post_init__(self) -> None:
        """Raises ValueError without any part."""
        if self.features is None and self.points is None:
            raise ValueError("an example needs features or points")


def pack(example: Example) -> bytes:
    """An example as bytes, see example_format.py; values outside their range are clipped.

    Raises:
        ValueError: a value is not finite, or the points have another shape.
    """
    parts, values = 0, []
    if example.features is not None:
        parts |= FEATURES
        values.append(_steps(example.features.ravel(), FEATURE_STEPS))
    if example.points is not None:
        if example.points.shape != (POINTS, 2):
            raise ValueError(f"the points are {example.points.shape}; they must be ({POINTS}, 2)")
        parts |= POINTS_PART
        values.append(_steps(example.points.ravel(), POINT_STEPS))
    return np.concatenate([np.array([parts], _INT16), *values]).tobytes()


def unpack(data: bytes, features: int) -> Example:
    """The example in some bytes, of a model with this many `example_features`.

    Raises:
        ExampleError: see check_example.
    """
    check_example(data, features)
    parts, values = data[0], np.frombuffer(data, _INT16, offset=2).astype(np.float32)
    points = values[-2 * POINTS :].reshape(POINTS, 2) / np.float32(POINT_STEPS) if parts & POINTS_PART else None
    return Example(values[:features] / np.float32(FEATURE_STEPS) if parts & FEATURES else None, points)


def _steps(values: Floats, steps: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    if not np.isfinite(values).all():
        raise ValueError("an example's values must be finite numbers")
    return np.clip(np.rint(values * steps), -_LIMIT, _LIMIT).astype(_INT16)
