"""What is left of scripts and styles when their comments are taken out."""

import asyncio
from pathlib import Path

import pytest
from starlette.responses import Response

from server.http.routes.static import RevalidatedFiles, without_comments

ROOT = Path(__file__).parents[2]
SCRIPTS = [*sorted((ROOT / "web" / "static").rglob("*.js")), *sorted((ROOT / "web" / "static").rglob("*.css"))]


def test_only_comments_that_have_their_lines_to_themselves_go() -> None:
    text = "// gone\nlet a = 1; // stays\n  /** gone\n   * too */\nb(/** @type {X} */ (a));\n/* x */ c();\nlet u = 'http://a';\n"
    left = "\nlet a = 1; // stays\n\n\nb(/** @type {X} */ (a));\n/* x */ c();\nlet u = 'http://a';\n"
    assert without_comments(text) == left


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_line_of_code_stays_where_it_is(path: Path) -> None:
    before, after = path.read_text(), without_comments(path.read_text())
    within = False
    for number, (old, new) in enumerate(zip(before.split("\n"), after.split("\n"), strict=True), 1):
        text = old.strip()
        begins = within or (text.startswith("/*") and ("*/" not in text or text.endswith("*/")))
        assert new == ("" if begins or text.startswith("//") else old), f"{path.name}:{number}"
        within = begins and not text.endswith("*/")


def ask(files: RevalidatedFiles, name: str, tag: str = "") -> Response:
    scope = {"type": "http", "method": "GET", "path": f"/{name}", "headers": [(b"if-none-match", tag.encode())]}
    return asyncio.run(files.get_response(name, scope))


def test_a_browser_asks_again_and_gets_it_only_when_it_has_changed(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("// why\nrun();\n")
    (tmp_path / "a.svg").write_text("<svg/>")
    files = RevalidatedFiles(directory=tmp_path)
    for name in ("a.js", "a.svg"):
        first = ask(files, name)
        assert first.status_code == 200 and first.headers["cache-control"] == "no-cache"
        assert ask(files, name, first.headers["etag"]).status_code == 304
    script = ask(files, "a.js")
    assert script.body == b"\nrun();\n" and script.headers["content-type"].startswith("text/javascript")
    (tmp_path / "a.js").write_text("walk(again);\n")
    changed = ask(files, "a.js", script.headers["etag"])
    assert changed.status_code == 200 and changed.body == b"walk(again);\n"
