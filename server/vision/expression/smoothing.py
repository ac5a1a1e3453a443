"""Smooths one face's expression over time: steady, yet quick to follow (pure: state in, state out).

The scores of single frames flicker. They are averaged with exponentially decaying weights, with a short and with a long
time constant. A clear change of expression is shown as soon as the fast average says so; a close one, as in most faces
whose label flickers, only when the slow average agrees. Nothing else delays a change: neither how many there were
before, nor a number of frames. Measured on clips of moving and of changing faces: `python -m lab.bench.stability`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.vision.types import ExpressionSettings

NO_LABEL = -1  # stands for the index of a label when no expression reaches the floor

# A label that leads the shown one by this much in the fast average replaces it at once, so the shown label never trails
# by more. (A larger margin takes its place.) From a score of 0.9 to another of 0.9 that takes one time constant: one
# stray frame is not enough, but the first clear frame after a gap is. With less, more faces flicker that are close
# between two labels.
CLEAR_LEAD = 0.25
# Time constant of the slow average in multiples of that of the fast one.
SLOW_FACTOR = 10.0
# The floor has a hysteresis of this share of the lead, so that a score near the floor does not flicker either.
FLOOR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class SmoothedExpression:
    """The smoothed expression of one face.

    Attributes:
        smoothed: the fast average of the scores, one per label.
        slow: the slow average; a plain mean while the face is new; restarts when the label changes.
        shown: index of the smoothed label, or NO_LABEL.
        started_at: when the face appeared, seconds of the connection's clock.
        updated_at: the time of this value.
    """

    smoothed: tuple[float, ...]
    slow: tuple[float, ...]
    shown: int
    started_at: float
    updated_at: float

    @staticmethod
    def first(scores: Sequence[float], clock: float, settings: ExpressionSettings) -> "SmoothedExpression":
        """The expression of a new face: the averages start at its first scores."""
        best = max(range(len(scores)), key=scores.__getitem__)
        shown = best if scores[best] >= settings.floor else NO_LABEL
        return SmoothedExpression(tuple(scores), tuple(scores), shown, clock, clock)

    def step(self, scores: Sequence[float], clock: float, settings: ExpressionSettings) -> "SmoothedExpression":
        """The expression after one more frame.

        Args:
            scores: of this frame, one per label.
            clock: seconds; later than `updated_at`.
            settings: time constant, margin and floor in force.
        """
        elapsed, age = clock - self.updated_at, clock - self.started_at
        smoothed = _average(self.smoothed, scores, elapsed, settings.smoothing_s)
        slow = _average(self.slow, scores, elapsed, min(settings.smoothing_s * SLOW_FACTOR, age + elapsed))
        shown = self._choose(smoothed, slow, settings)
        return SmoothedExpression(smoothed, slow if shown == self.shown else smoothed, shown, self.started_at, clock)

    @property
    def confidence(self) -> float:
        """The smoothed score of the shown label; that of the likeliest one when there is none."""
        return max(self.smoothed) if self.shown == NO_LABEL else self.smoothed[self.shown]

    def _choose(self, smoothed: Sequence[float], slow: Sequence[float], settings: ExpressionSettings) -> int:
        """A label that leads clearly in the fast average, or one that leads in both averages."""
        clear = _leading(smoothed, self.shown, settings.floor, max(CLEAR_LEAD, settings.margin))
        if clear != self.shown:
            return clear
        close = _leading(slow, self.shown, settings.floor, settings.margin)
        return close if close == _leading(smoothed, self.shown, settings.floor, 0.0) else self.shown


def _average(old: Sequence[float], new: Sequence[float], elapsed: float, time_s: float) -> tuple[float, ...]:
    weight = 1 - math.exp(-elapsed / time_s) if time_s > 0 else 1.0
    return tuple(a + weight * (b - a) for a, b in zip(old, new, strict=True))


def _leading(scores: Sequence[float], shown: int, floor: float, lead: float) -> int:
    """The best label if it leads the shown one by `lead`, or if the shown one is clearly below the floor."""
    best = max(range(len(scores)), key=scores.__getitem__)
    if shown == NO_LABEL:
        return best if scores[best] >= floor + FLOOR_SHARE * lead else NO_LABEL
    if scores[shown] >= max(floor - FLOOR_SHARE * lead, scores[best] - lead):
        return shown
    return best if scores[best] >= floor else NO_LABEL
