"""Gets to know a face by itself (pure): its rest is learned from the frames that are read as neutral.

Faint expressions gain from it (`resting`), figures in model/README.md (`python -m model evaluate --adapt`). It does not
eat an expression that lasts: only frames that are clearly neutral count, and rivals of neutral are raised only, never
lowered. So while somebody smiles, is angry or sad, and is read so, nothing is learned, and what is read as neutral
stays at least TYPICAL above its rivals. Correcting by the mean of all scores gains more on mixed faces, but eats what
lasts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.vision.expression.resting import shift_by_rest, shift_scores

# Seconds of rest after which half of the correction is applied. A face that was neutral for a moment is not yet known.
PRIOR_S = 5.0
# A frame counts if neutral has this many times the score of each rival. With 2, the noisy frames of a faint
# expression that lasts count as rest.
CLEAR = 3.0
# What lies further back, in seconds of rest, is forgotten: the light changes, somebody else may sit down.
MEMORY_S = 120.0
# A longer gap between two frames counts as this much.
MAX_STEP_S = 0.5
# Smaller probabilities count as this much, as in examples (`example_features`).
MIN_PROBABILITY = 1e-4


@dataclass(frozen=True, slots=True)
class Rest:
    """The resting face of one track, as far as it is known.

    Attributes:
        log_scores: mean natural logarithms of the scores of its neutral frames, one per label; empty before the first.
        seconds: how long it was at rest, at most MEMORY_S.
    """

    log_scores: tuple[float, ...] = ()
    seconds: float = 0.0

    def step(self, scores: Sequence[float], neutral: int, elapsed: float) -> "Rest":
        """What is known after one more frame.

        Args:
            scores: the network's probabilities of the frame, one per label.
            neutral: index of the label NEUTRAL.
            elapsed: seconds since the frame before.
        """
        # By the corrected scores: a faint expression that is found thanks to the correction must not undo it.
        corrected = self.adapted(scores, neutral)
        if any(CLEAR * score > corrected[neutral] for index, score in enumerate(corrected) if index != neutral):
            return self
        elapsed = min(elapsed, MAX_STEP_S)
        seconds = min(self.seconds + elapsed, MEMORY_S)
        logs = [math.log(max(score, MIN_PROBABILITY)) for score in scores]
        if not self.log_scores:
            return Rest(tuple(logs), seconds)
        weight = elapsed / seconds if seconds else 1.0
        mean = tuple(old + weight * (new - old) for old, new in zip(self.log_scores, logs, strict=True))
        return Rest(mean, seconds)

    def adapted(self, scores: Sequence[float], neutral: int) -> tuple[float, ...]:
        """The scores of one frame, corrected by what is known; probabilities."""
        if not self.seconds:
            return tuple(scores)
        known = self.seconds / (self.seconds + PRIOR_S)
        shifts = shift_by_rest(self.log_scores, neutral, max_lower=0.0)
        return shift_scores(scores, [known * shift for shift in shifts])
