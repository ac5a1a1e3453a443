"""How the time of a soak test is divided."""

from dataclasses import dataclass

# Pairs of phases, one without and one with abuse. The last pair runs after the restart.
PAIRS = 5
PAIRS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds of each part.

    Attributes:
        warm_up: before anything is counted; caches fill and interpreters allocate their memory.
        phase: each of ten phases, alternately without and with abuse.
        settle: before each phase is counted, for attacks to start or stop.
        hang: around the hanging thread; the server abandons it after five seconds (--deadline).
        restart: around the restart, under abuse.
    """

    warm_up: float
    phase: float
    settle: float
    hang: float
    restart: float


def make_schedule(minutes: float) -> Schedule:
    """Divide `minutes`; raises ValueError when they are too few for all parts."""
    seconds = minutes * 60
    if seconds < 90:
        raise ValueError("expected at least 1.5 minutes")
    warm_up, hang, restart = (min(60.0, max(minimum, seconds / 20)) for minimum in (6.0, 8.0, 12.0))
    settle = 2.0
    phase = (seconds - warm_up - hang - restart) / (2 * PAIRS) - settle
    return Schedule(warm_up, round(phase, 1), settle, hang, restart)
