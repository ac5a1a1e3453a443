"""How large a machine must be: cores, memory, bandwidth and replicas for so many people, from measured costs.

Each line says from what it follows. The costs were measured on one machine (docs/scaling.md); give --unit-ms, or
--measure, to reckon for another one.

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
from lab.capacity.model import Plan, Wish, plan

# What a process may have open unless told otherwise, on most systems; some 50 are taken before the first connection.
USUAL_FILES, OWN_FILES = 1024, 50
# Beyond this part of what the one event loop can do at most, answers wait for it.
LOOP_SHARE = 0.5
MEASURED_CORES = 2
UNITS = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    usual = Wish(people=1)
    parser.add_argument("--people", type=_count, required=True, help="connections at once")
    parser.add_argument("--fps", type=_positive, default=usual.fps, help="frames a second of each (default 10)")
    parser.add_argument("--faces", type=_number, default=usual.faces, help="faces in a frame, a mean (default 1)")
    parser.add_argument(
        "--size", type=_size, default=(480, 360), help="of a frame (default 480x360, what the page sends)"
    )
    parser.add_argument("--still", action="store_true", help="faces hardly move, as before a photograph of one")
    parser.add_argument(
        "--utilisation",
        type=_share,
        default=usual.utilisation,
        help="part of the cores that may be busy in the mean; more, and answers wait (default 0.6)",
    )
    parser.add_argument("--cores", type=_count, default=usual.cores, help="cores of a replica (default 2)")
    parser.add_argument("--spare", type=_whole, default=usual.spare, help="replicas that may fail (default 1)")
    speed = parser.add_mutually_exclusive_group()
    speed.add_argument("--unit-ms", type=_positive, help="milliseconds of a unit there: a 512x512 float32 product")
    speed.add_argument("--measure", action="store_true", help="time a unit on this machine")
    parser.add_argument("--costs", type=Path, default=COSTS, help="a file of python -m lab.capacity.measure")
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def run(options: argparse.Namespace) -> int:
    """Reckon and print; 2 when that cannot be done."""
    try:
        costs = load_costs(options.costs)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"error: --costs {options.costs}: not a file of lab.capacity.measure: {error}", file=sys.stderr)
        return 2
    unit_ms = measured_unit_ms() if options.measure else options.unit_ms or costs.unit_ms
    names = ("people", "fps", "faces", "still", "utilisation", "cores", "spare")
    width, height = options.size
    chosen = {name: getattr(options, name) for name in names}
    wish = Wish(width=width, height=height, speed=costs.unit_ms / unit_ms, **chosen)
    try:
        answer = plan(wish, costs)
    except OutOfRangeError as error:
        print(f"error: --{error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({"wish": asdict(wish), "unit_ms": unit_ms, "plan": asdict(answer)}, indent=1))
    else:
        print("\n".join(lines(wish, answer, costs, unit_ms)))
    return 0


def lines(wish: Wish, answer: Plan, costs: Costs, unit_ms: float) -> list[str]:
    """The plan for people: a title, a line for each figure with where it comes from, and what to mind."""
    faces = "one face" if wish.faces == 1 else f"{wish.faces:g} faces"
    size, server = f"{wish.width}x{wish.height}", costs.server
    each = f"{wish.cores} cores" if wish.cores > 1 else "1 core"
    see_ms, web_ms, busy = answer.pipeline_ms, answer.web_ms, f"{answer.busy:,.1f}"
    rows = [
        ("frames", f"{answer.frames_per_s:,.0f} /s", f"{wish.people:,} people x {wish.fps:g} a second"),
        (
            "CPU of a frame",
            f"{see_ms + web_ms:.2f} ms",
            f"{see_ms:.2f} to see, {web_ms:.2f} for the web around it; a unit takes {unit_ms:.2f} ms",
        ),
        ("cores at work", busy, f"{answer.frames_per_s:,.0f} x {see_ms + web_ms:.2f} ms"),
        (
            "replicas",
            f"{answer.replicas:,}",
            f"{answer.loaded:,} of {each} at {100 * wish.utilisation:.0f} % for {busy}, and {wish.spare:,} to spare",
        ),
        ("cores", f"{answer.cores:,}", f"{answer.replicas:,} x {wish.cores}"),
        ("people a replica", f"{answer.people_each:,}", f"when none is to spare: --clients {answer.people_each}"),
        (
            "memory a replica",
            f"{answer.replica_mb:,.0f} MB",
            f"{server.process_mb:.0f} and {wish.cores} threads x {server.thread_mb:.0f} and "
            f"{answer.people_each:,} people x {server.connection_mb:.2f}",
        ),
        ("memory", f"{answer.memory_mb / 1000:,.1f} GB", f"{answer.replicas:,} x {answer.replica_mb:,.0f} MB"),
        ("up", _rate(answer.up_mbit), f"{answer.up_bytes / 1000:,.1f} kB a frame, TLS, TCP and IP included"),
        ("down", _rate(answer.down_mbit), f"{answer.down_bytes / 1000:,.1f} kB an answer, the same"),
    ]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    title = f"{wish.people:,} people, {wish.fps:g} frames a second each, {faces}{', still' * wish.still}, {size}:"
    body = [f"  {name:{wide[0]}}  {value:>{wide[1]}}   {why}" for name, value, why in rows]
    return [title, *body, *(f"Mind: {note}" for note in _notes(wish, answer))]


def _notes(wish: Wish, answer: Plan) -> list[str]:
    """What a plan like this one runs into."""
    notes = []
    if wish.cores > MEASURED_CORES:
        notes.append(
            f"measured on {MEASURED_CORES} cores. More threads share one Python: rather more replicas than larger ones."
        )
    busiest = wish.fps * answer.people_each
    if busiest > LOOP_SHARE * answer.most_fps:
        notes.append(
            f"{busiest:,.0f} frames a second in one process: its one event loop could serve {answer.most_fps:,.0f} at "
            "most, doing nothing else. Fewer --cores a replica."
        )
    if answer.people_each + OWN_FILES > USUAL_FILES:
        files = 2 ** math.ceil(math.log2(answer.people_each + OWN_FILES))
        notes.append(f"a process may have {USUAL_FILES} files open, and every connection is one: ulimit -n {files}.")
    if wish.utilisation > 0.8:
        notes.append("above 80 % a small crowd makes answers old: the simulations in lab/simulation.md show how old.")
    return notes


def measured_unit_ms() -> float:
    """Milliseconds of a unit on this machine, one thread: the fastest half of some, to be steady on a busy one."""
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
    """Run the calculator; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.capacity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    configure(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
