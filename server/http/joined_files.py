"""The page's sheets and scripts, each kind joined into one file: on a slow network every request costs a round trip.

What is joined stays as it is in `web/static`, comments included, and an edit shows at the next reload.
"""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath


class JoinError(Exception):
    """A module that cannot be joined; the message says which and why."""


IMPORT = re.compile(r"^import (?:(?P<names>\{[^}]*\}|\* as \w+) from )?'(?P<path>\.[^']+)';$", re.MULTILINE)
EXPORT = re.compile(r"^export (?P<kind>async function|function|class|const) (?P<name>\w+)", re.MULTILINE)
# What is left of imports and exports when these two forms are gone, such as `export default`.
OTHER = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)


def join_sheets(folder: Path, names: Sequence[str]) -> str:
    """The sheets `<name>.css`, one after the other."""
    return "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)


def join_modules(folder: Path, entry: str) -> str:
    """One module that does and exports what the module `entry` does: it and all that it imports, in their order.

    Each module becomes a function that returns its exports, so its names stay its own. `import.meta.url` stays the
    address of the module. What a module imports later, with `import()`, stays a file of its own.

    Args:
        folder: of the modules. The joined file must be served from it too.
        entry: path of a module in `folder`.

    Raises:
        JoinError: a module imports itself through others, or uses a form of import or export that is not handled.
    """
    joined: dict[str, str] = {}
    _join(folder, entry, joined, ())
    exports = [found["name"] for found in EXPORT.finditer((folder / entry).read_text(encoding="utf-8"))]
    own = [f"export const {{ {', '.join(exports)} }} = {_name(entry)};\n"] if exports else []
    return "\n".join([*joined.values(), *own])


def _join(folder: Path, path: str, joined: dict[str, str], importers: tuple[str, ...]) -> None:
    """Add the module and before it those that it imports; `importers` led to it."""
    if path in importers:
        raise JoinError(f"{path} imports itself through {', '.join(importers[importers.index(path) + 1 :])}")
    if path in joined:
        return
    source = (folder / path).read_text(encoding="utf-8")
    for found in IMPORT.finditer(source):
        _join(folder, _resolved(path, found["path"]), joined, (*importers, path))
    exports = [found["name"] for found in EXPORT.finditer(source)]
    body = IMPORT.sub(lambda found: _binding(path, found), source)
    body = EXPORT.sub(r"\g<kind> \g<name>", body).replace("import.meta.url", f"new URL('{path}', import.meta.url).href")
    if other := OTHER.search(body):
        raise JoinError(f"{path}: `{other[0][:60]}` cannot be joined; `import {{...}}` and `export function` can")
    head = f"// ---- {path}\nconst {_name(path)} = await (async () => {{"
    joined[path] = f"{head}\n{body}\nreturn {{ {', '.join(exports)} }};\n}})();\n"


def _binding(path: str, found: re.Match[str]) -> str:
    """What stands for an import: the names, taken from the function's exports."""
    if not found["names"]:
        return ""
    names = re.sub(r"(\w+) as (\w+)", r"\1: \2", found["names"]) if found["names"][0] == "{" else found["names"][5:]
    return f"const {names} = {_name(_resolved(path, found['path']))};"


def _resolved(path: str, relative: str) -> str:
    """The path in the folder of what the module `path` imports as `relative`."""
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / relative).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _name(path: str) -> str:
    """The variable that holds a module's exports."""
    return "module_" + re.sub(r"\W", "_", path.removesuffix(".js"))
