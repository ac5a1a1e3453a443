"""What a person's face at rest says about the person's expressions (pure).

Somebody whose resting face is all neutral shows faint expressions, which the network takes for neutral; somebody who
looks sad at rest is not sad. So in log space each rival of neutral is shifted by SHARE of what the resting face has of
it above or below a typical resting face. Where the resting face comes from, a taught example (`teaching`) or the frames
so far (`adapting`), decides in which directions.
"""

import math
from collections.abc import Sequence

# Log of a typical rival's share at rest, as a multiple of neutral's. A rival above it is lowered, one below it raised,
# but never to more than this. With -1.5 a smile in a hundred more of people/london is found, and one in a hundred more
# of other people's neutral faces is misread.
TYPICAL = -1.8
# The whole difference would follow the noise of the network's small scores; with 0.5 fewer smiles of people/london stay
# smiles, with 0.3 fewer of people/five's faint expressions are found.
SHARE = 0.4
# Bounds of the shift. With 2 instead of 3, three points fewer of people/five are read right.
MAX_RAISE, MAX_LOWER = 3.0, 4.0


def shift_by_rest(log_scores: Sequence[float], neutral: int, max_lower: float = MAX_LOWER) -> tuple[float, ...]:
    """The shift of each label's log score.

    Args:
        log_scores: mean natural logarithms of the resting face's scores, one per label.
        neutral: index of the label of the resting face.
        max_lower: bound of the shift down; 0 for shifts up alone.

    Returns:
        One shift per label, 0 for neutral.
    """
    rest = log_scores[neutral] + TYPICAL
    shifts = [min(max(SHARE * (rest - score), -max_lower), MAX_RAISE) for score in log_scores]
    shifts[neutral] = 0.0
    return tuple(shifts)


def shift_scores(scores: Sequence[float], shifts: Sequence[float]) -> tuple[float, ...]:
    """Probabilities with their logarithms shifted."""
    weights = [score * math.exp(shift) for score, shift in zip(scores, shifts, strict=True)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)
