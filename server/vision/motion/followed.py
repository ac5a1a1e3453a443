"""What is remembered of one face to follow its motion from frame to frame (pure)."""

from dataclasses import dataclass

from server.vision.motion.measured import Measures, Seen, SeenEye
from server.vision.motion.one_euro import Filtered, Tuning
from server.vision.motion.rest import Rest
from server.vision.motion.values import USUAL, Motion, clamped, values

# Beyond this yaw in radians the eye on the far side is hardly seen: the near one stands for both.
MAX_FAR_EYE_YAW = 0.6
# Seconds that count for the rest, at most, from one frame to the next: after a gap nobody knows what was.
MAX_REST_STEP_S = 0.2
# Some faces at rest are not read as neutral: their rest becomes known more slowly, but it does.
MIN_CERTAINTY = 0.1
# Found on the noise of a webcam and on made movements: python -m lab.bench.motion.
_HEAD = Tuning(min_cutoff=1.0, beta=4.0, tolerance=0.015)
_FACE = Tuning(min_cutoff=0.4, beta=2.0, tolerance=0.025)
# A blink takes 150 ms, four frames: an eye must close within one. Its noise is cut off by the range of open eyes.
_EYE = Tuning(min_cutoff=4.0, beta=8.0, tolerance=0.03, speed_cutoff=10.0)
_OTHERS = {name: _HEAD for name in ("yaw", "pitch", "roll")} | {name: _EYE for name in ("eye_left", "eye_right")}
TUNINGS = tuple(_OTHERS.get(name, _FACE) for name in Motion._fields)


@dataclass(frozen=True, slots=True)
class FollowedFace:
    """One face.

    Attributes:
        rest: its rest, as far as it is known.
        filtered: the filtered values, in the order of `Motion`; empty before the first frame.
        eyes: the one at the left of the frame and the one at its right; None before they were measured.
        at: the time of this value.
    """

    rest: Rest
    filtered: tuple[Filtered, ...] = ()
    eyes: tuple[SeenEye, SeenEye] | None = None
    at: float = 0.0

    @classmethod
    def new(cls) -> "FollowedFace":
        """A face of which nothing is known."""
        return cls(Rest.unknown(USUAL))

    def step(self, seen: Seen, clock: float) -> tuple["FollowedFace", Motion]:
        """The face after one more frame, and its motion values.

        Args:
            seen: what was measured in the frame.
            clock: seconds of the connection's clock; later than `at`.
        """
        measures = _measures(seen)
        elapsed = clock - self.at if self.filtered else 0.0
        certain = max(seen.neutral, MIN_CERTAINTY) * max(0.0, 1 - abs(seen.pose.yaw) / MAX_FAR_EYE_YAW)
        rest = self.rest.step(measures, certain * min(elapsed, MAX_REST_STEP_S), USUAL)
        raw = values(seen.pose.yaw, seen.pose.roll, measures, Measures(*rest.values))
        if self.filtered:
            steps = zip(self.filtered, raw, TUNINGS, strict=True)
            filtered = tuple(before.step(value, elapsed, tuning) for before, value, tuning in steps)
        else:
            filtered = tuple(map(Filtered.first, raw))
        face = FollowedFace(rest, filtered, seen.eyes or self.eyes, clock)
        return face, clamped([each.shown for each in filtered])


def _measures(seen: Seen) -> Measures:
    if seen.eyes is None:
        return Measures(seen.pose.pitch, *seen.shape, *(usual.middle for usual in USUAL[-2:]))
    left, right = (eye.opening for eye in seen.eyes)
    if abs(seen.pose.yaw) > MAX_FAR_EYE_YAW:
        left = right = left if seen.pose.yaw > 0 else right
    return Measures(seen.pose.pitch, *seen.shape, left, right)
