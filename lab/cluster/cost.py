"""What Ray Serve costs compared with the plain server under the same load: `python -m lab.cluster.cost`.

Both run all the time and are measured alternately: `python -m server` with two threads, and a node with two replicas of
one thread.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import Outcome, put_load, serving
from lab.bench.machine import describe, headline
from tests.support.ray_cluster import HAPROXY, LocalCluster

REPLICAS = 2
OPTIONS = {"autoscaling_config": {"min_replicas": REPLICAS, "max_replicas": REPLICAS}}
UNLIMITED = "1000"
PEOPLE = Group("page", 10, fps=10)
SATURATING = Group("saturating", 8)
MB = 1e6


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m lab.cluster.cost", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of measurements (default 5)")
    parser.add_argument("--seconds", type=float, default=8, help="duration of each measurement (default 8)")
    parser.add_argument("--haproxy", action="store_true", help="use HAProxy instead of Ray's own proxy")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves the `with` block, which ends all processes
    print(headline(describe()), flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("--fps", UNLIMITED, "--workers", str(REPLICAS)) as plain,
        LocalCluster(variables=HAPROXY if options.haproxy else {}) as cluster,
    ):
        pictures = Context(quick=False, folder=Path(folder)).pictures
        cluster.deploy(OPTIONS, {"EMOJIFY_FPS": UNLIMITED}, REPLICAS)
        measured: dict[str, list[tuple[Outcome, Outcome]]] = {"page": [], "saturating": []}
        for _ in range(options.rounds):
            for group in (PEOPLE, SATURATING):
                pair = [put_load(server, [group], pictures, 1, options.seconds) for server in (plain, cluster)]
                measured[group.kind].append((pair[0], pair[1]))
        replicas = [process.memory_info().rss for process in cluster.nodes[0].replicas()]
    _print(measured, replicas)
    return 0


def _print(measured: dict[str, list[tuple[Outcome, Outcome]]], replicas: list[int]) -> None:
    people, saturating = measured["page"], measured["saturating"]
    resident = [pair[-1].resident_bytes for pair in zip(*people, strict=True)]
    print("\n| | `python -m server` | Ray Serve, two replicas | Ratio |\n|---|---|---|---|")
    _row("Age p50, 10 people at 10/s", "ms", [(a.age(0.5), b.age(0.5)) for a, b in people])
    _row("Age p95", "ms", [(a.age(0.95), b.age(0.95)) for a, b in people])
    _row("CPU time a result, all processes", "ms", [(_cpu_ms(a), _cpu_ms(b)) for a, b in people])
    _row("Results a second at most", "", [(a.results / a.seconds, b.results / b.seconds) for a, b in saturating])
    _row("Resident memory, all processes", "MB", [(resident[0] / MB, resident[1] / MB)])
    print(f"\nA replica of Ray Serve uses {median(replicas) / MB:.0f} MB.")


def _row(title: str, unit: str, pairs: list[tuple[float, float]]) -> None:
    plain, ray = (median(values) for values in zip(*pairs, strict=True))
    ratio = median(b / a for a, b in pairs)
    print(f"| {title} | {plain:.3g} {unit} | {ray:.3g} {unit} | {ratio:.2g} |".replace("  |", " |"))


def _cpu_ms(outcome: Outcome) -> float:
    return 1000 * outcome.cpu_seconds / outcome.results


if __name__ == "__main__":
    sys.exit(main())
