"""Runs the tests of the page's modules in Node: the one that comes with Playwright, or an installed one."""

import shutil
import subprocess
from pathlib import Path

import playwright

TESTS = sorted(Path(__file__).parent.glob("*.test.mjs"))


def test_the_modules_of_the_page() -> None:
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    node = str(bundled) if bundled.exists() else shutil.which("node")
    assert node, "Node is missing; it comes with Playwright for Python"
    done = subprocess.run([node, "--test", *map(str, TESTS)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
