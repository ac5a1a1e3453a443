"""How a soak of some minutes is divided."""

from dataclasses import dataclass

# Pairs of phases, one without and one with the abuse. The last pair is of the server after the restart.
PAIRS = 5
PAIRS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds of each part.

    Attributes:
        warm_up: before anything is counted: caches fill, interpreters take their memory.
        phase: one of ten, without and with the abuse in turn.
        settle: before a phase is counted: who was let loose or called off has come or gone.
        hang: around the thread that hangs; the server gives it up after five seconds (--deadline).
        restart: around the restart, abuse and all.
    """

    warm_up: float
    phase: float
    settle: float
    hang: float
    restart: float


def plan(minutes: float) -> Plan:
    """Raises ValueError when that is too short for every part."""
    seconds = minutes * 60
    if seconds < 90:
        raise ValueError("a soak takes 1.5 minutes at least")
    warm_up, hang, restart = (min(60.0, max(least, seconds / 20)) for least in (6.0, 8.0, 12.0))
    settle = 2.0
    phase = (seconds - warm_up - hang - restart) / (2 * PAIRS) - settle
    return Plan(warm_up, round(phase, 1), settle, hang, restart)
