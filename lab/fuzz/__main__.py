"""Fuzz every place where untrusted bytes enter: `python -m lab.fuzz --minutes 5` (or `make fuzz`).

Each target gets an equal share of the time and a process of its own. An input that makes a target fail is kept in
fuzz-findings/; `python -m lab.fuzz --replay FILE` runs it again.
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
# Seconds that a target may take beyond its share: to start, to detect a hang, and to end.
GRACE_S = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """The run of one target: seconds, number of inputs, files of failing inputs, exit code, end of the output."""

    name: str
    seconds: float
    inputs: int
    findings: tuple[Path, ...]
    code: int
    output: str


def fuzz(name: str, seconds: float) -> Outcome:
    """Run one target in a process group of its own, since it may start a server."""
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
        output, _ = process.communicate(timeout=seconds + GRACE_S)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        code = 70
    finally:  # also after Ctrl-C, and for a server that outlives its target
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    units = re.findall(r"stat::number_of_executed_units:\s*(\d+)", output)
    units = units or re.findall(r"^#(\d+)", output, re.MULTILINE)
    findings = tuple(sorted(set(folder.iterdir()) - before))
    return Outcome(name, time.monotonic() - began, int(units[-1]) if units else 0, findings, code, output[-6000:])


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when no input made a target fail, else 1."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the targets
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
        print(f"\n{outcome.name} ended with exit code {outcome.code}:\n{outcome.output}")
        for file in outcome.findings:
            print(f"replay: .venv/bin/python -m lab.fuzz --replay {file.relative_to(ROOT)}")
    return 1 if bad else 0


def replay(file: Path) -> int:
    """Run one input again; the file's folder has the name of the target."""
    TARGETS[file.resolve().parent.name]()(file.read_bytes())
    print("no failure")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.0, help="duration of all targets together")
    parser.add_argument("--only", nargs="+", choices=list(TARGETS), metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run one input again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
