"""The clients of bench, soak, simulation and cluster wait as the page does."""

import re

from lab.bench.backoff import FIRST_S, FULL_FIRST_ATTEMPT, JITTER, LIMIT_S, delay
from tests.support import ROOT


def test_delays_equal_those_of_the_page() -> None:
    text = (ROOT / "web" / "static" / "js" / "connection" / "backoff.js").read_text()
    numbers = {name: float(value.replace("_", "")) for name, value in re.findall(r"const (\w+) = ([\d_.]+);", text)}
    assert (numbers["FIRST_MS"], numbers["LIMIT_MS"]) == (1000 * FIRST_S, 1000 * LIMIT_S)
    assert numbers["FULL_FIRST_ATTEMPT"] == FULL_FIRST_ATTEMPT
    assert numbers["JITTER"] == JITTER


def test_delays_double_up_to_their_limit() -> None:
    assert [delay(attempt, 0.0) for attempt in (0, 1, 2, 4, 5, 50)] == [1, 2, 4, 16, 20, 20]
    assert [delay(attempt, 1.0) for attempt in (0, 1, 2, 4, 5, 50)] == [1.5, 3, 6, 24, 30, 30]


def test_jitter_separates_a_thousand_clients() -> None:
    """At each attempt, the first and the late ones too."""
    for attempt in (0, 1, 9):
        waits = [delay(attempt, number / 1000) for number in range(1000)]
        assert len(set(waits)) == 1000
