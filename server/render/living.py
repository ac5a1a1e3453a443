"""Living emojis for pictures and videos: the rig of a pack, blended by the scores of a face and moved with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from server.packs.rig.drawing import Rig
from server.packs.rig.schema import MOTION_RESTS
from server.render.emojis import Emojis
from server.render.layers import Pixels, render_svg
from server.render.rig import rig_svg
from server.vision.types import Face

# The same figures as on the page (web/static/js/scene/living-look.js). Scores are raised to this power before they
# become parts of a face: at 1, an expression that leads with 50 % would be drawn half, and look like none.
CLARITY = 2
# The shown label is drawn as if its score were this many times as large: emoji and name must not disagree.
LEAD = 1.5


class LivingEmojis(Emojis):
    """An emoji pack that moves with a face; stills for labels that its rig lacks."""

    def __init__(self, files: Mapping[str, Path | bytes], rig: Rig) -> None:
        """Load the images and take the rig. Raises StartError as `Emojis`."""
        super().__init__(files)
        self._rig = rig

    def of_face(self, face: Face, labels: Sequence[str], size: int) -> Pixels:
        """The emoji of a face as a square layer, drawn for this face alone."""
        if face.label not in self._rig.labels:
            return super().of_face(face, labels, size)
        return render_svg(rig_svg(self._rig, weights_of(face, labels), motion_of(face)), size, size)


def weights_of(face: Face, labels: Sequence[str]) -> dict[str, float]:
    """How much of each expression is drawn; a label without a score, such as `unsure`, is alone.

    Args:
        face: with `smoothed` scores.
        labels: in the order of the scores.
    """
    if face.label not in labels:
        return {face.label: 1.0}
    parts = zip(labels, face.smoothed, strict=True)
    return {label: (LEAD if label == face.label else 1) * max(0.0, score) ** CLARITY for label, score in parts}


def motion_of(face: Face) -> dict[str, float]:
    """The motion values of a face; empty where none were measured."""
    return {name: face.outputs[name][0] for name in MOTION_RESTS if face.outputs.get(name)}
