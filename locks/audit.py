"""Asks a database of known faults about every package in locks/: `make audit`.

Ends with 0 when it knows none, with 1 when it knows some, and with 2 when it could not be asked about all of them: that
nothing is known then means nothing. Needs the standard library only, and the program pip-audit as its argument.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).parent.parent / "locks"
FINE, FAULTY, UNASKED = 0, 1, 2
# PyPI knows of the advisories in its own database; OSV.dev, of more, is asked when PyPI does not answer.
SERVICES = ("pypi", "osv")


def main(program: str) -> int:
    """Ask about each lock file and say what came of it."""
    return worst(audit(program, lock) for lock in sorted(LOCKS.glob("*.lock")))


def worst(codes: Iterable[int]) -> int:
    """Faults before doubts before nothing."""
    found = set(codes)
    return FAULTY if FAULTY in found else UNASKED if UNASKED in found else FINE


def audit(program: str, lock: Path) -> int:
    """One lock file: the first service that answers for all of its packages counts."""
    code, words = UNASKED, ""
    for service in SERVICES:
        command = [program, "--format", "json", "--progress-spinner", "off", "--vulnerability-service", service]
        command += ["--disable-pip", "--require-hashes", "-r", str(lock)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        code, words = judge(done.stdout, done.stderr)
        if code != UNASKED:
            break
    print(f"{lock.parent.name}/{lock.name}: {words}")
    return code


def judge(report: str, complaints: str) -> tuple[int, str]:
    """What pip-audit's JSON says, or else why there is none; with words for people."""
    try:
        packages: list[Mapping[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (complaints.strip().splitlines() or ["no words"])[-1]
        return UNASKED, f"NOT CHECKED, no database of known faults can be reached from here ({last[:200]})"
    faults = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in packages
        for fault in package.get("vulns", ())
    ]
    skipped = [package for package in packages if "skip_reason" in package]
    if faults:
        return FAULTY, "known faults:\n  " + "\n  ".join(faults)
    if skipped:
        # A mirror of PyPI that has the packages and not the advisories answers so, and pip-audit calls that fine.
        why = str(skipped[0]["skip_reason"])[:160]
        return UNASKED, f"NOT CHECKED, {len(skipped)} of {len(packages)} packages are not known to the database ({why})"
    return FINE, f"no known fault in {len(packages)} packages"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
