"""Shifts how easily neutral gives way to the other expressions (pure).

The model's operating point suits most people. Somebody whose expressions are faint wants more of them named; somebody
who works at a calm face wants fewer. The score of neutral is multiplied by exp(-MAX_SHIFT x expressiveness), and all
are normalised again: a shift of its logit, which leaves the order of the other labels as it is.
"""

import math
from collections.abc import Sequence

# Shift in log space at the ends, -1 and 1. Beyond, calm faces are called expressive: with neutral lowered by 2, a
# quarter of the neutral portraits of people/london. What the ends cost is measured in model/README.md.
MAX_SHIFT = 1.0


def shifted(scores: Sequence[float], expressiveness: float, neutral: int) -> tuple[float, ...]:
    """The scores with neutral shifted.

    Args:
        scores: probabilities, one per label.
        expressiveness: -1 (neutral holds) to 1 (neutral gives way); at 0 the scores stay as they are.
        neutral: index of the label.

    Returns:
        Probabilities, one per label.
    """
    if expressiveness == 0:
        return tuple(scores)
    factor = math.exp(-MAX_SHIFT * expressiveness)
    weights = [score * factor if index == neutral else score for index, score in enumerate(scores)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)
