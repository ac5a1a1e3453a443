"""The page's texts as the server reads them."""

import json
import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

from server.http.messages import MessagesError, read_messages
from tests.support import ROOT

MESSAGES = ROOT / "web" / "static" / "js" / "messages"


def node() -> str:
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    found = str(bundled) if bundled.exists() else shutil.which("node")
    assert found, "Node is missing; it comes with Playwright for Python"
    return found


@pytest.mark.parametrize("path", sorted(MESSAGES.glob("*.js")), ids=lambda path: path.stem)
def test_the_server_reads_what_the_page_reads(path: Path) -> None:
    script = f"console.log(JSON.stringify((await import({json.dumps(path.as_uri())})).default))"
    done = subprocess.run([node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    assert read_messages(path) == json.loads(done.stdout)


@pytest.mark.parametrize("path", sorted(MESSAGES.glob("*.js")), ids=lambda path: path.stem)
def test_every_pack_and_sample_that_comes_with_emojify_has_a_name(path: Path) -> None:
    texts, english = read_messages(path), read_messages(MESSAGES / "en.js")
    folders = {folder.name for folder in (ROOT / "emojis").iterdir() if folder.is_dir()}
    assert set(texts["packs"]) == folders and set(texts["samples"]) == set(english["samples"])
    for id in folders:
        assert english["packs"][id] == json.loads((ROOT / "emojis" / id / "pack.json").read_text())["name"]


@pytest.mark.parametrize(
    "text",
    ["export default { a: f() };", "export default { a: 'b' ", "export default ['a'];", "const a = 'b';", ""],
)
def test_what_is_more_than_texts_is_an_error_with_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "xx.js").write_text(text)
    with pytest.raises(MessagesError, match=r"xx\.js"):
        read_messages(tmp_path / "xx.js")


def test_an_edit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "xx.js"
    path.write_text("// Texts.\nexport default { a: 'one' + ' two', b: { 'c-d': ['e'] } };\n")
    assert read_messages(path) == {"a": "one two", "b": {"c-d": ["e"]}}
    path.write_text("export default { a: 'three' };\n")
    assert read_messages(path) == {"a": "three"}
