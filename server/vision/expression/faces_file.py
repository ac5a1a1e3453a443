"""Files of what was taught: the page exports and imports them, `--faces` and `Emojifier.load_faces` read them.

They are JSON; docs/protocol.md#teaching has an example.
"""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.vision.expression.example_format import check_example
from server.vision.expression.taught_examples import MAX_EXAMPLES, label_problem

FORMAT = 1
# Room for the pictures of 20 own expressions beside their examples.
MAX_FILE_BYTES = 2**25
MAX_NAME_CHARS = 100


class FacesFileError(ValueError):
    """A file of taught faces cannot be used; the message is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class TaughtExpression:
    """One expression of a file.

    Attributes:
        label: of the model or an own one.
        name: for people.
        emoji: the label of a pack's picture, a picture as a `data:` URL, or None.
        examples: packed, see example_format.py.
    """

    label: str
    name: str
    emoji: str | None
    examples: tuple[bytes, ...]


def read_faces(path: Path, models: Collection[str], features: int) -> tuple[TaughtExpression, ...]:
    """The expressions in a file.

    Args:
        path: of the file.
        models: sha256 of the weight files of the model in use, one for each engine.
        features: its `example_features`.

    Raises:
        FacesFileError: the file cannot be read, is no such file, or was made with another model.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise FacesFileError(f"{path}: has more than {MAX_FILE_BYTES >> 20} MB; name a file of taught faces")
        fields = json.loads(data)
        if fields["format"] != FORMAT:
            raise FacesFileError(f"{path}: format {fields['format']!r:.20}, but this version reads format {FORMAT}")
        if fields["model"] not in models:
            raise FacesFileError(f"{path}: was made with another model; teach the faces again and export them anew")
        expressions = tuple(_expression(entry, features) for entry in fields["expressions"])
    except OSError as error:
        raise FacesFileError(f"{path}: {error.strerror or error}; name a file of taught faces") from error
    except FacesFileError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FacesFileError(f"{path}: is damaged or no file of taught faces ({error!s:.200})") from error
    labels = [expression.label for expression in expressions]
    if len(set(labels)) < len(labels):
        raise FacesFileError(f"{path}: has the same label twice; remove one of them")
    return expressions


def write_faces(path: Path, model: str, expressions: Sequence[TaughtExpression]) -> None:
    """Writes a file. Raises OSError."""
    entries = [
        {
            "label": expression.label,
            "name": expression.name,
            "emoji": expression.emoji,
            "examples": [base64.b64encode(example).decode() for example in expression.examples],
        }
        for expression in expressions
    ]
    text = json.dumps({"format": FORMAT, "model": model, "expressions": entries}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _expression(fields: dict[str, Any], features: int) -> TaughtExpression:
    label, emoji = fields["label"], fields.get("emoji")
    if problem := label_problem(label):
        raise ValueError(f"label {label!r:.60} {problem}")
    name = fields.get("name") or label
    if not isinstance(name, str) or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise ValueError(f"the name of {label!r} must be a line of at most {MAX_NAME_CHARS} characters")
    if not isinstance(emoji, str | None):
        raise ValueError(f"the emoji of {label!r} must be text or null")
    examples = tuple(_example(text, features) for text in fields["examples"])
    if not 1 <= len(examples) <= MAX_EXAMPLES:
        raise ValueError(f"{label!r} has {len(examples)} examples; it must have 1 to {MAX_EXAMPLES}")
    return TaughtExpression(label, name, emoji, examples)


def _example(text: Any, features: int) -> bytes:
    if not isinstance(text, str):
        raise ValueError("an example must be base64 text")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("an example is not base64") from error
    check_example(data, features)
    return data
