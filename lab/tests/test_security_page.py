"""SECURITY.md and deploy/: what they name is there."""

import re

from lab.soak.report import MAX_END_S, MAX_RATIO
from server.settings import Settings
from server.settings.options import option_name
from tests.support import ROOT

PAGE = (ROOT / "SECURITY.md").read_text()
OF_OTHER_PROGRAMS = {"--upgrade", "--minutes"}


def test_every_link_has_a_target() -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", PAGE):
        assert (ROOT / link).exists(), link


def test_every_option_exists() -> None:
    known = {option_name(name) for name in Settings.model_fields} | OF_OTHER_PROGRAMS
    files = (PAGE, (ROOT / "deploy" / "nginx.conf").read_text(), (ROOT / "deploy" / "Caddyfile").read_text())
    for text in files:
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known


def test_every_make_target_exists() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z]+)", PAGE)) <= set(targets)


def test_the_guarantees_are_those_that_the_soak_test_checks() -> None:
    assert MAX_RATIO == 2 and "at most twice as long" in PAGE
    assert f"gone within {MAX_END_S:g} s" in PAGE
