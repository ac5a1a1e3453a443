"""The way of docs/extending.md to a new detector, walked with a small one."""

import subprocess
import sys

from tests.support import ROOT

TEST = "tests/unit/test_detectors.py"


def test_the_command_of_the_page_tests_a_detector_as_soon_as_it_is_registered() -> None:
    """A detector that works passes all tests; one that finds nobody fails those about a face."""
    assert f"pytest {TEST}" in (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.unit.toy_detector", "-p", "no:cacheprovider", "-rA", TEST]
    report = subprocess.run([*command, "-k", "toy or blind"], cwd=ROOT, capture_output=True, text=True).stdout
    passed, failed = (
        {line.split("::")[1].split(" ")[0] for line in report.splitlines() if line.startswith(f"{word} {TEST}::")}
        for word in ("PASSED", "FAILED")
    )
    assert len([name for name in passed if "[toy" in name]) >= 12, report
    assert not [name for name in failed if "[toy" in name], report
    assert "test_a_face_is_found_where_it_is[blind]" in failed
