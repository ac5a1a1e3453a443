"""What a person's settings and teaching make of the scores of one frame (pure), before they are smoothed."""

from collections.abc import Sequence

from server.vision.expression.adapting import Rest
from server.vision.expression.calibration import calibrated
from server.vision.expression.example import Example
from server.vision.expression.expressiveness import shifted
from server.vision.expression.teaching import Taught
from server.vision.types import ExpressionSettings


def corrected(
    scores: Sequence[float],
    settings: ExpressionSettings,
    neutral: int | None,
    taught: Taught | None = None,
    face: Example | None = None,
    rest: Rest | None = None,
) -> tuple[float, ...]:
    """The scores, corrected.

    Args:
        scores: the network's probabilities of one frame, one for each label of the model.
        settings: expressiveness and calibration. A taught neutral takes the place of the calibration, and both that of
            what was learned of the resting face.
        neutral: index of the label NEUTRAL; None in a model without it.
        taught: what was taught, or None.
        face: features and points of the face, to be compared with it; None if they were not measured.
        rest: what was learned of the resting face; None if nothing is to be learned.

    Returns:
        Probabilities, one for each label of the model, then one for each own label that was taught.
    """
    result = tuple(scores)
    if neutral is not None:
        result = shifted(result, settings.expressiveness, neutral)
        if taught and taught.has_neutral:
            return taught.fused(result, face)
        if settings.resting is not None:
            # Shifted too, so that the resting face stays neutral at every expressiveness.
            result = calibrated(result, shifted(settings.resting, settings.expressiveness, neutral), neutral)
        elif rest:
            result = rest.adapted(result, neutral)
    return taught.fused(result, face) if taught else result
