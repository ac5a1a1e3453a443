"""Simulates what `make bench` measures: one machine with a server and a constant number of users."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import simpy

from lab.bench.stats import percentile
from lab.simulate.cores import Cores, Turns
from lab.simulate.replica import Replica, Service
from lab.simulate.user import Kind, Tally, User
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Simulated:
    """The users' results after the warm-up: rates a second, ages in milliseconds, fewest results over the mean."""

    results_per_s: float
    dropped_per_s: float
    p50: float
    p95: float
    fairness: float


def simulate(
    kind: Kind,
    users: int,
    service: Service,
    settings: Settings,
    *,
    seconds: float,
    warm_up: float,
    cores: int = 2,
    seed: int = 0,
    here: bool = True,
) -> tuple[Tally, Simulated]:
    """Simulate `users` users of one kind on one server.

    Args:
        kind: the kind of user.
        users: their number.
        service: measured times of the server.
        settings: the server's settings.
        seconds: simulated seconds after the warm-up.
        warm_up: simulated seconds that do not count.
        cores: cores of the machine, and number of inference threads.
        seed: of the random numbers; equal seeds give equal results.
        here: whether the users' process shares the server's cores, as the load generator does.
    """
    env, rng, tally = simpy.Environment(), Random(seed), Tally()
    machine = Cores(env, cores)
    replica = Replica(env, service, settings, rng, machine, cores)
    process = Turns(machine) if here else None
    people = [User(env, kind, tally, rng, process) for _ in range(users)]
    for user in people:
        user.connect(replica)
    env.run(warm_up)
    before = dict(tally.by_user)
    env.run(warm_up + seconds)
    counts = [tally.by_user[id(user)] - before.get(id(user), 0) for user in people]
    return tally, summary(tally, counts, warm_up, seconds)


def summary(tally: Tally, counts: Sequence[int], warm_up: float, seconds: float) -> Simulated:
    """The part of a tally after the warm-up."""
    ages = [1000 * age for at, age in zip(tally.answered_at, tally.ages, strict=True) if at >= warm_up]
    mean = sum(counts) / len(counts)
    return Simulated(
        results_per_s=sum(counts) / seconds,
        dropped_per_s=sum(at >= warm_up for at in tally.dropped_at) / seconds,
        p50=percentile(ages, 0.5) if ages else float("nan"),
        p95=percentile(ages, 0.95) if ages else float("nan"),
        fairness=min(counts) / mean if mean else 0.0,
    )
