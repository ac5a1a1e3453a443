"""The simulation: that nothing gets lost in it, that it keeps to the page's rules, and that more is never less."""

import json
import re
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import simpy

from lab.bench.backoff import FIRST_S, LIMIT_S
from lab.capacity.costs import load_costs
from lab.simulate import scenarios
from lab.simulate.__main__ import table
from lab.simulate.compare import table as compared_table
from lab.simulate.cores import Cores, Turns
from lab.simulate.crowded import Simulated, simulate
from lab.simulate.detail import watch
from lab.simulate.fleet import HELLO_S, Events, Fleet, delay, follow
from lab.simulate.replica import Service
from lab.simulate.scenarios import PAGE, SCENARIOS, play, sizes_of
from lab.simulate.user import Kind, Tally
from server.settings import load_settings
from tests.support import ROOT

SERVICE = Service(usual=(0.002,), search=(0.005,), first=0.008, receive=1e-4, answer=1e-4, hop=5e-5)


def run(users: int, *, adaptive: bool = False, seed: int = 0, service: Service = SERVICE) -> tuple[Tally, Simulated]:
    settings = load_settings({"clients": max(1, users)}, {})
    return simulate(Kind(10.0, adaptive), users, service, settings, seconds=3, warm_up=1, seed=seed)


def test_cores_are_shared_evenly() -> None:
    """Three who want a second each of two cores: all are done after a second and a half."""
    env, ended = simpy.Environment(), []
    cores = Cores(env, 2)
    for _ in range(3):
        cores.run(1.0, lambda: ended.append(env.now))
    env.run()
    assert ended == pytest.approx([1.5] * 3) and cores.busy == pytest.approx(3)


def test_a_later_task_ends_later_and_uses_an_idle_core() -> None:
    env, ended = simpy.Environment(), list[tuple[str, float]]()
    cores = Cores(env, 1)

    def come() -> Generator[simpy.Event, None, None]:
        cores.run(1.0, lambda: ended.append(("first", env.now)))
        yield env.timeout(0.5)
        cores.run(1.0, lambda: ended.append(("second", env.now)))

    env.process(come())
    env.run()
    assert dict(ended) == pytest.approx({"first": 1.5, "second": 2.0})


def test_a_queue_does_one_task_at_a_time() -> None:
    env, ended = simpy.Environment(), []
    process = Turns(Cores(env, 4))
    for seconds in (1.0, 2.0):
        process.run(seconds, lambda: ended.append(env.now))
    env.run()
    assert ended == pytest.approx([1.0, 3.0])


@pytest.mark.parametrize("users", [1, 20, 110])
def test_every_frame_is_answered_or_dropped(users: int) -> None:
    tally, _ = run(users)
    assert tally.sent == len(tally.ages) + len(tally.dropped_at) + tally.lost + tally.open
    assert sum(tally.reasons.values()) == len(tally.dropped_at) and tally.lost == 0
    assert 0 <= tally.open <= 2 * users


def test_the_age_of_a_single_frame_is_the_sum_of_its_parts() -> None:
    _, figures = run(1)
    assert figures.results_per_s == pytest.approx(10, abs=0.2) and figures.dropped_per_s == 0
    assert figures.p50 == pytest.approx(1000 * (0.002 + 2 * 1e-4 + 2 * 5e-5))


def test_more_load_never_lowers_the_age_of_results() -> None:
    ages = [run(users)[1].p95 for users in (1, 50, 90)]
    assert ages == sorted(ages)


def test_throughput_never_exceeds_the_cores() -> None:
    """Two cores and at least 2.2 ms of work in a result: at most 909 a second, whoever asks."""
    for adaptive in (False, True):
        _, figures = run(150, adaptive=adaptive)
        assert 400 < figures.results_per_s < 2 / 0.0022


def test_adaptive_pages_have_fewer_dropped_frames() -> None:
    stubborn, adaptive = run(150)[1], run(150, adaptive=True)[1]
    assert adaptive.dropped_per_s < stubborn.dropped_per_s


def test_only_adaptive_pages_send_smaller_pictures() -> None:
    cheap = replace(SERVICE, sizes=(1.0, 0.1, 0.1), search_sizes=(1.0, 0.1, 0.1))
    assert run(150, service=cheap)[1] == run(150)[1]
    assert run(150, adaptive=True, service=cheap)[1].results_per_s > run(150, adaptive=True)[1].results_per_s


def test_searched_frames_have_their_own_size_factors() -> None:
    small = replace(SERVICE, sizes=(1.0, 0.1, 0.1))
    both = replace(small, search_sizes=(1.0, 0.1, 0.1))
    carried = [run(150, adaptive=True, service=service)[1].results_per_s for service in (small, both)]
    assert carried[0] < carried[1]


def test_a_held_lock_delays_other_threads_only() -> None:
    """With all of its work under the lock, two threads are as one, and the event loop waits for it as well."""
    locked = replace(SERVICE, python=1.0)
    assert run(1, service=locked)[1].p50 == pytest.approx(run(1)[1].p50)
    assert run(150, service=locked)[1].results_per_s < 1 / 0.0022 < run(150)[1].results_per_s


def test_a_frame_takes_longer_when_the_process_is_idle() -> None:
    """But not where there is always something to do."""
    cold = replace(SERVICE, cold=2.0)
    assert run(1, service=cold)[1].p50 == pytest.approx(run(1)[1].p50 + 1000 * 0.002)
    assert run(150, service=cold)[1].results_per_s == pytest.approx(run(150)[1].results_per_s, rel=0.05)


