"""Installs packages of Debian or Ubuntu for the tests."""

import os
import shutil
import subprocess


def install_packages(*names: str) -> None:
    """Install them as root or with sudo; does nothing on other systems. The caller checks what came of it."""
    apt = shutil.which("apt-get")
    if not apt:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and not shutil.which("sudo"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        subprocess.run([*root, apt, *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
