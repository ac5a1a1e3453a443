"""Measures an example: of one face in one frame, and of a whole hold."""

import numpy as np

from server.vision.expression.example import Example, pack
from server.vision.expression.hold import Hold
from server.vision.mesh.normalise import normalised
from server.vision.quality import is_readable
from server.vision.types import Face, HoldResult

# Score of the points (`Mesh.score`) under which they do not lie on a face.
MIN_MESH_SCORE = 0.5


def example_of(face: Face, shape: tuple[int, ...]) -> Example | None:
    """What one face looks like; None if it is turned away or too blurred.

    Args:
        face: with `features` and perhaps with `mesh`.
        shape: height and width of its frame in pixels.
    """
    mesh = face.mesh
    if not is_readable(face.quality) or (mesh and mesh.score < MIN_MESH_SCORE):
        return None
    return Example(face.features, normalised(mesh, shape) if mesh else None)


def mean_of(examples: tuple[Example, ...]) -> Example:
    """The mean of some examples; a part that some lack is the mean of the others' parts."""
    features = [example.features for example in examples if example.features is not None]
    points = [example.points for example in examples if example.points is not None]
    return Example(
        np.mean(features, axis=0, dtype=np.float32) if features else None,
        np.mean(points, axis=0, dtype=np.float32) if points else None,
    )


def hold_result(hold: Hold) -> HoldResult:
    """What became of a hold that has ended."""
    if hold.failure:
        return HoldResult(hold.number, None, hold.failure)
    return HoldResult(hold.number, pack(mean_of(hold.examples)), None, len(hold.examples))
