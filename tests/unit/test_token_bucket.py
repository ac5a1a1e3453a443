"""The token bucket: a burst at once, then a steady rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.token_bucket import TokenBucket


def test_a_burst_passes_at_once_and_then_one_token_at_a_time() -> None:
    bucket = TokenBucket(rate=10.0, burst=2.0)
    assert [bucket.take(5.0) for _ in range(3)] == [0.0, 0.0, pytest.approx(0.1)]
    assert bucket.take(5.05) == pytest.approx(0.05)
    assert bucket.take(5.1001) == 0.0
    assert bucket.take(5.1001) > 0.0


def test_a_refused_event_takes_no_token() -> None:
    bucket = TokenBucket(rate=1.0, burst=1.0)
    bucket.take(0.0)
    for _ in range(10):
        assert bucket.take(0.5) == pytest.approx(0.5)
    assert bucket.take(1.0) == 0.0


def test_tokens_do_not_accumulate_beyond_the_burst() -> None:
    bucket = TokenBucket(rate=100.0, burst=3.0)
    bucket.take(0.0)
    assert [bucket.take(1000.0) == 0.0 for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_runs_backwards_adds_nothing() -> None:
    bucket = TokenBucket(rate=1.0, burst=1.0)
    bucket.take(10.0)
    assert bucket.take(9.0) == pytest.approx(1.0)


@given(
    st.floats(0.1, 1000),
    st.floats(1, 100),
    st.lists(st.floats(0, 2), min_size=1, max_size=100),
)
def test_no_more_pass_than_burst_and_rate_allow(rate: float, burst: float, gaps: list[float]) -> None:
    bucket, now, passed = TokenBucket(rate, burst), 0.0, 0
    for gap in gaps:
        now += gap
        passed += bucket.take(now) == 0.0
    assert passed <= burst + rate * (now - gaps[0]) + 1e-6
