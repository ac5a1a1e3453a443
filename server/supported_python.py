"""The Python versions and the systems for which every locked package has a wheel (`make lock` checks that).

`python -m server.supported_python` checks this Python and this system; with `tensorflow` after it, for TensorFlow too.
This module has to run on older versions of Python, in order to refuse them.
"""

from __future__ import annotations

import platform
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)
# For training, `--engine keras` and `make test`.
NEWEST_TENSORFLOW = (3, 13)

# As `platform.system()` and `platform.machine()` name them.
SYSTEMS = (("Linux", "x86_64"), ("Linux", "aarch64"), ("Windows", "AMD64"), ("Darwin", "arm64"))
SYSTEMS_TEXT = "Linux with glibc 2.28 or newer (x86-64, arm64), Windows (x86-64) and macOS 14 or newer (Apple silicon)"


def python_problem(version: tuple[int, ...], tensorflow: bool = False) -> str | None:
    """Why this version of Python cannot be used, in one line; None if it can."""
    newest = NEWEST_TENSORFLOW if tensorflow else NEWEST
    if OLDEST <= version[:2] <= newest:
        return None
    needed = "TensorFlow (training, --engine keras, make test)" if tensorflow else "Emojify"
    shown = ".".join(map(str, version[:3]))
    return f"{needed} needs Python {_text(OLDEST)} to {_text(newest)}; this is Python {shown} ({sys.executable})"


def system_problem(system: str, machine: str, libc: str, bits: int) -> str | None:
    """Why there are no wheels for this system, in one line; None if there are.

    Args:
        system: as `platform.system()` returns it.
        machine: as `platform.machine()` returns it.
        libc: name of the C library on Linux, as `platform.libc_ver()` returns it: "" for musl.
        bits: of this Python, 32 or 64.
    """
    if (system, machine) in SYSTEMS and bits == 64 and (system != "Linux" or libc == "glibc"):
        return None
    found = " ".join(filter(None, (system, machine, libc, f"{bits}-bit Python")))
    return f"Emojify's packages have wheels for {SYSTEMS_TEXT}; this is {found}"


def main(arguments: list[str]) -> int:
    """Print the first problem; returns 2 if there is one, else 0."""
    bits = 64 if sys.maxsize > 2**32 else 32
    problems = (
        python_problem(sys.version_info[:3], "tensorflow" in arguments),
        system_problem(platform.system(), platform.machine(), platform.libc_ver()[0], bits),
    )
    for problem in filter(None, problems):
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return 0


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
