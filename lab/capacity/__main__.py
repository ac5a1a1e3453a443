"""Capacity planner: cores, memory, bandwidth and replicas for a number of people, from measured costs.

Each line of the plan shows its computation. The costs were measured on one machine (docs/scaling.md); --unit-ms or
--measure adapts them to another one.

Example:
  python -m lab.capacity --people 10000 --fps 10
  python -m lab.capacity --people 500 --fps 15 --faces 1.5 --size 480x360 --cores 4 --json
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from lab.capacity.costs import COSTS, Costs, OutOfRangeError, load_costs
from lab.capacity.model import Plan, Workload, plan

# The default limit of open files on most systems; a server has some 50 open before the first connection.
DEFAULT_FILES, OWN_FILES = 1024, 50
# Above this share of the event loop's maximum throughput, answers wait for the event loop.
MAX_LOOP_SHARE = 0.5
MEASURED_CORES = 2
UNITS = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    usual = Workload(people=1)
    parser.add_argument("--people", type=_count, required=True, help="concurrent connections")
    parser.add_argument("--fps", type=_positive, default=usual.fps, help="frames a second of each person (default 10)")
    parser.add_argument("--faces", type=_number, default=usual.faces, help="mean number of faces a frame (default 1)")
    parser.add_argument(
        "--size", type=_size, default=(480, 360), help="size of a frame (default 480x360, as the page sends it)"
    )
    parser.add_argument("--still", action="store_true", help="faces hardly move")
    parser.add_argument(
        "--utilisation",
        type=_share,
        default=usual.utilisation,
        help="maximum mean load of the cores; above it, results get old (default 0.6)",
    )
    parser.add_argument("--cores", type=_count, default=usual.cores, help="cores of a replica (default 2)")
    parser.add_argument("--spare", type=_whole, default=usual.spare, help="replicas that may fail (default 1)")
    speed = parser.add_mutually_exclusive_group()
    speed.add_argument("--unit-ms", type=_positive, help="milliseconds of a 512x512 float32 product there")
    speed.add_argument("--measure", action="store_true", help="time a unit on this machine")
    parser.add_argument("--costs", type=Path, default=COSTS, help="a file written by python -m lab.capacity.measure")
    parser.add_argument("--json", action="store_true", help="print the plan as JSON")


def run(options: argparse.Namespace) -> int:
    """Compute and print the plan; returns 2 for invalid input."""
    try:
        costs = load_costs(options.costs)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"error: --costs {options.costs}: expected a file of lab.capacity.measure: {error}", file=sys.stderr)
        return 2
    unit_ms = measured_unit_ms() if options.measure else options.unit_ms or costs.unit_ms
    names = ("people", "fps", "faces", "still", "utilisation", "cores", "spare")
    width, height = options.size
    chosen = {name: getattr(options, name) for name in names}
    workload = Workload(width=width, height=height, speed=costs.unit_ms / unit_ms, **chosen)
    try:
        answer = plan(workload, costs)
    except OutOfRangeError as error:
        print(f"error: --{error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({"workload": asdict(workload), "unit_ms": unit_ms, "plan": asdict(answer)}, indent=1))
    else:
        print("\n".join(lines(workload, answer, costs, unit_ms)))
    return 0


def lines(workload: Workload, answer: Plan, costs: Costs, unit_ms: float) -> list[str]:
    """The plan as text: a title, a line for each figure with its computation, and warnings."""
    faces = "one face" if workload.faces == 1 else f"{workload.faces:g} faces"
    size, server = f"{workload.width}x{workload.height}", costs.server
    each = f"{workload.cores} cores" if workload.cores > 1 else "1 core"
    see_ms, web_ms, busy = answer.pipeline_ms, answer.web_ms, f"{answer.busy:,.1f}"
    rows = [
        ("frames", f"{answer.frames_per_s:,.0f} /s", f"{workload.people:,} people x {workload.fps:g} a second"),
        (
            "CPU of a frame",
            f"{see_ms + web_ms:.2f} ms",
            f"{see_ms:.2f} for the pipeline, {web_ms:.2f} for the web; a unit takes {unit_ms:.2f} ms",
        ),
        ("busy cores", busy, f"{answer.frames_per_s:,.0f} x {see_ms + web_ms:.2f} ms"),
        (
            "replicas",
            f"{answer.replicas:,}",
            f"{answer.loaded:,} of {each} at {100 * workload.utilisation:.0f} % for {busy}, "
            f"and {workload.spare:,} spare",
        ),
        ("cores", f"{answer.cores:,}", f"{answer.replicas:,} x {workload.cores}"),
        ("people a replica", f"{answer.people_each:,}", f"without spare replicas: --clients {answer.people_each}"),
        (
            "memory a replica",
            f"{answer.replica_mb:,.0f} MB",
            f"{server.process_mb:.0f} and {workload.cores} threads x {server.thread_mb:.0f} and "
            f"{answer.people_each:,} people x {server.connection_mb:.2f}",
        ),
        ("memory", f"{answer.memory_mb / 1000:,.1f} GB", f"{answer.replicas:,} x {answer.replica_mb:,.0f} MB"),
        ("up", _rate(answer.up_mbit), f"{answer.up_bytes / 1000:,.1f} kB a frame, with TLS, TCP and IP"),
        ("down", _rate(answer.down_mbit), f"{answer.down_bytes / 1000:,.1f} kB an answer"),
    ]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    still = ", still" * workload.still
    title = f"{workload.people:,} people, {workload.fps:g} frames a second each, {faces}{still}, {size}:"
    body = [f"  {name:{wide[0]}}  {value:>{wide[1]}}   {why}" for name, value, why in rows]
    return [title, *body, *(f"Note: {note}" for note in _notes(workload, answer))]


def _notes(workload: Workload, answer: Plan) -> list[str]:
    """Warnings about limits that this plan meets."""
    notes = []
    if workload.cores > MEASURED_CORES:
        notes.append(
            f"the costs were measured on {MEASURED_CORES} cores. More threads compete for Python's lock: prefer more "
            "replicas to larger ones."
        )
    busiest = workload.fps * answer.people_each
    if busiest > MAX_LOOP_SHARE * answer.max_fps:
        notes.append(
            f"{busiest:,.0f} frames a second in one process: its event loop can serve at most {answer.max_fps:,.0f}. "
            "Choose fewer --cores."
        )
    if answer.people_each + OWN_FILES > DEFAULT_FILES:
        files = 2 ** math.ceil(math.log2(answer.people_each + OWN_FILES))
        notes.append(f"each connection is an open file, and the usual limit is {DEFAULT_FILES}: ulimit -n {files}.")
    if workload.utilisation > 0.8:
        notes.append("above 80 % load, a short peak makes results old: lab/simulation.md shows how old.")
    return notes


def measured_unit_ms() -> float:
    """Milliseconds of a unit on one thread of this machine: the lower quartile, which other load changes little."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # read when numpy is first loaded, which is here
    import numpy as np

    a, b = np.random.default_rng(0).random((2, 512, 512), np.float32)
    times = []
    for _ in range(UNITS):
        started = time.perf_counter()
        a @ b
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)[UNITS // 4]


def _rate(mbit: float) -> str:
    return f"{mbit / 1000:,.1f} Gbit/s" if mbit >= 1000 else f"{mbit:,.1f} Mbit/s"


def _checked(text: str, parse: Callable[[str], float], fits: Callable[[float], bool], wanted: str) -> float:
    try:
        value = parse(text.replace(",", "") if parse is int else text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and fits(value)):
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    return value


def _count(text: str) -> int:
    return int(_checked(text, int, lambda value: 1 <= value <= 10**9, "a whole number from 1 on"))


def _whole(text: str) -> int:
    return int(_checked(text, int, lambda value: 0 <= value <= 10**9, "a whole number from 0 on"))


def _positive(text: str) -> float:
    return _checked(text, float, lambda value: 0 < value <= 1000, "a number above 0, at most 1000")


def _number(text: str) -> float:
    return _checked(text, float, lambda value: value >= 0, "a number from 0 on")


def _share(text: str) -> float:
    return _checked(text, float, lambda value: 0 < value <= 1, "a part from 0 to 1, such as 0.6")


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 640x480")
    return int(width), int(height)


def main(arguments: list[str] | None = None) -> int:
    """Run the planner; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.capacity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    configure(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
