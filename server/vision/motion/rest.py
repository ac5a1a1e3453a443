"""A face's own rest (pure): how wide its mouth is, how high its brows, how open its eyes, while it does nothing.

People differ by more than they move their brows. The estimate starts at what is usual and is the mean of the first
second soon after. From then on it follows more and more slowly. Like a median it does not care how far away a
measurement is: a grimace of two seconds moves it no further than a slight one. And it stays within what faces at rest
show: a smile that is held for minutes remains a smile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PRIOR_S = 0.03  # seconds of the face itself for which what is usual counts
# Seconds over which it follows once it knows the face well.
FOLLOW_S = 30.0
# A measurement moves the estimate by no more than if it lay this share of the usual range away.
MAX_STEP = 0.15


@dataclass(frozen=True, slots=True)
class Usual:
    """What a measure is in faces at rest: most of them lie from `low` to `high`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of one face.

    Attributes:
        values: the estimates, in the order of the measures.
        seconds: for how long the face was seen at rest.
    """

    values: tuple[float, ...]
    seconds: float = 0.0

    @classmethod
    def unknown(cls, usual: Sequence[Usual]) -> "Rest":
        """What is usual."""
        return cls(tuple(each.middle for each in usual))

    def step(self, measured: Sequence[float], elapsed: float, usual: Sequence[Usual]) -> "Rest":
        """The estimates after one more measurement.

        Args:
            measured: the measures, in the order of `values`.
            elapsed: seconds since the last one, times the certainty (0 to 1) that the face is at rest.
            usual: what each measure may be at rest.
        """
        seconds = self.seconds + elapsed
        known = seconds + PRIOR_S
        gain = elapsed / min(max(known, known**2), FOLLOW_S)
        # While the face is new, far measurements count in full: its rest may be anywhere in the usual range.
        steps = max(MAX_STEP, 1 - seconds)
        each = zip(self.values, measured, usual, strict=True)
        return Rest(tuple(_stepped(value, new, gain, steps, limits) for value, new, limits in each), seconds)


def _stepped(value: float, measured: float, gain: float, steps: float, usual: Usual) -> float:
    most = steps * (usual.high - usual.low)
    moved = value + gain * min(max(measured - value, -most), most)
    return min(max(moved, usual.low), usual.high)
