"""The product passes its checks where lab/ has been deleted.

Running all of its tests a second time would take too long. What can break is an import of lab, a path into lab/, or a
tool's setting that names it. So a copy of the tree without lab/ passes the lint, which includes the import contract
"server, model and tests do not import the laboratory"; every test module is imported there; and the tests that name
lab/ run there.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

NAMES_LAB = re.compile(r"\blab(\b[./]|\"|')")
# .mypy_cache is copied, because checking all types anew takes a minute.
NOT_COPIED = shutil.ignore_patterns(
    "lab", ".git", ".venv*", ".tools", "runs", "__pycache__", ".ruff_cache", ".pytest_cache", ".hypothesis"
)
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository without lab/, with the same virtual environment."""
    copy = tmp_path_factory.mktemp("product") / "emojify"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


def run(tree: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_lint_passes(tree: Path) -> None:
    run(tree, "make", "--old-file=.venv/check.stamp", "lint")


def test_every_test_module_can_be_imported(tree: Path) -> None:
    run(tree, *PYTEST, "--collect-only", "tests")


def test_the_tests_that_name_lab_pass(tree: Path) -> None:
    files = {path for path in (tree / "tests").rglob("test_*.py") if NAMES_LAB.search(path.read_text())}
    assert {path.name for path in files} == {"test_docs_folder.py"}
    run(tree, *PYTEST, *(str(path.relative_to(tree)) for path in files))
