"""What the simulation is calibrated with: that times which are put in come out again."""

import contextlib
import functools
from dataclasses import replace

import pytest

from lab.bench.clients import Record
from lab.bench.load import Group
from lab.bench.load_run import Outcome
from lab.simulate import calibrate, compare
from lab.simulate.calibrate import Measured, service_from, together, user_from
from lab.simulate.crowded import simulate
from lab.simulate.replica import Service
from server.settings import load_settings

# Milliseconds: frames that take 1 and 2, a search of 6 once a second, and 1 on the way there and back.
FAST, SLOW, SEARCH, WAY = 1.0, 2.0, 6.0, 1.0


def load(
    users: int, fps: float, seconds: float, *, pipeline: float, loop: float, user: float, got: float
) -> Measured:
    """A load in which frames took so many CPU milliseconds of each, and `got` results a second came."""
    each = round(got * seconds / users)
    searches = round(each / fps)
    worked = [SEARCH] * searches + [FAST, SLOW] * ((each - searches) // 2)
    record = Record("page", sent=len(worked), results=len(worked), worked=worked, ages=[work + WAY for work in worked])
    results = users * len(worked)
    return Measured(
        users,
        fps,
        Outcome(
            records=(record,) * users,
            seconds=seconds,
            cpu_seconds=results * (pipeline + loop) / 1000,
            resident_bytes=0,
            loop_cpu_seconds=results * loop / 1000,
            clients_cpu_seconds=results * user / 1000,
        ),
    )


# With few a frame takes a quarter more CPU than with many, who take as much as the times say: 1.95 ms with a tenth of
# searches.
FEW = load(4, 25, 10, pipeline=1.25 * 1.68, loop=0.4, user=0.2, got=100)
MANY = load(50, 10, 10, pipeline=1.95, loop=0.2, user=0.1, got=500)
LOOKERS = load(20, 50, 10, pipeline=2, loop=0.5, user=0.2 + 49 * 0.02, got=20)


@pytest.fixture(autouse=True)
def _short_bisections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated seconds of each: these loads are as even as can be."""
    monkeypatch.setattr(calibrate, "STEP_S", 2.0)


@functools.cache
def calibrated() -> Service:
    return service_from(FEW, MANY, saturating(800), 2)


def saturating(got: float) -> Measured:
    return load(8, 1000, 2, pipeline=1.5, loop=0.2, user=0.1, got=got)


def test_cpu_comes_from_many_users_and_the_spread_from_few() -> None:
    service = service_from(FEW, replace(MANY, outcome=replace(MANY.outcome, cpu_seconds=20.5)), saturating(800), 2)
    # 20.5 s for 5000 frames with 0.2 ms of the event loop each: 3.9 ms, twice as much.
    assert {round(1000 * seconds, 6) for seconds in service.usual} == {2 * FAST, 2 * SLOW}
    assert {round(1000 * seconds, 6) for seconds in service.search} == {2 * SEARCH}
    assert 1000 * (service.receive + service.answer) == pytest.approx(0.2) and service.cold == 1


def test_with_few_users_simulated_and_measured_ages_are_equal() -> None:
    service = calibrated()
    assert service.cold == pytest.approx(1.25, rel=0.01)
    user = user_from(FEW, MANY, LOOKERS, service.hop)
    alike = replace(service, usual=(0.002,), search=(0.002,))
    _, simulated = simulate(user, 1, alike, load_settings({}, {}), seconds=5, warm_up=1)
    assert simulated.p50 == pytest.approx(2 * service.cold + WAY)


def test_the_lock_is_fitted_to_the_measured_throughput() -> None:
    quick = service_from(FEW, MANY, saturating(900), 2)
    assert 0 < quick.python < calibrated().python < 1


def test_the_lock_is_zero_when_the_measured_throughput_exceeds_the_simulated_one() -> None:
    assert service_from(FEW, MANY, saturating(5000), 2).python == pytest.approx(0, abs=0.001)


def test_the_cost_of_a_picture_that_is_not_sent() -> None:
    """Twenty who take 50 pictures a second and send one: 9,800 of 10,000 pictures are only looked at, 0.02 ms each."""
    user = user_from(FEW, MANY, LOOKERS, network=0.001)
    assert 1000 * user.look == pytest.approx(0.02, rel=0.01)
    assert 1000 * (user.send + user.read) == pytest.approx(0.1) and user.network == 0.001


def test_rounds_combine_into_one_measurement() -> None:
    both = together([FEW, FEW])
    assert both.outcome.seconds == 20 and both.outcome.results == 2 * FEW.outcome.results
    assert (both.loop, both.user, both.pipeline) == pytest.approx((FEW.loop, FEW.user, FEW.pipeline))


def test_a_comparison_reports_measured_values_and_deviations(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a measured server that is ten times as quick as its own calibration, wherever it is compared."""
    loads = {(4, 25): FEW, (50, 10): MANY, (20, 50): LOOKERS, (8, 1000): saturating(800)}
    young = load(20, 10, 3, pipeline=2, loop=0.2, user=0.1, got=200).outcome
    for record in young.records:
        record.ages[:] = [0.1] * len(record.ages)

    def measured(server: object, groups: list[Group], *rest: object) -> Outcome:
        known = loads.get((groups[0].count, round(groups[0].fps)))
        return known.outcome if known else young

    monkeypatch.setattr(compare, "serving", lambda *options: contextlib.nullcontext())
    monkeypatch.setattr(compare, "put_load", measured)
    report = compare.compare(quick=True, say=lambda line: None)
    assert not report["within"] and len(report["rows"]) == 9
    assert report["loads"]["saturating"]["results_per_s"] == [saturating(800).outcome.results / 2]
    assert report["loads"]["twice the load, adaptive"]["users"] == 160
    row = next(row for row in report["rows"] if (row["load"], row["figure"]) == ("20 users", "age p50, ms"))
    assert row["measured"] == [0.1] and row["deviation"] == pytest.approx(row["simulated"][0] / 0.1 - 1)
    assert f"{100 * row['deviation']:+.0f} %" in compare.table(report)
