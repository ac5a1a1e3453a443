"""Benchmark of the live loop: `python -m lab.bench` (or `make bench`)."""

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
from lab.bench.parts import adaptive_overload, browser, clients20, flood, overload, pipeline, start, throughput

PARTS: dict[str, Callable[[Context], None]] = {
    "pipeline": pipeline.run,
    "throughput": throughput.run,
    "clients20": clients20.run,
    "overload": overload.run,
    "adaptive-overload": adaptive_overload.run,
    "flood": flood.run,
    "browser": browser.run,
    "start": start.run,
}


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every figure meets its required value, 1 when one does not, 2 when a part failed."""
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
            except Exception as error:  # the other parts are still measured
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
    print(f"complete report: {options.json}")
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
        print(f"not measured: {name}: {reason}")
    if quick:
        print("--quick only shows that everything works; its figures mean little")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.bench", description=__doc__)
    parser.add_argument(
        "--only", type=_parts, default=list(PARTS), metavar="PART,...", help=f"some of: {', '.join(PARTS)}"
    )
    parser.add_argument("--quick", action="store_true", help="measure briefly, to show that everything works")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="file for the complete report")
    return parser


def _parts(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"no part {name!r}; there are {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
