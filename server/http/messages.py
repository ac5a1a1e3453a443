"""The page's texts, read on the server: the first words are in the page before its scripts have arrived."""

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

# Lines of comments. A comment behind a text would be a comment in JavaScript only, so it is an error here.
_COMMENTS = re.compile(r"^\s*//.*$", re.MULTILINE)


class MessagesError(Exception):
    """A file of messages that is more than texts; the message says where."""


def read_messages(path: Path) -> dict[str, Any]:
    """The texts of `static/js/messages/<tag>.js`, as the page has them; read again when the file has changed.

    Raises:
        MessagesError: it is not one object of texts, lists and objects.
    """
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, mtime_ns: int) -> dict[str, Any]:
    """Python's own parser reads the object: without comments, such an object is an expression of Python too."""
    _, found, text = path.read_text(encoding="utf-8").partition("export default")
    source = _COMMENTS.sub("", text).strip().removesuffix(";")
    try:
        value = _value(ast.parse(f"({source})", mode="eval").body)
    except (SyntaxError, ValueError) as error:
        raise MessagesError(f"{path}: only texts, lists and objects may follow `export default` ({error})") from error
    if not found or not isinstance(value, dict):
        raise MessagesError(f"{path}: `export default {{...}}` is missing")
    return value


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _value(left) + _value(right)
        case ast.Dict(keys=keys, values=values):
            return {_key(key): _value(value) for key, value in zip(keys, values, strict=True)}
    raise ValueError(f"line {node.lineno}: {ast.unparse(node)[:60]}")


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError("a key must be a name or a text")
