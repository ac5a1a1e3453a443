"""A wrong Python or system is refused in one line that names the supported ones."""

import ast
import sys

import pytest

from server import __main__ as command_line
from server.supported_python import NEWEST, NEWEST_TENSORFLOW, OLDEST, main, python_problem, system_problem
from tests.support import ROOT


@pytest.mark.parametrize("version", [OLDEST, (3, 12, 1), (*NEWEST, 9)])
def test_supported_versions_are_accepted(version: tuple[int, ...]) -> None:
    assert python_problem(version) is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 9, 2), (3, 10, 14), (NEWEST[0], NEWEST[1] + 1, 0), (4, 0, 0)])
def test_other_versions_are_refused_with_the_range(version: tuple[int, ...]) -> None:
    problem = python_problem(version) or ""
    assert f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]}" in problem and ".".join(map(str, version)) in problem
    assert "\n" not in problem


def test_tensorflow_has_a_range_of_its_own() -> None:
    assert python_problem(NEWEST_TENSORFLOW, tensorflow=True) is None
    assert "TensorFlow" in (python_problem(NEWEST, tensorflow=True) or "")


@pytest.mark.parametrize(
    ("system", "machine", "libc", "bits"),
    [
        ("Linux", "x86_64", "glibc", 64),
        ("Linux", "aarch64", "glibc", 64),
        ("Windows", "AMD64", "", 64),
        ("Darwin", "arm64", "", 64),
    ],
)
def test_supported_systems_are_accepted(system: str, machine: str, libc: str, bits: int) -> None:
    assert system_problem(system, machine, libc, bits) is None


@pytest.mark.parametrize(
    ("system", "machine", "libc", "bits"),
    [
        ("Linux", "x86_64", "", 64),
        ("Linux", "armv7l", "glibc", 32),
        ("Windows", "ARM64", "", 64),
        ("Windows", "AMD64", "", 32),
        ("Darwin", "x86_64", "", 64),
    ],
)
def test_other_systems_are_refused_with_the_list(system: str, machine: str, libc: str, bits: int) -> None:
    """Alpine Linux (musl), a 32-bit Raspberry Pi, Windows on ARM, 32-bit Python on Windows, an Intel Mac."""
    problem = system_problem(system, machine, libc, bits) or ""
    assert "glibc 2.28" in problem and machine in problem and "\n" not in problem


def test_this_python_is_supported() -> None:
    assert main([]) == 0


def test_the_command_line_refuses_a_wrong_python_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert command_line.main(["--help"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: Emojify needs Python 3.11 to 3.14; this is Python 3.10.4 (")


def test_the_script_for_make_does_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 15, 0))
    assert main([]) == 2
    assert "this is Python 3.15.0" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["__init__", "__main__", "supported_python"])
def test_an_older_python_can_read_the_modules_that_refuse_it(name: str) -> None:
    """Only what is loaded before the check: the syntax of Python 3.7, and annotations that are not evaluated."""
    tree = ast.parse((ROOT / "server" / f"{name}.py").read_text(), feature_version=(3, 7))
    imports = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    imports |= {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert imports <= {"__future__", "argparse", "platform", "sys", "typing", "server.supported_python"}
