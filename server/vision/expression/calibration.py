"""Corrects scores by a person's calibration (pure): a cure for "it always says that I look sad".

Some resting faces read as sad or angry. The calibration r is the mean of such a face's scores over a few seconds. It is
to be read as neutral:

    corrected_i = p_i * factor_i / sum,    factor_i = min(1, level * r_neutral / r_i),    factor_neutral = 1

In log space each rival of neutral is shifted down by what the resting face has of it above a common level; nothing else
changes. The level is the highest at which the corrected resting face is clearly neutral: no rival has more than
MAX_RIVAL_RATIO times as much as neutral, and neutral has MIN_NEUTRAL_SHARE of the whole. So only the strongest rivals
lose, and no more than needed: a clear expression, whose lead over neutral is greater than that of the resting face, is
still recognised, and a face that is neutral at rest anyway is read as before.

Chosen on FER2013's PublicTest, measured on its PrivateTest: `python -m lab.bench.calibration`; figures in
docs/performance.md. On PublicTest a fixed margin below neutral for each rival had to be 1.1 in log space to correct as
many resting faces (97 %), and then kept 80 % of the clear sad faces; this keeps 85 %.
"""

from collections.abc import Sequence

# Minimum share of neutral in the corrected calibration. It must stay above the floor (0.4 by default) under the noise
# of a webcam: at 0.5, four times as many faces end as unsure. Each 0.03 more loses one clear sad face in a hundred.
MIN_NEUTRAL_SHARE = 0.55
# Maximum of a rival in the corrected calibration, as a multiple of neutral. Without this limit (1) eight of 148 faces
# keep their old label instead of one; at 0.4 three or four more clear sad faces in a hundred are lost.
MAX_RIVAL_RATIO = 0.6
# Smaller probabilities count as this much. It bounds the shift, so that no label becomes impossible: next to no neutral
# at rest does not mean infinitely more sad. Foreign models may also answer in steps of 1/256.
MIN_PROBABILITY = 1 / 256


def calibrated(scores: Sequence[float], calibration: Sequence[float], neutral: int) -> tuple[float, ...]:
    """The scores of one frame, corrected.

    Args:
        scores: probabilities of the frame, one per label.
        calibration: mean probabilities of the resting face, one per label.
        neutral: index of the label that the resting face should have.

    Returns:
        Probabilities, one per label; the scores themselves when the resting face is neutral enough.
    """
    rest = [max(share, MIN_PROBABILITY) for share in calibration]
    level = _level(sorted(share / rest[neutral] for index, share in enumerate(rest) if index != neutral))
    max_rival = level * rest[neutral]
    factors = [1.0 if index == neutral or share <= max_rival else max_rival / share for index, share in enumerate(rest)]
    if min(factors) == 1.0:
        return tuple(scores)
    weights = [max(share, MIN_PROBABILITY) * factor for share, factor in zip(scores, factors, strict=True)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _level(rivals: Sequence[float]) -> float:
    """The level to which rivals are reduced, so that they add up to what MIN_NEUTRAL_SHARE leaves them.

    Args:
        rivals: as multiples of neutral, smallest first.
    """
    left = 1 / MIN_NEUTRAL_SHARE - 1
    for index, rival in enumerate(rivals):
        level = left / (len(rivals) - index)
        if rival > level:
            return min(MAX_RIVAL_RATIO, level)
        left -= rival
    return MAX_RIVAL_RATIO
