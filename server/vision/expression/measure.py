"""Measures an example: of one face in one frame, and of a whole hold."""

from server.vision.arrays import Floats
from server.vision.expression.example import Example, pack
from server.vision.expression.hold import Hold
from server.vision.expression.teaching import Taught, median_example
from server.vision.mesh.normalise import normalised
from server.vision.quality import is_readable
from server.vision.types import Face, HoldResult, Mesh

# Score of the points (`Mesh.score`) under which they do not lie on a face.
MIN_MESH_SCORE = 0.5


def points_of(mesh: Mesh | None, shape: tuple[int, ...]) -> Floats | None:
    """The normalised points, float32 [468, 2], in a frame of this height and width; None unless they lie on a face."""
    return normalised(mesh, shape) if mesh and mesh.score >= MIN_MESH_SCORE else None


def example_of(face: Face, shape: tuple[int, ...]) -> Example | None:
    """What one face looks like; None if it is turned away or too blurred.

    Args:
        face: with `features` and perhaps with `mesh`.
        shape: height and width of its frame in pixels.
    """
    points = points_of(face.mesh, shape)
    if not is_readable(face.quality) or (face.mesh and points is None):
        return None
    return Example(face.features, points)


def hold_result(hold: Hold, taught: Taught | None) -> HoldResult:
    """What became of a hold that has ended, compared with what was taught."""
    if hold.failure:
        return HoldResult(hold.number, None, hold.failure)
    example = median_example(hold.examples)
    closest = taught.closest(example) if taught else None
    return HoldResult(hold.number, pack(example), None, len(hold.examples), closest)
