"""When a client tries again, as web/static/js/connection/backoff.js has it; lab/tests/test_backoff.py compares."""

FIRST_S, LIMIT_S = 1.0, 30.0
JITTER = 0.5  # of the wait, added at most
FULL_FIRST_ATTEMPT = 2  # from which a client counts that a full server turned away


def delay(attempt: int, chance: float) -> float:
    """Seconds until the next attempt, after `attempt` in a row that failed; `chance` from 0 to 1."""
    least = min(LIMIT_S / (1 + JITTER), FIRST_S * 2.0 ** min(attempt, 10))
    return least * (1 + JITTER * chance)
