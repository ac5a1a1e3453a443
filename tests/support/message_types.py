"""Writes web/messages.d.ts, the page's types of the messages, from their schema in server/live/messages.py.

python -m tests.support.message_types            # after a change of the schema
python -m tests.support.message_types --check    # exit code 1 if the file is not current
"""

import json
import sys
from typing import Any, get_args

from pydantic import TypeAdapter

from server.live.messages import ConfigureMessage, Message
from server.live.teaching_messages import TeachingMessage
from tests.support import ROOT

FILE = ROOT / "web" / "messages.d.ts"
HEAD = """\
// The messages of protocol 1, generated from server/live/messages.py: `python -m tests.support.message_types`.
// Browsers never load this file.
"""
SIMPLE = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}


def generate() -> str:
    """The content of the file."""
    schema = TypeAdapter(Message | ConfigureMessage | TeachingMessage).json_schema(mode="serialization")
    models = [declaration(name, model) for name, model in schema["$defs"].items()]
    clients = {kind.__name__ for kind in (ConfigureMessage, *get_args(TeachingMessage))}
    names = [name(each) for each in schema["anyOf"]]
    unions = {
        "Message": [each for each in names if each not in clients],
        "ClientMessage": [each for each in names if each in clients],
    }
    kinds = [f"type {union} = {' | '.join(members)};" for union, members in unions.items()]
    return "\n".join([HEAD, *models, *kinds, ""])


def declaration(title: str, model: dict[str, Any]) -> str:
    """One type with its documentation."""
    required = model.get("required", [])
    lines = [f"/** {model['description']} */".replace("\n", " ")] if "description" in model else []
    lines.append(f"type {title} = {{")
    for field, schema in model["properties"].items():
        if text := schema.get("description"):
            lines.append(f"  /** {text[0].upper()}{text[1:]}. */")
        lines.append(f"  {field}{'' if field in required else '?'}: {type_of(schema)};")
    return "\n".join([*lines, "};", ""])


def type_of(schema: dict[str, Any]) -> str:
    """The TypeScript type of a JSON Schema."""
    if "$ref" in schema:
        return name(schema)
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(json.dumps(value).replace('"', "'") for value in values)
    if "anyOf" in schema:
        return " | ".join(type_of(each) for each in schema["anyOf"])
    if "prefixItems" in schema:
        return f"readonly [{', '.join(type_of(each) for each in schema['prefixItems'])}]"
    if schema["type"] == "array":
        items = type_of(schema["items"])
        return f"readonly ({items})[]" if " " in items else f"readonly {items}[]"
    if schema["type"] == "object":
        return f"Readonly<Record<string, {type_of(schema['additionalProperties'])}>>"
    return SIMPLE[schema["type"]]


def name(reference: dict[str, Any]) -> str:
    """The name in a reference to another part of the schema."""
    return str(reference["$ref"]).rpartition("/")[2]


def main() -> int:
    """Write or check the file."""
    if "--check" not in sys.argv:
        FILE.write_text(generate(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == generate():
        return 0
    print("web/messages.d.ts is not current: run python -m tests.support.message_types", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
