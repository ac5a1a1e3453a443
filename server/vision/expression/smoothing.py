"""Smooths one face's expression over time: steady, yet quick to follow (pure: state in, state out).

The scores of single frames flicker. They are averaged with exponentially decaying weights, with a short and with a long
time constant. A clear change of expression is shown when the fast average says so; a close one, as in most faces whose
label flickers, only when the slow average agrees. Chosen on clips of moving faces: `python -m lab.bench.stability`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.vision.types import ExpressionSettings

NO_LABEL = -1  # stands for the index of a label when no expression reaches the floor

# A new label must lead for this share of the smoothing time before it is shown (dwell time), so that one stray frame
# never changes it: at the default 0.3 s, two more frames of a camera. With the averaging a real change of expression is
# shown after some 0.3 s, about when a person would notice it too. Without smoothing there is no dwell time.
DWELL_SHARE = 0.2
# Time constant of the slow average in multiples of that of the fast one.
SLOW_FACTOR = 10.0
# A change is clear when the new label leads by this many margins in the fast average.
CLEAR_MARGINS = 2.0
# Each change of label raises the lead that the next change needs by CHANGE_PENALTY; that decays with a time constant of
# PENALTY_S. It delays a real change by a moment and suppresses flicker between two labels. Without the maximum, a
# person who makes faces in front of the camera would no longer be followed.
CHANGE_PENALTY, MAX_CHANGE_PENALTY, PENALTY_S = 0.2, 0.4, 10.0
# The floor has a hysteresis of this share of the lead, so that a score near the floor does not flicker either.
FLOOR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class SmoothedExpression:
    """The smoothed expression of one face.

    Attributes:
        smoothed: the fast average of the scores, one per label.
        slow: the slow average; a plain mean while the face is new; restarts when the label changes.
        shown: index of the smoothed label, or NO_LABEL.
        candidate: index of the label that will be shown after the dwell time; the same as `shown` when nothing changes.
        candidate_since: when it became the candidate, seconds of the connection's clock.
        started_at: when the face appeared.
        updated_at: the time of this value.
        recent_changes: how many changes of label there were, old ones counting less.
    """

    smoothed: tuple[float, ...]
    slow: tuple[float, ...]
    shown: int
    candidate: int
    candidate_since: float
    started_at: float
    updated_at: float
    recent_changes: float = 0.0

    @staticmethod
    def first(scores: Sequence[float], clock: float, settings: ExpressionSettings) -> "SmoothedExpression":
        """The expression of a new face: the averages start at its first scores."""
        best = max(range(len(scores)), key=scores.__getitem__)
        shown = best if scores[best] >= settings.floor else NO_LABEL
        return SmoothedExpression(tuple(scores), tuple(scores), shown, shown, clock, clock, clock)

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
        changes = self.recent_changes * math.exp(-elapsed / PENALTY_S) if settings.smoothing_s > 0 else 0.0
        penalty = min(MAX_CHANGE_PENALTY, CHANGE_PENALTY * changes)
        candidate = self._candidate(smoothed, slow, penalty, settings)
        since = self.candidate_since if candidate == self.candidate else clock
        if candidate == self.shown or clock - since < settings.smoothing_s * DWELL_SHARE:
            return SmoothedExpression(
                smoothed, slow, self.shown, candidate, since, self.started_at, clock, recent_changes=changes
            )
        return SmoothedExpression(
            smoothed, smoothed, candidate, candidate, since, self.started_at, clock, recent_changes=changes + 1
        )

    @property
    def confidence(self) -> float:
        """The smoothed score of the shown label; that of the likeliest one when there is none."""
        return max(self.smoothed) if self.shown == NO_LABEL else self.smoothed[self.shown]

    def _candidate(
        self, smoothed: Sequence[float], slow: Sequence[float], penalty: float, settings: ExpressionSettings
    ) -> int:
        """A label that leads clearly in the fast average, or one that leads in both averages."""
        clear = _choose(smoothed, self.shown, settings.floor, CLEAR_MARGINS * settings.margin + penalty)
        if clear != self.shown:
            return clear
        close = _choose(slow, self.shown, settings.floor, settings.margin + penalty)
        return close if close == _choose(smoothed, self.shown, settings.floor, 0.0) else self.shown


def _average(old: Sequence[float], new: Sequence[float], elapsed: float, time_s: float) -> tuple[float, ...]:
    weight = 1 - math.exp(-elapsed / time_s) if time_s > 0 else 1.0
    return tuple(a + weight * (b - a) for a, b in zip(old, new, strict=True))


def _choose(scores: Sequence[float], shown: int, floor: float, lead: float) -> int:
    """The best label if it leads the shown one by `lead`, or if the shown one is clearly below the floor."""
    best = max(range(len(scores)), key=scores.__getitem__)
    if shown == NO_LABEL:
        return best if scores[best] >= floor + FLOOR_SHARE * lead else NO_LABEL
    if scores[shown] >= max(floor - FLOOR_SHARE * lead, scores[best] - lead):
        return shown
    return best if scores[best] >= floor else NO_LABEL
