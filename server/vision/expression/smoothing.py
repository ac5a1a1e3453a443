"""One face's expression over time: steady, yet quick to follow (pure: state in, state out).

The scores of single frames flicker. They are averaged with weights that fade over time, once fast and once slowly. A
clear change of face is shown when the fast average says so; a close call, as most faces are that change their label
all the time, only when the slow one agrees. Chosen on clips of moving faces: `python -m lab.bench.stability`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.vision.types import ExpressionSettings

NOTHING = -1  # shown in place of an index when no expression reaches the floor

# A new label must be wanted for this share of the smoothing time before it is shown, so that one stray frame never
# changes it: at the default 0.3 s two frames more of a camera. With the averaging a real change of face is shown
# after some 0.3 s, about when a person would have noticed it too. No smoothing, no wait.
DWELL_SHARE = 0.2
# The slow average takes this many times as long as the fast one.
SLOW = 10.0
# A change is clear when the new label leads by this many margins in the fast average.
CLEAR = 2.0
# Each change of label raises the lead that the next one needs, and that fades over as many seconds: a face that
# means it gets there a moment later, one on the border between two labels does not. There is a most, or somebody who
# makes faces in front of the camera would not be followed any more.
RESTLESS, MAX_RESTLESS, RESTLESS_S = 0.2, 0.4, 10.0
# The floor gives way by this part of a lead, so that a score beside it does not flicker either.
FLOOR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class SmoothedExpression:
    """What is known of one face's expression.

    Attributes:
        smoothed: the averaged scores, one per label.
        slow: the same over a longer time, all frames alike while the face is new; begins anew when the label changes.
        shown: index of the settled label, or NOTHING.
        wanted: what should be shown if it lasts; the same as `shown` when all is calm.
        since: when `wanted` was first wanted, seconds of the connection's clock.
        began: when the face came.
        at: when this was.
        restless: how many changes there were lately, old ones counting less.
    """

    smoothed: tuple[float, ...]
    slow: tuple[float, ...]
    shown: int
    wanted: int
    since: float
    began: float
    at: float
    restless: float = 0.0

    @staticmethod
    def first(scores: Sequence[float], clock: float, tuning: ExpressionSettings) -> "SmoothedExpression":
        """The mood of a new face: its first scores count whole, so that there is no slow start."""
        best = max(range(len(scores)), key=scores.__getitem__)
        shown = best if scores[best] >= tuning.floor else NOTHING
        return SmoothedExpression(tuple(scores), tuple(scores), shown, shown, clock, clock, clock)

    def step(self, scores: Sequence[float], clock: float, tuning: ExpressionSettings) -> "SmoothedExpression":
        """The mood after one more frame.

        Args:
            scores: of this frame, one per label.
            clock: seconds; later than `at`.
            tuning: time constant, margin and floor in force.
        """
        elapsed, age = clock - self.at, clock - self.began
        smoothed = _average(self.smoothed, scores, elapsed, tuning.smoothing_s)
        slow = _average(self.slow, scores, elapsed, min(tuning.smoothing_s * SLOW, age + elapsed))
        restless = self.restless * math.exp(-elapsed / RESTLESS_S) if tuning.smoothing_s > 0 else 0.0
        wanted = self._wanted(smoothed, slow, min(MAX_RESTLESS, RESTLESS * restless), tuning)
        since = self.since if wanted == self.wanted else clock
        if wanted == self.shown or clock - since < tuning.smoothing_s * DWELL_SHARE:
            return SmoothedExpression(smoothed, slow, self.shown, wanted, since, self.began, clock, restless)
        return SmoothedExpression(smoothed, smoothed, wanted, wanted, since, self.began, clock, restless + 1)

    @property
    def confidence(self) -> float:
        """The smoothed score of the shown label; that of the likeliest one when NOTHING is shown."""
        return max(self.smoothed) if self.shown == NOTHING else self.smoothed[self.shown]

    def _wanted(self, smoothed: Sequence[float], slow: Sequence[float], more: float, tuning: ExpressionSettings) -> int:
        """What should be shown: clearly something else by now, or by the slow average and by this one too."""
        clearly = _choose(smoothed, self.shown, tuning.floor, CLEAR * tuning.margin + more)
        if clearly != self.shown:
            return clearly
        in_time = _choose(slow, self.shown, tuning.floor, tuning.margin + more)
        return in_time if in_time == _choose(smoothed, self.shown, tuning.floor, 0.0) else self.shown


def _average(old: Sequence[float], new: Sequence[float], elapsed: float, time_s: float) -> tuple[float, ...]:
    weight = 1 - math.exp(-elapsed / time_s) if time_s > 0 else 1.0
    return tuple(a + weight * (b - a) for a, b in zip(old, new, strict=True))


def _choose(scores: Sequence[float], shown: int, floor: float, lead: float) -> int:
    """The shown label unless another one leads by `lead`, or it lies clearly below the floor; else the best."""
    best = max(range(len(scores)), key=scores.__getitem__)
    if shown == NOTHING:
        return best if scores[best] >= floor + FLOOR_SHARE * lead else NOTHING
    if scores[shown] >= max(floor - FLOOR_SHARE * lead, scores[best] - lead):
        return shown
    return best if scores[best] >= floor else NOTHING
