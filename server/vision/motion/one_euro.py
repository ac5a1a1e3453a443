"""The One Euro filter (pure): steady while nothing moves, quick when something does.

Casiez, Roussel and Vogel: "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems",
CHI 2012. A low-pass filter whose cutoff frequency grows with the speed of the signal. Here a tolerance follows: what
is shown stays as it is until the filtered value has left it, so that a still face is entirely still.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a value is filtered.

    Attributes:
        min_cutoff: hertz, while the value stands still; less shakes less and lags more.
        beta: hertz by which the cutoff grows for a speed of one unit a second.
        tolerance: what is shown may differ from the filtered value by this.
        speed_cutoff: hertz, of the filter of the speed.
    """

    min_cutoff: float
    beta: float
    tolerance: float = 0.0
    speed_cutoff: float = 1.0


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filtered value.

    Attributes:
        shown: the value to use.
        value: the filtered value, which `shown` follows.
        speed: its filtered speed, units a second.
        raw: the last input.
    """

    shown: float
    value: float
    speed: float
    raw: float

    @classmethod
    def first(cls, raw: float) -> "Filtered":
        """The start: the first input as it is."""
        return cls(raw, raw, 0.0, raw)

    def step(self, raw: float, elapsed: float, tuning: Tuning) -> "Filtered":
        """The value after one more input, `elapsed` seconds (above 0) after the last."""
        speed = self.speed + _weight(tuning.speed_cutoff, elapsed) * ((raw - self.raw) / elapsed - self.speed)
        cutoff = tuning.min_cutoff + tuning.beta * abs(speed)
        value = self.value + _weight(cutoff, elapsed) * (raw - self.value)
        shown = min(max(self.shown, value - tuning.tolerance), value + tuning.tolerance)
        return Filtered(shown, value, speed, raw)


def _weight(cutoff: float, elapsed: float) -> float:
    """Weight of a new input in an exponential average with this cutoff frequency.

    The paper's 1 / (1 + 1 / (2 pi cutoff elapsed)) is the first order of this, which is the same at every frame rate.
    """
    return 1 - math.exp(-2 * math.pi * cutoff * elapsed)
