"""The same loads measured on this machine and simulated, side by side.

Taken from measurements (calibrated), none of them one of the compared loads:

- one viewer alone at 10 frames a second: the times of the pipeline, of which the slowest tenth are the searches that
  are due once a second; the CPU of the event loop and of the load generator for a frame; and what is left of the age,
  the delays of handing on (a quarter each to the two ways of the network and to those between event loop and thread);
- eight greedy viewers: how much longer everything takes when both cores work (memory, caches, Python's lock).

Compared: 20 and 100 viewers at 10 frames a second, and viewers that adapt who ask for twice what the greedy ones got.
The load generator shares the cores with the server in both.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.capacity.costs import load_costs
from server.options import load_settings
from server.settings import available_cores
from tests.bench.context import Context
from tests.bench.load import Group
from tests.bench.machine import describe
from tests.bench.running import Outcome, put_load, serving
from tests.bench.simulation.crowded import Simulated, simulate
from tests.bench.simulation.replica import Service
from tests.bench.simulation.scenarios import service_of
from tests.bench.simulation.viewer import Kind
from tests.bench.stats import percentile

FPS = 10.0
GREEDY = 8
UNLIMITED = 1000.0
# A search is due once a second: with ten frames a second it is every tenth frame.
SEARCHES = 0.1
# Seconds of event loop below which a measurement of CPU ticks means nothing.
LEAST = 20e-6
WITHIN = 0.2


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What the simulation is told about this machine."""

    service: Service
    viewer: Kind
    stretch: float


def alone(outcome: Outcome) -> tuple[Service, Kind]:
    """The times of one viewer who has the machine for himself."""
    worked = sorted(work / 1000 for record in outcome.records for work in record.worked)
    searches = max(1, round(SEARCHES * len(worked)))
    sent = sum(record.sent for record in outcome.records)
    loop = max(LEAST, outcome.loop_cpu_seconds / outcome.results)
    viewer = max(LEAST, outcome.clients_cpu_seconds / sent)
    left = max(0.0, outcome.age(0.5) / 1000 - percentile(worked, 0.5) - loop - viewer)
    service = Service(
        usual=tuple(worked[:-searches]),
        search=tuple(worked[-searches:]),
        first=worked[-1],
        receive=loop / 2,
        answer=loop / 2,
        hop=left / 4,
    )
    return service, Kind(FPS, False, network=left / 4, send=viewer / 2, read=viewer / 2)


def stretch_of(service: Service, viewer: Kind, wanted: float, seconds: float) -> float:
    """How much longer everything takes with all cores at work, for the greedy viewers to get as many results."""

    def results(stretch: float) -> float:
        greedy = replace(viewer, fps=0.0)
        settings = load_settings({"fps": UNLIMITED}, {})
        return simulate(greedy, GREEDY, service, settings, seconds=seconds, warm_up=1, stretch=stretch)[1].results_per_s

    low, high = 0.6, 3.0
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (middle, high) if results(middle) > wanted else (low, middle)
    return (low + high) / 2


def compare(quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, calibrate, simulate; everything about it, for JSON."""
    machine = describe()
    with tempfile.TemporaryDirectory() as folder:
        context = Context(quick, Path(folder))

        def measure(group: Group, warm_up: float, seconds: float, *options: str) -> Outcome:
            say(f"measuring {group.count} {group.kind}")
            with serving(*options) as server:
                return put_load(server, [group], context.pictures, warm_up, context.seconds(seconds))

        one = measure(Group("page", 1, FPS), 2, 30)
        greedy = measure(Group("greedy", GREEDY), 2, 15, "--fps", str(UNLIMITED))
        carries = greedy.results / greedy.seconds
        twice = -int(-2 * carries // FPS)
        loads = {
            "20 viewers": (Group("page", 20, FPS), 2.0, 20.0),
            "100 viewers": (Group("page", 100, FPS), 3.0, 20.0),
            "twice the load, adaptive": (Group("adaptive", twice, FPS), 8.0, 20.0),
        }
        measured = {
            name: measure(group, warm_up, seconds, "--clients", str(group.count))
            for name, (group, warm_up, seconds) in loads.items()
        }
    service, viewer = alone(one)
    # The bench's frame and its smaller sizes, which pages go down to; how much cheaper those are is in costs.json.
    service = replace(service, sizes=service_of(load_costs(), 640, 480).sizes)
    say("simulating")
    stretch = stretch_of(service, viewer, carries, 2 if quick else 6)
    rows = []
    for name, (group, warm_up, _) in loads.items():
        outcome = measured[name]
        kind = replace(viewer, adaptive=group.kind == "adaptive")
        settings = load_settings({"clients": group.count}, {})
        _, simulated = simulate(
            kind, group.count, service, settings, seconds=outcome.seconds, warm_up=warm_up,
            cores=available_cores(), stretch=stretch,
        )
        rows += _rows(name, outcome, simulated)
    return {
        "machine": machine,
        "quick": quick,
        "calibrated": {
            "usual_ms": 1000 * sum(service.usual) / len(service.usual),
            "search_ms": 1000 * sum(service.search) / len(service.search),
            "loop_ms": 1000 * (service.receive + service.answer),
            "viewer_ms": 1000 * (viewer.send + viewer.read),
            "hop_ms": 1000 * service.hop,
            "greedy_results_per_s": carries,
            "stretch": stretch,
        },
        "rows": rows,
        "within": all(abs(row["deviation"]) <= WITHIN for row in rows),
    }


def _rows(load: str, outcome: Outcome, simulated: Simulated) -> list[dict[str, Any]]:
    pairs = {
        "results/s": (outcome.results / outcome.seconds, simulated.results_per_s),
        "age p50, ms": (outcome.age(0.5), simulated.p50),
        "age p95, ms": (outcome.age(0.95), simulated.p95),
    }
    return [
        {"load": load, "figure": name, "measured": real, "simulated": made, "deviation": made / real - 1}
        for name, (real, made) in pairs.items()
    ]


def table(report: dict[str, Any]) -> str:
    """The rows as Markdown."""
    lines = ["| Load | Figure | Measured | Simulated | Deviation |", "|---|---|---|---|---|"]
    for row in report["rows"]:
        lines.append(
            f"| {row['load']} | {row['figure']} | {row['measured']:.3g} | {row['simulated']:.3g} | "
            f"{100 * row['deviation']:+.0f} % |"
        )
    return "\n".join(lines)
