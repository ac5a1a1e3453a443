"""Compares the simulation with measurements of the same loads on this machine.

The simulation is calibrated (calibrate.py) with four loads, none of which is compared: 4 users at 25 frames a second,
50 at 10, 20 that capture 50 pictures a second and may send one, and 8 saturating ones. Compared are 20 and 100 users at
10 frames a second, and adaptive users that ask for twice the throughput of the saturating ones. In both cases the load
generator shares the cores with the server. The server's times are calibrated from fixed-rate and adaptive users
together; the users' own CPU time is calibrated separately.

All loads are measured in several rounds, because results vary: the phases of the cameras are random, and adaptive
users settle at different rates. The calibration uses all rounds; the comparison uses the medians of the rounds and of
as many seeds.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import Outcome, put_load, serving
from lab.bench.machine import describe
from lab.bench.stats import median
from lab.simulate.calibrate import Measured, figures, service_from, together, user_from
from lab.simulate.crowded import Simulated, simulate
from server.settings import available_cores, load_settings

FPS = 10.0
UNLIMITED = 1000.0
ROUNDS = 3
WITHIN = 0.2
KINDS = ("page", "adaptive")


@dataclass(frozen=True, slots=True)
class Run:
    """How to measure a load: warm-up and duration in seconds, and the server's options."""

    group: Group
    warm_up: float
    seconds: float
    options: tuple[str, ...] = ()


SATURATING = Run(Group("saturating", 8, UNLIMITED), 2, 15, ("--fps", str(UNLIMITED)))


def calibrating() -> dict[str, Run]:
    """The loads for the calibration, by name and kind."""
    runs = {}
    for kind in KINDS:
        runs[f"few, {kind}"] = Run(Group(kind, 4, 25.0), 2, 15)
        runs[f"many, {kind}"] = Run(Group(kind, 50, FPS), 3, 10)
        runs[f"looking, {kind}"] = Run(Group(kind, 20, 50.0), 2, 10, ("--fps", "1"))
    return runs


def compared(carries: float) -> dict[str, Run]:
    """The compared loads, for a server that carries this many results a second."""
    groups = {
        "20 users": (Group("page", 20, FPS), 2),
        "100 users": (Group("page", 100, FPS), 3),
        "twice the load, adaptive": (Group("adaptive", -int(-2 * carries // FPS), FPS), 8),
    }
    return {
        name: Run(group, warm_up, 20, ("--clients", str(group.count))) for name, (group, warm_up) in groups.items()
    }


def compare(quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, calibrate and simulate; returns the report for JSON."""
    machine = describe()
    rounds = 1 if quick else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        context = Context(quick, Path(folder))

        def measure(run: Run) -> Outcome:
            with serving(*run.options) as server:
                return put_load(server, [run.group], context.pictures, run.warm_up, context.seconds(run.seconds))

        # How many twice the load are must be known before; this one counts among the others too.
        say("saturating")
        first = measure(SATURATING)
        known, wanted = calibrating() | {"saturating": SATURATING}, compared(first.results / first.seconds)
        measured = defaultdict[str, list[Outcome]](list, {"saturating": [first]})
        for turn in range(rounds):
            for name, run in (known | wanted).items():
                if len(measured[name]) <= turn:
                    say(f"round {turn + 1} of {rounds}: {name}")
                    measured[name].append(measure(run))

    def load(*names: str) -> Measured:
        group = known[names[0]].group
        return together([Measured(group.count, group.fps, outcome) for name in names for outcome in measured[name]])

    say("calibrating and simulating")
    service = service_from(
        few=load(*(f"few, {kind}" for kind in KINDS)), many=load(*(f"many, {kind}" for kind in KINDS)),
        saturating=load("saturating"), cores=available_cores(),
    )
    users = {
        kind: user_from(load(f"few, {kind}"), load(f"many, {kind}"), load(f"looking, {kind}"), service.hop)
        for kind in KINDS
    }
    rows = []
    for name, run in wanted.items():
        user = replace(users[run.group.kind], fps=FPS, adaptive=run.group.kind == "adaptive")
        settings = load_settings({"clients": run.group.count}, {})
        simulated = [
            simulate(
                user, run.group.count, service, settings, seconds=measured[name][0].seconds, warm_up=run.warm_up,
                cores=available_cores(), seed=seed,
            )[1]
            for seed in range(rounds)
        ]
        rows += _rows(name, measured[name], simulated)
    return {
        "machine": machine,
        "quick": quick,
        "rounds": rounds,
        "calibrated": figures(service, users),
        "loads": {
            name: _load(run.group, [Measured(run.group.count, run.group.fps, outcome) for outcome in measured[name]])
            for name, run in (known | wanted).items()
        },
        "rows": rows,
        "within": all(abs(row["deviation"]) <= WITHIN for row in rows),
    }


def _load(group: Group, rounds: Sequence[Measured]) -> dict[str, Any]:
    """A load, and for each round the results a second and the CPU of a frame."""
    return {
        "kind": group.kind,
        "users": group.count,
        "fps": group.fps,
        "results_per_s": [round(load.outcome.results / load.outcome.seconds, 1) for load in rounds],
        "pipeline_ms": [round(1000 * load.pipeline, 3) for load in rounds],
        "loop_ms": [round(1000 * load.loop, 3) for load in rounds],
        "user_ms": [round(1000 * load.user, 3) for load in rounds],
    }


def _rows(load: str, outcomes: Sequence[Outcome], simulated: Sequence[Simulated]) -> list[dict[str, Any]]:
    sides: dict[str, tuple[list[float], list[float]]] = {
        "results/s": ([each.results / each.seconds for each in outcomes], [each.results_per_s for each in simulated]),
        "age p50, ms": ([each.age(0.5) for each in outcomes], [each.p50 for each in simulated]),
        "age p95, ms": ([each.age(0.95) for each in outcomes], [each.p95 for each in simulated]),
    }
    return [
        {
            "load": load,
            "figure": name,
            "measured": real,
            "simulated": ours,
            "deviation": median(ours) / median(real) - 1,
        }
        for name, (real, ours) in sides.items()
    ]


def table(report: dict[str, Any]) -> str:
    """The rows as a Markdown table."""
    lines = ["| Load | Figure | Measured (from to) | Simulated (from to) | Deviation |", "|---|---|---|---|---|"]
    for row in report["rows"]:
        real, ours = (
            f"{median(values):.3g} ({min(values):.3g} to {max(values):.3g})"
            for values in (row["measured"], row["simulated"])
        )
        lines.append(f"| {row['load']} | {row['figure']} | {real} | {ours} | {100 * row['deviation']:+.0f} % |")
    return "\n".join(lines)
