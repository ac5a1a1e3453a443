"""The documents: the paths that they name exist, and their options and their Python code work."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
OTHER_PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "model" / "README.md", ROOT / "emojis" / "README.md"]
OTHER_PAGES += [ROOT / "server" / "transport" / "README.md", *(ROOT / "lab").glob("*.md")]
FOLDERS = "server|web|model|lab|tests|deploy|docs|locks"
every_page = pytest.mark.parametrize("page", [*PAGES, *OTHER_PAGES], ids=lambda page: page.relative_to(ROOT).as_posix())


def exists(path: Path) -> bool:
    """Whether a path exists; paths into lab/ count as existing where lab/ has been deleted."""
    lab = ROOT / "lab"
    return path.exists() or (not lab.exists() and Path(os.path.normpath(path)).is_relative_to(lab))


@every_page
def test_every_link_has_a_target(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not link.startswith("http"):
            assert exists(page.parent / link), link


@every_page
def test_every_path_in_code_marks_exists(page: Path) -> None:
    for path in re.findall(rf"`((?:{FOLDERS})/[\w./-]+)`", page.read_text()):
        assert exists(ROOT / path), path


@every_page
def test_every_link_to_a_heading_has_a_target(page: Path) -> None:
    for path, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", page.read_text()):
        target = page.parent / path if path else page
        if not target.exists():  # reported by the test of links
            continue
        assert anchor in [slug(heading) for heading in re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)], (
            anchor
        )


def slug(heading: str) -> str:
    """GitHub's id of a heading: lower case, no punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_option_of_the_documents_exists() -> None:
    text = "\n".join(page.read_text() for page in [*PAGES, *OTHER_PAGES])
    helps = [
        subprocess.run([sys.executable, "-m", "server", *words, "--help"], cwd=ROOT, capture_output=True, text=True)
        for words in ([], ["image"], ["video"])
    ]
    known = "\n".join(done.stdout for done in helps)
    for line in text.splitlines():
        for command in re.findall(r"-m server ([^`|]*)|`((?:image|video) [^`]*)`", line):
            for option in re.findall(r"(?<!\S)--?[a-z-]+", " ".join(command)):
                assert re.search(rf"(^|\s|\[){option}\b", known), (option, line)


def test_the_python_of_the_documents_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(), re.DOTALL)
    picture, video, teach = blocks
    code = picture + video.replace('"clip.mp4"', '"/nowhere.mp4"') + teach.replace("/tmp/", f"{tmp_path}/")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, *_, labels, taught = done.stdout.splitlines()
    assert first.startswith("happy 0.9") and labels.endswith("'surprise', 'grin')") and taught == "grin"
