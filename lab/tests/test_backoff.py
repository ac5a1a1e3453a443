"""The clients of bench, soak, simulation and cluster wait as the page does."""

import re

from lab.bench.backoff import FIRST_S, FULL_FIRST_ATTEMPT, JITTER, LIMIT_S, delay
from tests.support import ROOT


def test_the_waits_are_the_pages() -> None:
    text = (ROOT / "web" / "static" / "js" / "connection" / "backoff.js").read_text()
    numbers = {name: float(value.replace("_", "")) for name, value in re.findall(r"const (\w+) = ([\d_.]+);", text)}
    assert (numbers["FIRST_MS"], numbers["LIMIT_MS"]) == (1000 * FIRST_S, 1000 * LIMIT_S)
    assert numbers["FULL_FIRST_ATTEMPT"] == FULL_FIRST_ATTEMPT
    assert numbers["JITTER"] == JITTER


def test_waits_double_within_their_limits() -> None:
    assert [delay(attempt, 0.0) for attempt in (0, 1, 2, 4, 5, 50)] == [1, 2, 4, 16, 20, 20]
    assert [delay(attempt, 1.0) for attempt in (0, 1, 2, 4, 5, 50)] == [1.5, 3, 6, 24, 30, 30]


def test_of_many_no_two_come_back_at_once() -> None:
    """At each attempt, the first and the late ones too."""
    for attempt in (0, 1, 9):
        waits = [delay(attempt, number / 1000) for number in range(1000)]
        assert len(set(waits)) == 1000
