"""The bytes of an example: what a face looks like while it keeps an expression.

Needs no numpy, so that the wire can check them.

An example is little-endian int16 throughout:

    parts                1: features, 2: points, 3: both
    features             manifest.example_features numbers, in steps of 1/FEATURE_STEPS; absent without bit 1
    x, y of each point   POINTS pairs, in steps of 1/POINT_STEPS; absent without bit 2

The points are normalised: the eyes are level, the midpoint between them is the origin and their distance is 1; x grows
to the right and y downwards. They are always the last 4 * POINTS bytes, so they can be drawn without knowing the model.
"""

FEATURES, POINTS_PART = 1, 2  # bits of `parts`
POINTS = 468
# Features lie within -32 to 32, points within 8 distances of the eyes. What lies beyond is clipped.
FEATURE_STEPS = 1024
POINT_STEPS = 4096
_HEAD_BYTES = 2
POINT_BYTES = 4 * POINTS


class ExampleError(ValueError):
    """Bytes that are no example of this model, or a picture that gives none; the message says what to do."""


def example_bytes(features: int, points: bool = True) -> int:
    """The size of an example in bytes; `features` is its model's `example_features`, or 0 without this part."""
    return _HEAD_BYTES + 2 * features + POINT_BYTES * points


def check_example(data: bytes, features: int) -> None:
    """Checks that the bytes are an example of a model with this many `example_features`.

    Raises:
        ExampleError: they are not; the message says what to do.
    """
    parts = int.from_bytes(data[:_HEAD_BYTES], "little")
    if len(data) < _HEAD_BYTES or not 1 <= parts <= FEATURES | POINTS_PART:
        raise ExampleError("The example is damaged: it must begin with its parts, 1 to 3. Teach the expression again.")
    expected = example_bytes(features if parts & FEATURES else 0, bool(parts & POINTS_PART))
    if len(data) != expected:
        raise ExampleError(
            f"The example has {len(data)} bytes, and one of this server's model has {expected}: it is damaged or was "
            "made with another model. Teach the expression again."
        )
