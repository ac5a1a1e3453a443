"""Delays between connection attempts, as in web/static/js/connection/backoff.js; lab/tests/test_backoff.py compares."""

FIRST_S, LIMIT_S = 1.0, 30.0
JITTER = 0.5  # maximum random addition, as a share of the delay
FULL_FIRST_ATTEMPT = 2  # the attempt at which a client starts that was refused by a full server


def delay(attempt: int, chance: float) -> float:
    """Seconds until the next attempt after `attempt` failed ones in a row; `chance` from 0 to 1 picks the jitter."""
    minimum = min(LIMIT_S / (1 + JITTER), FIRST_S * 2.0 ** min(attempt, 10))
    return minimum * (1 + JITTER * chance)
