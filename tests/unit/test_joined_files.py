"""All modules of the page in one file: it does what the modules do."""

import subprocess
from pathlib import Path

import pytest

from server.http.joined_files import JoinError, join_modules
from server.http.routes.page_files import SCRIPTS as ENTRIES
from tests.support import ROOT
from tests.unit.test_messages_of_page import node

SCRIPTS = ROOT / "web" / "static" / "js"
# Loaded by themselves: before the first paint, by language, by a worker, and when a recording begins.
ALONE = ("load-check.js", "settings/theme.js", "messages/", "export/container/")

MODULES = {
    "main.js": (
        "import './side.js';\nimport { one as first, sum } from './maths/sum.js';\n"
        "import * as words from './words.js';\nconst helper = 1;\n"
        "console.log(sum(first, helper), words.hello, words.place);\n"
    ),
    "maths/sum.js": (
        "import {\n  helper,\n} from '../words.js';\nexport const one = 40;\n"
        "/** A sum. */\nexport function sum(a, b) { return a + b + helper(); }\n"
    ),
    "words.js": (
        "export const hello = (await import(new URL('./later.js', import.meta.url).href)).default;\n"
        "export const place = new URL('.', import.meta.url).pathname.endsWith('/js/');\n"
        "export function helper() { return 1; }\nconsole.log('words');\n"
    ),
    "side.js": "console.log('side');\n",
    "later.js": "export default 'hello';\n",
}


def write(folder: Path, modules: dict[str, str]) -> Path:
    for name, source in modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def run(script: Path) -> str:
    return subprocess.run([node(), str(script)], capture_output=True, text=True, check=True).stdout


def test_a_joined_module_does_what_its_modules_do(tmp_path: Path) -> None:
    folder = write(tmp_path / "js", MODULES)
    (folder / "page.js").write_text(join_modules(folder, "main.js"))
    assert run(folder / "page.js") == run(folder / "main.js") == "side\nwords\n42 hello true\n"


def test_a_joined_module_exports_what_its_entry_exports(tmp_path: Path) -> None:
    folder = write(tmp_path / "js", MODULES)
    (folder / "sums.js").write_text(join_modules(folder, "maths/sum.js"))
    (folder / "user.js").write_text("import { one, sum } from './sums.js';\nconsole.log(sum(one, 1));\n")
    assert run(folder / "user.js") == "words\n42\n"


@pytest.mark.parametrize(
    "source",
    ["export default 1;\n", "export { a };\n", "import a from './words.js';\n", "export * from './words.js';\n"],
)
def test_a_form_that_is_not_handled_is_an_error_with_the_file(tmp_path: Path, source: str) -> None:
    folder = write(tmp_path, MODULES | {"main.js": source})
    with pytest.raises(JoinError, match=r"main\.js"):
        join_modules(folder, "main.js")


def test_a_circle_of_imports_is_an_error(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.js": "import { b } from './b.js';\n", "b.js": "import { a } from './a.js';\n"})
    with pytest.raises(JoinError, match=r"a\.js imports itself through b\.js"):
        join_modules(folder, "a.js")


def test_every_script_is_in_a_joined_module(tmp_path: Path) -> None:
    joined = {name: join_modules(SCRIPTS, entry) for name, entry in ENTRIES.items()}
    names = [path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.js")]
    everything = "".join(joined.values())
    missing = [name for name in names if f"// ---- {name}\n" not in everything and not name.startswith(ALONE)]
    assert [name for name in missing if "worker" not in name] == [], "a script that nothing imports"
    for name, script in joined.items():
        (tmp_path / name).with_suffix(".mjs").write_text(script)
        subprocess.run([node(), "--check", str((tmp_path / name).with_suffix(".mjs"))], check=True)


def test_what_is_loaded_later_is_not_in_the_page() -> None:
    assert "// ---- game/" not in join_modules(SCRIPTS, "main.js")
