"""A token bucket, which limits a rate and allows short bursts. No clock and no I/O (pure)."""


class TokenBucket:
    """Holds up to `burst` tokens and gains `rate` tokens a second; full at the start."""

    def __init__(self, rate: float, burst: float) -> None:
        """Allow `rate` events a second, and `burst` at once."""
        self._rate, self._burst = rate, burst
        self._tokens, self._counted_at = burst, float("-inf")

    def take(self, now: float) -> float:
        """Take a token at the time `now` (seconds of any clock that does not run backwards).

        Returns 0 if there was one. Otherwise it takes nothing and returns the seconds until there is one.
        """
        gained = max(0.0, now - self._counted_at) * self._rate
        self._tokens = min(self._burst, self._tokens + gained)
        self._counted_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0
