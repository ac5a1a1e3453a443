"""The performance page has every figure of the benchmark."""

from lab.bench.figures import TARGETS
from tests.support import ROOT

DOCS = ROOT / "docs"


def test_every_figure_of_the_bench_is_in_the_performance_page() -> None:
    """Measured, with what it must be and should be: a figure added to the bench must be measured for the page too."""
    page = (DOCS / "performance.md").read_text()
    for target in TARGETS.values():
        aim = "" if target.aim is None else f"{target.aim:g}"
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {target.title} |")]
        assert f"| {target.must:g} | {aim} |" in row and "no" not in row.rsplit("|", 2)[1], row
