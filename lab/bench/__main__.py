"""`python -m lab.bench` (or `make bench`): the figures of the live loop, with what they must and should be."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lab.bench.context import Context
from lab.bench.figures import TARGETS, missed, table
from lab.bench.machine import describe, headline
from lab.bench.parts import browser, clients20, flood, overload, pipeline, start, throughput, twice

PARTS: dict[str, Callable[[Context], None]] = {
    "pipeline": pipeline.run,
    "throughput": throughput.run,
    "clients20": clients20.run,
    "overload": overload.run,
    "twice": twice.run,
    "flood": flood.run,
    "browser": browser.run,
    "start": start.run,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure; 0 when everything is as it must be, 1 when a figure is not, 2 when a part failed."""
    options = _parser().parse_args(arguments)
    machine = describe()
    print(headline(machine), flush=True)
    began = time.perf_counter()
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        context = Context(options.quick, Path(folder))
        for name in options.only:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            try:
                PARTS[name](context)
            except Exception as error:  # one part that cannot be measured must not cost the figures of the others
                failed[name] = f"{type(error).__name__}: {error}"
    ordered = {key: context.measured[key] for key in TARGETS if key in context.measured}
    report = {
        "machine": machine,
        "quick": options.quick,
        "seconds": round(time.perf_counter() - began, 1),
        "measured": ordered,
        "missed": missed(ordered),
        "failed": failed,
        "details": context.details,
    }
    options.json.write_text(json.dumps(report, indent=1) + "\n")
    _print(context, ordered, failed, options.quick)
    print(f"all of it, and how it came about: {options.json}")
    return 2 if failed else 1 if report["missed"] else 0


def _print(context: Context, measured: dict[str, float], failed: dict[str, str], quick: bool) -> None:
    print("\n" + table(measured) + "\n")
    ratios = context.details.get("pipeline")
    if ratios:
        print(
            f"one frame {ratios['frame_ms']:.2f} ms; the tutorial's loop {ratios['tutorial_ms']:.1f} ms or "
            f"{ratios['tutorial_units']:.0f} units; one unit (512x512 float32 product, one thread) "
            f"{ratios['unit_ms']:.2f} ms"
        )
    for name, reason in failed.items():
        print(f"could not be measured: {name}: {reason}")
    if quick:
        print("--quick shows that everything works; its figures mean little")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.bench", description=__doc__)
    parser.add_argument(
        "--only", type=_parts, default=list(PARTS), metavar="PART,...", help=f"some of: {', '.join(PARTS)}"
    )
    parser.add_argument("--quick", action="store_true", help="short measurements, to see that everything works")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where to write all of it")
    return parser


def _parts(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"no part {name!r}; there are {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
