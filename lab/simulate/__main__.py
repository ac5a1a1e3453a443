"""Simulates a million users under failures and load peaks: `python -m lab.simulate` (or `make simulate`).

Draws lab/plots/simulation-*.png and writes their figures to lab/data/simulation.json. `--compare` measures this machine
and simulates the same loads instead, which shows how far to trust the simulation; it wants an idle machine.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from lab.bench.stats import percentile
from lab.capacity.costs import load_costs
from lab.simulate.compare import compare
from lab.simulate.compare import table as compared_table
from lab.simulate.plot import draw
from lab.simulate.scenarios import SCENARIOS, WATCHED, Outcome, found_contention, play
from tests.support import ROOT

LAB = ROOT / "lab"
PEOPLE = 1_000_000
# Seconds of a scenario that count as "before" and as "at the end".
BEFORE, END = slice(22, 30), slice(-10, None)


def main(arguments: list[str] | None = None) -> int:
    """Run; with --compare, return 1 when a simulated figure differs from the measured one by more than a fifth."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.simulate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compare", action="store_true", help="measure this machine and simulate the same loads")
    parser.add_argument("--people", type=int, default=PEOPLE, help="number of users (default 1,000,000)")
    parser.add_argument("--watched", type=int, default=WATCHED, help="replicas simulated frame by frame")
    parser.add_argument("--only", choices=SCENARIOS, help="run one scenario")
    parser.add_argument("--quick", action="store_true", help="run briefly, to show that everything works")
    parser.add_argument("--out", type=Path, default=LAB, help="folder for plots/ and data/ (default lab)")
    options = parser.parse_args(arguments)
    return compared(options.quick, options.out) if options.compare else simulated(options)


def compared(quick: bool, out: Path) -> int:
    """Measure and simulate the same loads."""
    report = compare(quick, lambda line: print(line, file=sys.stderr, flush=True))
    (out / "data" / "compared.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report["calibrated"], indent=1), compared_table(report), sep="\n")
    if not report["machine"]["idle"]:
        print("the machine was not idle: repeat the measurement when it is")
    return 0 if report["within"] else 1


def simulated(options: argparse.Namespace) -> int:
    """Run all scenarios under all their policies."""
    costs = load_costs()
    people = 2000 if options.quick else options.people
    made: dict[str, Any] = {}
    for name in [options.only] if options.only else SCENARIOS:
        scenario, outcomes = SCENARIOS[name], {}
        print(scenario.title, flush=True)
        for policy in scenario.policies:
            began = time.perf_counter()
            outcome = outcomes[policy] = play(scenario, people, costs, policy=policy, watched=options.watched)
            made.setdefault(name, {})[policy] = figures(outcome)
            print(f"  {policy}, {time.perf_counter() - began:.0f} s: {figures(outcome)}", flush=True)
        draw(scenario, outcomes, options.out / "plots" / f"simulation-{name}.png")
    file = options.out / "data" / "simulation.json"
    before = json.loads(file.read_text())["scenarios"] if options.only and file.exists() else {}
    report = {
        "people": people,
        "watched": options.watched,
        "unit_ms": costs.unit_ms,
        "contention": found_contention(),
        "scenarios": before | made,
    }
    file.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))
    return 0


def table(report: dict[str, Any]) -> str:
    """The figures as a table for lab/simulation.md."""
    lines = [
        "| Scenario, policy | time without a connection, p50 / p95 | refused attempts | "
        "age p95 before / worst / at the end | maximum dropped | connected at the end |",
        "|---|---|---|---|---|---|",
    ]
    for name, policies in report["scenarios"].items():
        for policy, row in policies.items():
            down = "none" if row["down_p50_s"] is None else f"{row['down_p50_s']:g} / {row['down_p95_s']:g} s"
            ages = " / ".join(f"{row[key]:.0f}" for key in ("p95_before_ms", "p95_worst_ms", "p95_at_end_ms"))
            lines.append(
                f"| {name}, {policy} | {down} | {row['refused_or_late']:,} | {ages} ms | "
                f"{100 * row['dropped_worst']:.0f} % | {100 * row['connected_at_end']:.0f} % |"
            )
    return "\n".join(lines)


def figures(outcome: Outcome) -> dict[str, Any]:
    """The figures of a scenario: seconds without a connection, ages in milliseconds, shares of frames."""
    course, met, fleet = outcome.course, outcome.met, outcome.fleet
    down = course.down
    return {
        "fleet": asdict(fleet),
        "busiest_second_tries": max(course.tried[BEFORE.stop :]),
        "refused_or_late": sum(course.refused) + sum(course.late),
        "down_p50_s": round(percentile(down, 0.5), 1) if down else None,
        "down_p95_s": round(percentile(down, 0.95), 1) if down else None,
        "connected_at_end": round(course.connected[-1] / fleet.users, 3),
        "p50_before_ms": round(median(met.p50[BEFORE]), 1),
        "p50_at_end_ms": round(median(met.p50[END]), 1),
        "p95_before_ms": round(median(met.p95[BEFORE]), 1),
        "p95_worst_ms": round(max(some for some in met.p95[BEFORE.stop :] if some == some), 1),
        "p95_at_end_ms": round(median(met.p95[END]), 1),
        "dropped_worst": round(max(map(_share, met.dropped[BEFORE.stop :], met.answered[BEFORE.stop :])), 4),
        "answers_at_end_per_s": round(median(met.answered[END]), 1),
        "cores_busy": round(met.busy, 3),
    }


def _share(dropped: float, answered: float) -> float:
    return dropped / (dropped + answered) if dropped else 0.0


if __name__ == "__main__":
    sys.exit(main())
