"""The pages of docs/: their links lead somewhere, and their commands and Python are those that there are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text()
    for link in re.findall(r"\]\(([^)#\s]+)", text):
        if not link.startswith("http"):
            assert (DOCS / link).exists(), link


def test_every_option_of_the_documents_exists() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    helps = [
        subprocess.run([sys.executable, "-m", "server", *words, "--help"], cwd=ROOT, capture_output=True, text=True)
        for words in ([], ["image"], ["video"])
    ]
    known = "\n".join(done.stdout for done in helps)
    for line in text.splitlines():
        for command in re.findall(r"-m server ([^`|]*)|`((?:image|video) [^`]*)`", line):
            for option in re.findall(r"(?<!\S)--?[a-z-]+", " ".join(command)):
                assert re.search(rf"(^|\s|\[){option}\b", known), (option, line)


def test_the_python_of_the_documents_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(), re.DOTALL)
    picture, video = blocks
    code = picture + video.replace('"clip.mp4"', '"/nowhere.mp4"')
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("happy 0.9")
