"""`--help` of every command, also without docstrings."""

import subprocess
import sys

import pytest

from tests.cli.conftest import environment
from tests.support import ROOT
from tests.support.running_server import TIMEOUT

COMMANDS = ["server", "server image", "server video", "model", "model train", "model evaluate"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_works_without_docstrings(command: str) -> None:
    shown = [
        subprocess.run(
            [sys.executable, *flags, "-m", *command.split(), "--help"],
            cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=TIMEOUT, check=False,
        )
        for flags in ([], ["-OO"])
    ]  # fmt: skip
    assert [done.returncode for done in shown] == [0, 0], shown[1].stderr
    assert shown[0].stdout == shown[1].stdout
    assert "'option_strings'" not in shown[0].stdout, "a % in a help text must be doubled"
    assert f"usage: python -m {command}" in shown[0].stdout


@pytest.mark.parametrize("command", ["serve", "image", "video"])
def test_help_explains_the_exit_codes(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server", command, "--help"],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    assert "Exit codes" in done.stdout