def test_equal_seeds_give_equal_results() -> None:
    service = Service(usual=(0.001, 0.003), search=(0.005,), first=0.008, receive=1e-4, answer=1e-4)
    assert run(10, service=service)[0].ages == run(10, service=service)[0].ages
    assert run(10, service=service)[0].ages != run(10, service=service, seed=1)[0].ages


def test_the_hello_timeout_equals_that_of_the_page() -> None:
    page = (ROOT / "web/static/js/connection/reconnecting-socket.js").read_text()
    hello = re.search(r"HELLO_MS = ([\d_]+);", page)
    assert hello and float(hello[1].replace("_", "")) == 1000 * HELLO_S


def test_delays_with_and_without_jitter() -> None:
    rng = Random(0)
    assert [delay(attempt, rng, "exact") for attempt in (0, 1, 4, 5, 50)] == [1.25, 2.5, 20, 25, 25]
    assert all(FIRST_S <= delay(attempt, rng, "page") <= LIMIT_S for attempt in range(20))


FLEET = Fleet(users=300, replicas=6, max_connections=100, handshakes_per_s=1000.0)
COME = ((0.0, 2.0, 1.0),)


def test_users_of_failed_replicas_reconnect_to_others() -> None:
    course = follow(FLEET, Events(COME, failure=(5.0, 60.0, 1 / 3)), 30, frozenset(range(6)))
    assert course.connected[4] == 300 and course.connected[5] == 200 and course.connected[-1] == 300
    assert len(course.down) == 100 and min(course.down) >= FIRST_S
    open_at: dict[int, int] = {}
    for replica, log in course.logs.items():
        counts = [sum(1 if comes else -1 for _, _, comes in log[:end]) for end in range(len(log) + 1)]
        assert min(counts) >= 0 and max(counts) <= FLEET.max_connections
        open_at[replica] = counts[-1]
    assert sum(open_at.values()) == 300 and open_at[0] == open_at[1] == 0


def test_full_replicas_refuse_and_every_user_is_accounted_for() -> None:
    full = Fleet(users=300, replicas=3, max_connections=90, handshakes_per_s=1000.0)
    course = follow(full, Events(COME), 20, frozenset())
    assert course.connected[-1] == 270 and sum(course.refused) >= 30


def test_users_retry_after_a_slow_handshake() -> None:
    narrow = Fleet(users=300, replicas=3, max_connections=200, handshakes_per_s=10.0)
    course = follow(narrow, Events(((0.0, 0.0, 1.0),)), 90, frozenset())
    assert sum(course.late) > 0 and course.connected[-1] == 300


def test_outstanding_frames_of_a_dead_replica_count_as_lost() -> None:
    logs = [[(0.1 * user, user, True) for user in range(40)] + [(6.0, user, False) for user in range(40)]]
    met = watch(logs, Kind(10.0, True, network=0.02), SERVICE, load_settings({}, {}), 8, cores=2)
    assert met.sent == sum(met.answered) + sum(met.dropped) + met.lost + met.open
    assert met.lost > 0 and met.open == 0 and met.answered[-1] == 0


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_runs_with_the_measured_costs(name: str) -> None:
    scenario, costs = SCENARIOS[name], load_costs()
    policy = next(iter(scenario.policies))
    outcome = play(scenario, 50, costs, policy=policy, watched=1, seconds=40)
    assert len(outcome.course.connected) == len(outcome.met.p95) == 40
    met = outcome.met
    assert met.sent == sum(met.answered) + sum(met.dropped) + met.lost + met.open


def test_the_documents_quote_the_simulated_figures_and_plots() -> None:
    text = (ROOT / "lab" / "simulation.md").read_text()
    report = json.loads((ROOT / "lab" / "data" / "simulation.json").read_text())
    assert table(report) in text, "python -m lab.simulate prints what should be there"
    assert report["contention"] == scenarios.found_contention(), "make simulate again: --compare found something else"
    for name in SCENARIOS:
        assert f"plots/simulation-{name}.png)" in text and (ROOT / "lab" / "plots" / f"simulation-{name}.png").exists()


def test_the_documents_quote_the_comparison() -> None:
    report = json.loads((ROOT / "lab" / "data" / "compared.json").read_text())
    assert report["machine"]["idle"] and report["within"] and not report["quick"]
    assert compared_table(report) in (ROOT / "lab" / "simulation.md").read_text()


def test_smaller_pictures_cost_less() -> None:
    """A searched one less so: the networks that search see the same size."""
    sizes, search_sizes = sizes_of(load_costs(), 640, 480)
    for each in (sizes, search_sizes):
        assert each[0] == 1 and list(each) == sorted(each, reverse=True)
    assert search_sizes[-1] > sizes[-1]


def test_scenarios_use_the_calibrated_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def age() -> float:
        outcome = play(SCENARIOS["failure"], 50, load_costs(), policy=PAGE, watched=1, seconds=25)
        return outcome.met.p50[20]

    found = scenarios.found_contention()
    before = age()
    monkeypatch.setattr(scenarios, "found_contention", lambda: found | {"hop": found["hop"] + 0.005})
    assert age() > before + 9  # there and back


def test_values_of_a_quick_comparison_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = json.loads(scenarios.COMPARED.read_text())
    (tmp_path / "compared.json").write_text(json.dumps(report | {"quick": True}))
    monkeypatch.setattr(scenarios, "COMPARED", tmp_path / "compared.json")
    with pytest.raises(ValueError, match="compare again"):
        scenarios.found_contention()
