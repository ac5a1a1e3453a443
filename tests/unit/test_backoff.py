"""The clients of bench, soak, simulation and cluster wait as the page does."""

import re

from tests.bench.backoff import FIRST_S, FULL_FIRST_ATTEMPT, JITTER, LIMIT_S, delay
from tests.conftest import ROOT


def test_the_waits_are_the_pages() -> None:
    text = (ROOT / "web" / "static" / "js" / "backoff.js").read_text()
    numbers = {name: float(value.replace("_", "")) for name, value in re.findall(r"const (\w+) = ([\d_]+);", text)}
    assert (numbers["FIRST_MS"], numbers["LIMIT_MS"]) == (1000 * FIRST_S, 1000 * LIMIT_S)
    assert numbers["FULL_FIRST_ATTEMPT"] == FULL_FIRST_ATTEMPT
    assert f"({1 - JITTER / 2} + {JITTER} * random)" in text


def test_waits_double_within_their_limits() -> None:
    assert [delay(attempt, 0.5) for attempt in (0, 1, 2, 4, 5, 9, 50)] == [1, 2, 4, 16, 30, 30, 30]
    assert (delay(0, 0), delay(1, 1)) == (1, 2.5)
