"""Expressions relative to somebody's resting face (pure): a cure for "it always says I look sad".

Some faces at rest read as sad or angry. Who shows theirs for a few seconds has its mean scores, r, taken for neutral:

    corrected_i = p_i * factor_i / sum,    factor_i = min(1, level * r_neutral / r_i),    factor_neutral = 1

so in log space each rival of neutral is shifted down by as much as the face at rest has of it beyond a common level,
and nothing else is touched. The level is the highest at which the face at rest, corrected, is neutral by far: no
rival has more than RIVAL times as much, and neutral has SHARE of the whole. That takes from the strongest rivals only,
and not more than is needed: a clear expression, whose lead over neutral is greater than that of the face at rest, is
still read, and somebody whose face at rest is neutral anyway is read as before.

Chosen on FER2013's PublicTest, measured on its PrivateTest: `python -m lab.bench.resting`;
figures in docs/performance.md. On
PublicTest a fixed margin below neutral for each rival had to be 1.1 in log space to cure as many resting faces (97 %),
and then left 80 % of the clear sad faces as they were; this leaves 85 %.
"""

from collections.abc import Sequence

# Of the corrected resting face, what is neutral at least. It must stay above the floor (0.4 unless configured) while a
# webcam's noise moves it about: at 0.5 four times as many faces end as unsure. Each 0.03 more loses a clear sad face
# in a hundred.
SHARE = 0.55
# What a rival may have of it at most, as a multiple of neutral. Without a limit (1) eight of 148 faces keep their old
# label instead of one; at 0.4 three or four clear sad faces more in a hundred are lost.
RIVAL = 0.6
# Smaller probabilities count as this much: the int8 model answers in steps of 1/256, so less than that is not known. It
# bounds the shift, so that no label ever goes for good: 0.004 instead of 0 for neutral is not infinitely more sad.
LEAST = 1 / 256


def relative_to(resting: Sequence[float], scores: Sequence[float], neutral: int) -> tuple[float, ...]:
    """The scores of one frame read relative to a resting face.

    Args:
        resting: probabilities of the face at rest, one per label.
        scores: probabilities of the frame, one per label.
        neutral: index of the label that the face at rest should have.

    Returns:
        Probabilities, one per label; the scores themselves when the face at rest is neutral enough.
    """
    rest = [max(share, LEAST) for share in resting]
    level = _level(sorted(share / rest[neutral] for index, share in enumerate(rest) if index != neutral))
    most = level * rest[neutral]  # what a rival may have at rest
    factors = [1.0 if index == neutral or share <= most else most / share for index, share in enumerate(rest)]
    if min(factors) == 1.0:
        return tuple(scores)
    weights = [max(share, LEAST) * factor for share, factor in zip(scores, factors, strict=True)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _level(rivals: Sequence[float]) -> float:
    """The level to which rivals are cut down, so that they sum to what SHARE leaves and none is above RIVAL.

    Args:
        rivals: of neutral, as multiples of it, smallest first.
    """
    left = 1 / SHARE - 1
    for index, rival in enumerate(rivals):
        level = left / (len(rivals) - index)
        if rival > level:
            return min(RIVAL, level)
        left -= rival
    return RIVAL
