"""The soak test's schedule, statistics, inputs and report."""

from collections import Counter
from typing import Any

import pytest

from lab.soak.inputs import expensive_frames, most_expensive_frame, photographs, with_claimed_size
from lab.soak.process_monitor import Sample, cores, medians, slope_per_hour
from lab.soak.report import guarantees, ratios, table
from lab.soak.schedule import PAIRS, make_schedule


@pytest.mark.parametrize("minutes", [1.5, 10, 30, 120])
def test_the_parts_of_a_schedule_add_up_to_its_length(minutes: float) -> None:
    parts = make_schedule(minutes)
    total = parts.warm_up + parts.hang + parts.restart + 2 * PAIRS * (parts.phase + parts.settle)
    assert total == pytest.approx(minutes * 60, abs=1) and parts.phase >= 3


def test_too_short_a_duration_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.5"):
        make_schedule(1)


def test_statistics_of_samples() -> None:
    samples = [Sample(at, 10**6 * at, 40, 5, at / 2) for at in range(1, 6)]
    assert medians(samples) == {"memory_mb": 3.0, "descriptors": 40, "threads": 5}
    assert cores(samples) == 0.5 and cores(samples[:1]) == 0
    assert slope_per_hour([(0, 1), (3600, 3)]) == pytest.approx(2)
    assert slope_per_hour([(0, 1)]) == 0


def test_inputs_have_their_documented_sizes_and_faults() -> None:
    from server.vision.errors import FrameError
    from server.vision.images.jpeg_header import read_size

    assert {tuple(read_size(jpeg)) for jpeg in photographs()} == {(640, 480)}
    codes = []
    for jpeg in expensive_frames(512 * 1024):
        try:
            codes.append(str(read_size(jpeg).width))
        except FrameError as error:
            codes.append(error.code)
    assert codes == ["20000", "65535", "undecodable", "1920"]
    assert len(most_expensive_frame(512 * 1024)) <= 512 * 1024
    assert read_size(with_claimed_size(photographs()[0], 7, 9)) == (7, 9)


def report(**changes: Any) -> dict[str, Any]:
    """The report of a run that kept every guarantee, with these changes."""
    numbers = ("connections", "sent", "answered", "aborted", "unexpected", "lost")
    counts: dict[str, Any] = {**dict.fromkeys(numbers, 0), "codes": {}, "other": {}}
    ages = {"p50": 10.0, "p95": 20.0, "p99": 30.0}
    phase = {"age_ms": ages, "results": 5, "cores": {"server": 1, "good": 0.1, "bad": 0.5}}
    holds = {"memory_mb": 100.0, "descriptors": 40, "threads": 5}
    whole: dict[str, Any] = {
        "good": {**counts, "codes": {"1012": 20}},
        "bad": {**counts, "codes": {"1008": 3}},
        "faults": 0,
        "hang": {"answer": "timeout", "seconds": 5.1, "others": phase},
        "restart": {"ended_s": 1.0, "exit_code": 0, "back_s": 3.0},
        "held": {"start": holds, "end": holds, "per_hour": dict.fromkeys(holds, 0.0), "most": holds},
        "pairs": [{"without": phase, "with": phase}] * 5,
        "totals": {"results": 5, "dropped": Counter({"overload": 1}), "errors": Counter()},
    }
    for path, value in changes.items():
        *names, last = path.split("__")
        place = whole
        for name in names:
            place[name] = dict(place[name])
            place = place[name]
        place[last] = value
    return whole


def test_a_good_run_keeps_every_guarantee() -> None:
    whole = report()
    whole["guarantees"] = guarantees(whole)
    assert all(whole["guarantees"].values())
    assert ratios(whole) == [1.0] * 5
    assert "BROKEN" not in table(whole)


@pytest.mark.parametrize(
    ("change", "value", "word"),
    [
        ("good__lost", 1, "lost"),
        ("bad__unexpected", 1, "twice"),
        ("good__codes", {"1006": 1}, "restart only"),
        ("faults", 1, "exception"),
        ("hang__answer", "closed 1006", "hung"),
        ("restart__ended_s", 11.0, "SIGTERM"),
        ("restart__exit_code", 1, "SIGTERM"),
        ("restart__back_s", None, "reconnected"),
        ("held__end", {"memory_mb": 111.0, "descriptors": 40, "threads": 5}, "memory"),
        ("held__end", {"memory_mb": 100.0, "descriptors": 43, "threads": 5}, "descriptors"),
        ("held__end", {"memory_mb": 100.0, "descriptors": 40, "threads": 6}, "additional thread"),
    ],
)
def test_a_broken_guarantee_is_named(change: str, value: Any, word: str) -> None:
    broken = [guarantee for guarantee, kept in guarantees(report(**{change: value})).items() if not kept]
    assert len(broken) == 1 and word in broken[0]


def test_the_median_of_the_pairs_decides() -> None:
    slow = {"age_ms": {"p50": 1.0, "p95": 50.0, "p99": 60.0}}
    quick = {"age_ms": {"p50": 1.0, "p95": 20.0, "p99": 60.0}}
    pairs = [{"without": quick, "with": slow}] * 2 + [{"without": quick, "with": quick}] * 3
    assert all(guarantees(report(pairs=pairs)).values())
    assert not all(guarantees(report(pairs=[*pairs[:2], *pairs[:3]])).values())
