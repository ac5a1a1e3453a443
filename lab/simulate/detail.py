"""Simulates a few replicas of the fleet frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import simpy

from lab.bench.stats import percentile
from lab.simulate.cores import Cores, after
from lab.simulate.replica import Replica, Service
from lab.simulate.user import Kind, Tally, User
from server.settings import Settings

Log = Sequence[tuple[float, int, bool]]


@dataclass(slots=True)
class Met:
    """What happened to the frames of some replicas, by whole seconds.

    Attributes:
        p50, p95: age of the answers in milliseconds; not a number where there were none.
        answered, dropped: frames a second and replica.
        busy: part of the cores at work over all the time.
        sent, lost, open: all frames; those whose connection ended; those on their way at the end.
    """

    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    dropped: list[float] = field(default_factory=list)
    busy: float = 0.0
    sent: int = 0
    lost: int = 0
    open: int = 0


def watch(
    logs: Sequence[Log], kind: Kind, service: Service, settings: Settings, seconds: int, cores: int, seed: int = 0,
) -> Met:
    """Simulate each of these replicas by itself and combine the results."""
    tallies, busy = [], 0.0
    for number, log in enumerate(logs):
        tally, used = _one(log, kind, service, settings, seconds, cores, Random(1000 * seed + number))
        tallies.append(tally)
        busy += used / (seconds * cores * len(logs))
    return _together(tallies, seconds, busy)


def _one(
    log: Log, kind: Kind, service: Service, settings: Settings, seconds: int, cores: int, rng: Random
) -> tuple[Tally, float]:
    env, tally = simpy.Environment(), Tally()
    machine = Cores(env, cores)
    replica = Replica(env, service, settings, rng, machine, cores)
    people: dict[int, User] = {}

    def plan(at: float, number: int, comes: bool) -> None:
        def happen() -> None:
            if comes:
                people.setdefault(number, User(env, kind, tally, rng)).connect(replica)
            else:
                people[number].leave()

        after(env, at, happen)

    for at, number, comes in log:
        plan(at, number, comes)
    env.run(seconds)
    return tally, machine.busy


def _together(tallies: Sequence[Tally], seconds: int, busy: float) -> Met:
    ages: list[list[float]] = [[] for _ in range(seconds)]
    dropped = [0] * seconds
    for tally in tallies:
        for at, age in zip(tally.answered_at, tally.ages, strict=True):
            ages[int(at)].append(1000 * age)
        for at in tally.dropped_at:
            dropped[int(at)] += 1
    nothing = float("nan")
    return Met(
        p50=[percentile(some, 0.5) if some else nothing for some in ages],
        p95=[percentile(some, 0.95) if some else nothing for some in ages],
        answered=[len(some) / len(tallies) for some in ages],
        dropped=[count / len(tallies) for count in dropped],
        busy=busy,
        sent=sum(tally.sent for tally in tallies),
        lost=sum(tally.lost for tally in tallies),
        open=sum(tally.open for tally in tallies),
    )
