"""The laboratory's own pages: their links have targets."""

import re
from pathlib import Path

import pytest

from tests.support import ROOT

LAB = ROOT / "lab"


@pytest.mark.parametrize("page", sorted(LAB.glob("*.md")), ids=lambda page: page.name)
def test_every_link_has_a_target(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not link.startswith("http"):
            assert (LAB / link).exists(), link
