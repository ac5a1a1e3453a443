"""What the simulation is calibrated with: that times which are put in come out again."""

import pytest

from tests.bench.clients import Record
from tests.bench.running import Outcome
from tests.bench.simulation.calibrate import Load, service_from, together, viewer_from

# Milliseconds: frames that take 1 and 2, a search of 6 once a second, and 1 on the way there and back.
FAST, SLOW, SEARCH, WAY = 1.0, 2.0, 6.0, 1.0


def load(viewers: int, fps: float, seconds: float, *, pipeline: float, loop: float, viewer: float, got: float) -> Load:
    """A load in which frames took so many CPU milliseconds of each, and `got` results a second came."""
    each = round(got * seconds / viewers)
    searches = round(each / fps)
    worked = [SEARCH] * searches + [FAST, SLOW] * ((each - searches) // 2)
    record = Record("page", sent=len(worked), results=len(worked), worked=worked, ages=[work + WAY for work in worked])
    results = viewers * len(worked)
    return Load(
        viewers,
        fps,
        Outcome(
            records=(record,) * viewers,
            seconds=seconds,
            cpu_seconds=results * (pipeline + loop) / 1000,
            resident_bytes=0,
            loop_cpu_seconds=results * loop / 1000,
            clients_cpu_seconds=results * viewer / 1000,
        ),
    )


FEW = load(4, 25, 10, pipeline=2.2, loop=0.4, viewer=0.2, got=100)
MANY = load(50, 10, 10, pipeline=3.9, loop=0.2, viewer=0.1, got=500)


def greedy(got: float) -> Load:
    return load(8, 1000, 2, pipeline=1.5, loop=0.2, viewer=0.1, got=got)


def test_the_cpu_is_that_of_many_and_the_differences_are_those_of_few() -> None:
    """Of fifty at 10 a second each tenth frame is a search, so with few the mean would be 1.95 ms: half of 3.9."""
    service = service_from(FEW, MANY, greedy(400), 2)
    assert {round(1000 * seconds, 6) for seconds in service.usual} == {2 * FAST, 2 * SLOW}
    assert {round(1000 * seconds, 6) for seconds in service.search} == {2 * SEARCH}
    assert 1000 * (service.receive + service.answer) == pytest.approx(0.2)
    assert 1000 * service.hop == pytest.approx((WAY - 0.2 - 0.1) / 4)


def test_threads_hold_the_lock_so_long_that_no_more_is_carried_than_was_measured() -> None:
    quick, slow = (service_from(FEW, MANY, greedy(got), 2).python for got in (450, 350))
    assert 0 < quick < slow < 1


def test_threads_hold_no_lock_where_more_was_carried_than_can_be() -> None:
    assert service_from(FEW, MANY, greedy(5000), 2).python == 0


def test_what_a_viewer_does_without_sending() -> None:
    """Twenty who take 50 pictures a second and send one: 9,800 of 10,000 pictures are only looked at, 0.02 ms each."""
    lookers = load(20, 50, 10, pipeline=2, loop=0.5, viewer=0.2 + 49 * 0.02, got=20)
    viewer = viewer_from(FEW, MANY, lookers, network=0.001)
    assert 1000 * viewer.look == pytest.approx(0.02, rel=0.01)
    assert 1000 * (viewer.send + viewer.read) == pytest.approx(0.1) and viewer.network == 0.001


def test_rounds_count_as_one_long_measurement() -> None:
    both = together([FEW, FEW])
    assert both.outcome.seconds == 20 and both.outcome.results == 2 * FEW.outcome.results
    assert (both.loop, both.viewer, both.pipeline) == pytest.approx((FEW.loop, FEW.viewer, FEW.pipeline))
