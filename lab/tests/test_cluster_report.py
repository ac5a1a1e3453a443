"""The cluster report: outages, lost frames, and delays that equal those of the page."""

from typing import Any

import pytest

from lab.bench import reconnecting
from lab.cluster.report import Phase, frames, summarise, table, unanswered, violations
from lab.tests.test_bench import constants

CLIENT: dict[str, Any] = {
    "answers": [(100.0, 5.0), (900.0, 7.0), (2900.0, 9.0)],
    "outages": [(900.0, 2900.0, 1012)],
    "sent": 4,
    "answered": 3,
    "ended": 1,
    "dropped": {},
    "errors": {},
}


def test_timeouts_of_the_client_equal_those_of_the_page() -> None:
    page = constants("reconnecting-socket.js") | constants("frame-exchange.js")
    for name in ("HELLO_MS", "SILENT_MS"):
        assert page[name] == getattr(reconnecting, name), name


def test_an_outage_belongs_to_the_phase_in_which_it_ended() -> None:
    before, during = (summarise(phase, [CLIENT, CLIENT]) for phase in (Phase("a", 0, 1000), Phase("b", 1000, 3000)))
    assert (before.rate, before.p50, before.interrupted) == (4, 5, 0)
    assert (during.rate, during.p95, during.interrupted, during.down) == (1, 9, 2, (2.0, 2.0))
    assert table([before, during]).splitlines()[2:] == [
        "| a | 4 | 5 / 7 ms | none |  |  |",
        "| b | 1 | 9 / 9 ms | 2 | 2.0 / 2.0 s | 2 × 1012 |",
    ]
    assert "Of 8 frames 6 were answered" in frames([CLIENT, CLIENT])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, None),
        ({"sent": 5}, "lost"),
        ({"outages": [(900.0, None, 1006)]}, "reconnect"),
        ({"outages": [(900.0, 5901.0, 1006)]}, "longer"),
        ({"errors": {"internal": 1}}, "internal"),
    ],
)
def test_a_violated_guarantee_is_named(change: dict[str, Any], word: str | None) -> None:
    found = violations([CLIENT, CLIENT | change])
    assert len(found) == (word is not None) and (word or "") in "".join(found)
    assert unanswered([CLIENT]) == 0
