"""Describes the machine and the versions with which figures were measured."""

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from server.settings import available_cores
from tests.support import ROOT

PACKAGES = (
    "ai-edge-litert",
    "numpy",
    "opencv-python-headless",
    "fastapi",
    "uvicorn",
    "uvloop",
    "websockets",
    "orjson",
    "tensorflow",
    "playwright",
)

# Above this load average, other processes change the figures.
IDLE_LOAD = 0.5


def describe() -> dict[str, Any]:
    """Processor, cores, system, versions, commit, and the load before the measurement."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "processor": _processor(),
        "cores": available_cores(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
        "commit": _commit(),
        "load_before": round(load, 2),
        "idle": load <= IDLE_LOAD,
    }


def headline(machine: dict[str, Any]) -> str:
    """The description as text of two or three lines."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}",
        f"commit {machine['commit']}, Python {machine['python']}, {versions}",
    ]
    if not machine["idle"]:
        lines.append(
            f"the machine is not idle (load {machine['load_before']}): the figures will be worse than they should be"
        )
    return "\n".join(lines)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
