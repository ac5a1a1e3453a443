"""The same loads measured on this machine and simulated, side by side.

Taken from measurements (calibrated), none of them one of the compared loads:

- four viewers at 25 frames a second, of each kind: the times of the pipeline, of which the slowest twenty-fifth are the
  searches that are due once a second; the CPU of the event loop and of the load generator for a frame; and what is left
  of the age, the delays of handing on (a quarter each to the two ways of the network and to those between event loop
  and thread). One viewer alone would not do: between two frames the caches go cold, and each takes half as long again;
- twenty viewers who take 50 pictures a second and may send one: the load generator's CPU for a picture not sent.

Compared: 20 and 100 viewers at 10 frames a second, and viewers that adapt who ask for twice what the greedy ones got.
The load generator shares the cores with the server in both.
"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
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
FEW, FEW_FPS = 4, 25.0
# A search is due once a second.
SEARCHES = 1 / FEW_FPS
LOOKERS, LOOKS_FPS = 20, 50.0
# Seconds of event loop below which a measurement of CPU ticks means nothing.
LEAST = 20e-6
WITHIN = 0.2


def calm(outcome: Outcome) -> tuple[Service, Kind]:
    """The times of a few viewers who are hardly ever in each other's way."""
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


def look_of(outcome: Outcome, viewer: Kind) -> float:
    """CPU seconds of a viewer for a picture that is not sent."""
    sent = sum(record.sent for record in outcome.records)
    pictures = LOOKERS * LOOKS_FPS * outcome.seconds
    return max(0.0, outcome.clients_cpu_seconds - sent * (viewer.send + viewer.read)) / (pictures - sent)


def compare(quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, calibrate, simulate; everything about it, for JSON."""
    machine = describe()
    with tempfile.TemporaryDirectory() as folder:
        context = Context(quick, Path(folder))

        def measure(group: Group, warm_up: float, seconds: float, *options: str) -> Outcome:
            say(f"measuring {group.count} {group.kind}")
            with serving(*options) as server:
                return put_load(server, [group], context.pictures, warm_up, context.seconds(seconds))

        few = {kind: measure(Group(kind, FEW, FEW_FPS), 2, 15) for kind in ("page", "adaptive")}
        lookers = {
            kind: measure(Group(kind, LOOKERS, LOOKS_FPS), 2, 10, "--fps", "1") for kind in ("page", "adaptive")
        }
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
    services, viewers = dict[str, Service](), dict[str, Kind]()
    for kind in few:
        services[kind], viewers[kind] = calm(few[kind])
        viewers[kind] = replace(viewers[kind], look=look_of(lookers[kind], viewers[kind]))
    # The bench's frame and its smaller sizes, which pages go down to; how much cheaper those are is in costs.json.
    sizes = service_of(load_costs(), 640, 480).sizes
    services = {kind: replace(service, sizes=sizes) for kind, service in services.items()}
    say("simulating")
    rows = []
    for name, (group, warm_up, _) in loads.items():
        outcome = measured[name]
        viewer = replace(viewers[group.kind], fps=FPS, adaptive=group.kind == "adaptive")
        settings = load_settings({"clients": group.count}, {})
        _, simulated = simulate(
            viewer, group.count, services[group.kind], settings, seconds=outcome.seconds, warm_up=warm_up,
            cores=available_cores(),
        )
        rows += _rows(name, outcome, simulated)
    return {
        "machine": machine,
        "quick": quick,
        "calibrated": {
            kind: {
                "usual_ms": 1000 * sum(service.usual) / len(service.usual),
                "search_ms": 1000 * sum(service.search) / len(service.search),
                "loop_ms": 1000 * (service.receive + service.answer),
                "viewer_ms": 1000 * (viewers[kind].send + viewers[kind].read),
                "look_ms": 1000 * viewers[kind].look,
                "hop_ms": 1000 * service.hop,
            }
            for kind, service in services.items()
        }
        | {"greedy_results_per_s": carries},
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
