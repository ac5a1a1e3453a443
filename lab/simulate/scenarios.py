"""The scenarios: a third of the replicas fails, a flash crowd arrives, all users reconnect at once."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from lab.bench.adapt import SCALES
from lab.capacity.costs import Costs
from lab.capacity.model import Plan, Workload, plan
from lab.simulate.detail import Met, watch
from lab.simulate.fleet import Balancer, Course, Events, Fleet, Waits, follow
from lab.simulate.replica import Service
from lab.simulate.user import Kind
from server.settings import load_settings
from tests.support import ROOT

FPS, SIZE = 10.0, (480, 360)
SECONDS = 90
# Seconds one way between user and server: an assumption, which adds 40 ms to every age and changes nothing else.
NETWORK_S = 0.02
# Handshakes a second of all balancers together, for each million users: an assumption.
HANDSHAKES_PER_MILLION = 50_000.0
WATCHED = 6
# Written by --compare on the machine of the costs.
COMPARED = ROOT / "lab" / "data" / "compared.json"


PAGE, EXACT = "as the page waits", "without jitter"


@dataclass(frozen=True, slots=True)
class Policy:
    """Delays of the pages, choice of the replica, and users that a replica admits relative to the planned number."""

    waits: Waits = "page"
    balancer: Balancer = "turns"
    room: float = 1.25


@dataclass(frozen=True, slots=True)
class Scenario:
    """The events of a scenario, and the policies to compare.

    Attributes:
        title: of the picture.
        events: what happens.
        policies: what is compared, by names.
        of_planned: how many more people come than the replicas were planned for.
    """

    title: str
    events: Events
    policies: Mapping[str, Policy]
    of_planned: float = 1.0


SCENARIOS = {
    "failure": Scenario(
        "a third of the replicas dies at 30 s and is back at 60 s",
        Events(arrivals=((0.0, 15.0, 1.0),), failure=(30.0, 60.0, 1 / 3)),
        {
            PAGE: Policy(),
            EXACT: Policy("exact"),
            "as the page waits, to the emptier of two": Policy(balancer="two"),
        },
    ),
    "crowd": Scenario(
        "a flash crowd: a tenth is there, then twice as many as planned for come within 10 s",
        Events(arrivals=((0.0, 5.0, 0.1), (30.0, 40.0, 0.9))),
        {"all are let in": Policy(room=2.5), "a quarter more than planned are": Policy()},
        of_planned=2.0,
    ),
    "storm": Scenario(
        "the balancer loses every connection at 30 s and everybody comes back",
        Events(arrivals=((0.0, 20.0, 1.0),), cut=30.0),
        {
            PAGE: Policy(),
            EXACT: Policy("exact"),
            "with waits spread from 0 to twice as long": Policy("spread"),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a scenario under one policy: connections of the fleet, frames of the watched replicas."""

    fleet: Fleet
    course: Course
    met: Met


def service_of(costs: Costs, width: int, height: int) -> Service:
    """The measured times for one moving face in a frame of this size, which must be a row of the costs."""
    (row,) = [row for row in costs.rows if (row["faces"], row["width"], row["height"]) == (1, width, height)]
    loop = costs.server.result_cpu_ms / 1000
    sizes, search_sizes = sizes_of(costs, width, height)
    return Service(
        usual=tuple(ms / 1000 for ms in row["times_ms"]["usual"]),
        search=tuple(ms / 1000 for ms in row["times_ms"]["search"]),
        first=row["first_ms"] / 1000,
        receive=loop / 2,
        answer=loop / 2,
        connect=costs.server.connect_cpu_ms / 1000,
        sizes=sizes,
        search_sizes=search_sizes,
    )


def sizes_of(costs: Costs, width: int, height: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Relative costs of a frame in the smaller sizes that a page sends: usual, and searched."""
    smaller = [costs.frame(1, max(320, round(scale * width)), max(240, round(scale * height))) for scale in SCALES]
    whole = costs.frame(1, width, height)
    return (
        tuple(cost.usual_ms / whole.usual_ms for cost in smaller),
        tuple(cost.search_ms / whole.search_ms for cost in smaller),
    )


def found_contention() -> dict[str, float]:
    """What --compare found that holds for any picture, as `Service` has it: handing on, Python's lock, cold caches.

    Raises:
        ValueError: it was a quick comparison, whose figures mean nothing.
    """
    report = json.loads(COMPARED.read_text())
    if report["quick"]:
        raise ValueError(f"{COMPARED} is of --quick: compare again without it, or restore the file")
    found = report["calibrated"]
    return {"hop": found["hop_ms"] / 1000, "python": found["python"], "cold": found["cold"]}


def planned(people: int, costs: Costs, utilisation: float = 0.6, cores: int = 2) -> Plan:
    """The plan of lab.capacity for so many people, without spare replicas, since failures are to be seen."""
    width, height = SIZE
    wish = Workload(people, FPS, 1.0, width, height, utilisation=utilisation, cores=cores, spare=0)
    return plan(wish, costs)


def play(
    scenario: Scenario, people: int, costs: Costs, *, policy: str, watched: int = WATCHED, seconds: int = SECONDS,
    seed: int = 0, say: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """One scenario under one policy: `people` users on the replicas that the calculator plans for them at 60 % load.

    In a scenario with more people than planned for, `people` come and the replicas are for fewer.
    """
    size = planned(round(people / scenario.of_planned), costs)
    rules = scenario.policies[policy]
    max_connections = math.ceil(rules.room * size.people_each)
    handshakes_per_s = HANDSHAKES_PER_MILLION * people / 1e6
    fleet = Fleet(people, size.replicas, max_connections, handshakes_per_s, rules.waits, rules.balancer)
    # A random sample of all replicas, including those that fail.
    some = frozenset(Random(seed).sample(range(fleet.replicas), min(watched, fleet.replicas)))
    course = follow(fleet, scenario.events, seconds, some, seed)
    say(f"  connections of {people:,} users and {fleet.replicas:,} replicas: done")
    # The server allows 30 frames a second; these cameras give ten.
    kind = Kind(FPS, adaptive=True, network=NETWORK_S)
    found = found_contention()
    service = replace(service_of(costs, *SIZE), hop=found["hop"], python=found["python"], cold=found["cold"])
    settings = load_settings({"clients": max_connections}, {})
    met = watch(list(course.logs.values()), kind, service, settings, seconds, 2, seed)
    return Outcome(fleet, course, met)
