"""One face's expression over time: steady, yet quick to follow (pure: state in, state out).

The scores of single frames flicker. They are averaged with weights that fade over time, and the shown label
changes only for one that leads clearly and keeps leading.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.vision.types import Tuning

NOTHING = -1  # shown in place of an index when no expression reaches the floor

# A new label must keep its lead for this share of the smoothing time before it is shown, so that one stray frame
# never changes it. At the default 0.3 s that is 0.1 s: three frames of a camera, and with the averaging a real
# change of face is shown after some 0.3 s, about when a person would have noticed it too. No smoothing, no wait.
DWELL_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Mood:
    """What is known of one face's expression.

    Attributes:
        smoothed: the averaged scores, one per label.
        shown: index of the settled label, or NOTHING.
        wanted: what should be shown if it lasts; the same as `shown` when all is calm.
        since: when `wanted` was first wanted, seconds of the connection's clock.
        at: when this was.
    """

    smoothed: tuple[float, ...]
    shown: int
    wanted: int
    since: float
    at: float

    @staticmethod
    def first(scores: Sequence[float], clock: float, tuning: Tuning) -> "Mood":
        """The mood of a new face: its first scores count whole, so that there is no slow start."""
        shown = _choose(scores, NOTHING, tuning)
        return Mood(tuple(scores), shown, shown, clock, clock)

    def step(self, scores: Sequence[float], clock: float, tuning: Tuning) -> "Mood":
        """The mood after one more frame.

        Args:
            scores: of this frame, one per label.
            clock: seconds; later than `at`.
            tuning: time constant, margin and floor in force.
        """
        weight = 1 - math.exp((self.at - clock) / tuning.smoothing_s) if tuning.smoothing_s > 0 else 1.0
        smoothed = tuple(old + weight * (new - old) for old, new in zip(self.smoothed, scores, strict=True))
        wanted = _choose(smoothed, self.shown, tuning)
        since = self.since if wanted == self.wanted else clock
        lasted = clock - since >= tuning.smoothing_s * DWELL_SHARE
        return Mood(smoothed, wanted if lasted else self.shown, wanted, since, clock)

    @property
    def confidence(self) -> float:
        """The smoothed score of the shown label; that of the likeliest one when NOTHING is shown."""
        return max(self.smoothed) if self.shown == NOTHING else self.smoothed[self.shown]


def _choose(smoothed: Sequence[float], shown: int, tuning: Tuning) -> int:
    """The label to show: the shown one while it is above the floor and not clearly beaten, else the best."""
    best = max(range(len(smoothed)), key=smoothed.__getitem__)
    if shown != NOTHING and smoothed[shown] >= max(tuning.floor, smoothed[best] - tuning.margin):
        return shown
    return best if smoothed[best] >= tuning.floor else NOTHING
