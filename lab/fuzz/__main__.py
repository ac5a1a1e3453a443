"""Minutes of damaged input at every door: `python -m lab.fuzz --minutes 5` (or `make fuzz`).

Each target has an equal share of the time, in a process of its own. An input that it does not survive is kept in
fuzz-findings/, and `python -m lab.fuzz --replay FILE` gives it in again.
"""

import argparse
import contextlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lab.fuzz.seeds import SEEDS
from lab.fuzz.targets import TARGETS
from tests.support import ROOT

FINDINGS = ROOT / "fuzz-findings"
# On top of its share of the time: to start, to see a hang, and to end.
PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one target: seconds, inputs, the files of those it did not survive, and the end of what it said."""

    name: str
    seconds: float
    inputs: int
    findings: tuple[Path, ...]
    code: int
    words: str


def fuzz(name: str, seconds: float) -> Outcome:
    """One target, in a process (and a process group: it may have started a server) of its own."""
    folder = FINDINGS / name
    folder.mkdir(parents=True, exist_ok=True)
    before, began = set(folder.iterdir()), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.fuzz.engine", name, str(seconds), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        words, _ = process.communicate(timeout=seconds + PATIENCE_S)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        words, _ = process.communicate()
        code = 70
    finally:  # after Ctrl-C, too; and of one that has ended, the server that it left
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    units = re.findall(r"stat::number_of_executed_units:\s*(\d+)", words) or re.findall(r"^#(\d+)", words, re.MULTILINE)
    findings = tuple(sorted(set(folder.iterdir()) - before))
    return Outcome(name, time.monotonic() - began, int(units[-1]) if units else 0, findings, code, words[-6000:])


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when every target survived every input, 1 when one did not."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    if options.replay:
        return replay(options.replay)
    names = options.only or list(TARGETS)
    share = options.minutes * 60 / len(names)
    engine = "atheris, guided by coverage" if importlib.util.find_spec("atheris") else "Hypothesis, not guided"
    print(f"{len(names)} targets, {share:.0f} s each, with {engine}", flush=True)
    print(f"{'target':<10} {'seeds':>6} {'inputs':>10} {'per second':>11} {'faults':>7}", flush=True)
    total, bad = 0, []
    for name in names:
        outcome = fuzz(name, share)
        total += outcome.inputs
        faults = max(len(outcome.findings), int(outcome.code != 0))
        rate = outcome.inputs / outcome.seconds
        print(f"{name:<10} {len(SEEDS[name]()):>6} {outcome.inputs:>10} {rate:>11.0f} {faults:>7}", flush=True)
        if faults:
            bad.append(outcome)
    print(f"{'all':<10} {'':>6} {total:>10} {'':>11} {len(bad):>7}")
    for outcome in bad:
        print(f"\n{outcome.name} ended with code {outcome.code}:\n{outcome.words}")
        for file in outcome.findings:
            print(f"again: .venv/bin/python -m lab.fuzz --replay {file.relative_to(ROOT)}")
    return 1 if bad else 0


def replay(file: Path) -> int:
    """Give a target one input again; its name is that of the file's folder."""
    TARGETS[file.resolve().parent.name]()(file.read_bytes())
    print("survived")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.0, help="for all targets together")
    parser.add_argument("--only", nargs="+", choices=list(TARGETS), metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="give an input in again, to see what is wrong")
    return parser


if __name__ == "__main__":
    sys.exit(main())
