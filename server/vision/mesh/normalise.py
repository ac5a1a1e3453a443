"""Removes place, size and tilt from the points of a face (pure), so that they can be compared."""

import numpy as np

from server.vision.arrays import Floats
from server.vision.types import Mesh

# Corners of the eye at the left of an upright face in the frame, and of the one at its right.
LEFT_EYE, RIGHT_EYE = (33, 133), (362, 263)


def normalised(mesh: Mesh, shape: tuple[int, ...]) -> Floats:
    """The points with the eyes level, their midpoint at the origin, and a distance of 1 between them.

    Args:
        mesh: of a face.
        shape: height and width of its frame in pixels, since fractions of both have different units.

    Returns:
        float32 [468, 2], x to the right and y down.
    """
    height, width = shape[:2]
    pixels = mesh.points[:, :2] * np.array((width, height), np.float32)
    z = pixels @ _COMPLEX
    left, right = z[list(LEFT_EYE)].mean(), z[list(RIGHT_EYE)].mean()
    upright = (z - (left + right) / 2) / (right - left if abs(right - left) > 1e-6 else 1)
    return np.stack((upright.real, upright.imag), axis=1).astype(np.float32, copy=False)


_COMPLEX = np.array([1, 1j], np.complex64)
