"""Programs that check what is in deploy/, from Debian's packages: `python -m tests.live.tools` fetches them.

Nothing is installed: the packages are unpacked into a folder of the user's cache. Where there is no Debian, or no
network, the checks that need them are skipped and say so; a program that is installed in the usual way is used first.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emojify" / "debian"

# Program, Debian package, and where it is in there.
PACKAGES = {"promtool": ("prometheus", "usr/bin/promtool"), "nginx": ("nginx", "usr/sbin/nginx")}


def find(program: str) -> Path | None:
    """Where the program is, None when it is not here."""
    installed = shutil.which(program)
    if installed:
        return Path(installed)
    unpacked = CACHE / PACKAGES[program][1]
    return unpacked if unpacked.exists() else None


def missing(program: str) -> str:
    """Why a check is skipped."""
    return f"{program} is not here; python -m tests.live.tools fetches it on Debian"


def fetch(program: str) -> str:
    """Fetch it unless it is here; returns a line that says what came of it."""
    if find(program):
        return f"{program}: {find(program)}"
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return f"{program}: cannot be had here, no apt-get; its checks are skipped"
    with tempfile.TemporaryDirectory() as folder:
        package = PACKAGES[program][0]
        done = subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True, text=True, check=False)
        files = list(Path(folder).glob("*.deb"))
        if done.returncode or not files:
            return f"{program}: apt-get cannot download {package}; its checks are skipped"
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", str(files[0]), str(CACHE)], check=True)
    return f"{program}: {find(program)}"


def main() -> int:
    """Fetch all of them; what cannot be had is no fault."""
    for program in PACKAGES:
        print(fetch(program))
    return 0


if __name__ == "__main__":
    sys.exit(main())
