"""The settings as options (`--frame-bytes`) and as variables of the environment (`EMOJIFY_FRAME_BYTES`).

Both are made from `server.settings.groups`, and so is `--help`. The command line wins over the environment.
"""

import argparse
from collections.abc import Collection
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from server.errors import StartError
from server.settings import validators as access
from server.settings.groups import Settings

PREFIX = "EMOJIFY_"


def add_options(parser: argparse.ArgumentParser, names: Collection[str] | None = None) -> None:
    """Give a parser one option for each setting, or for those named; what is not given is absent from its result."""
    for name, field in Settings.model_fields.items():
        if names is not None and name not in names:
            continue
        if field.annotation is bool:
            parser.add_argument(
                option_name(name),
                default=argparse.SUPPRESS,
                action=argparse.BooleanOptionalAction,
                help=describe(name, field),
            )
            continue
        parser.add_argument(
            option_name(name),
            default=argparse.SUPPRESS,
            action="append" if get_origin(field.annotation) is tuple else "store",
            metavar=_metavar(name, field),
            help=describe(name, field),
        )


def option_name(name: str) -> str:
    """`frame_bytes` as the command line has it: `--frame-bytes`."""
    return "--" + name.replace("_", "-")


def describe(name: str, field: FieldInfo) -> str:
    """One line for people: the reason, the default, and the name in the environment."""
    return f"{field.description} (default {shown_default(name, field)}; {PREFIX}{name.upper()})".replace("%", "%%")


def shown_default(name: str, field: FieldInfo) -> str:
    """A default as somebody would write it."""
    default = "model/" if name == "model" else field.default
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return "yes" if default else "no"
    return str(default)


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Of a parser's result, what belongs to the settings."""
    return {name: value for name, value in vars(options).items() if name in Settings.model_fields}


def load_settings(given: dict[str, Any], environment: dict[str, str]) -> Settings:
    """Merge command line over environment over defaults.

    Raises:
        StartError: a value is out of range or of the wrong kind; names the option and what it expected.
    """
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    values: dict[str, Any] = {known[key]: value for key, value in environment.items() if key in known}
    try:
        return Settings.model_validate({**values, **given})
    except ValidationError as error:
        raise StartError(_what_is_wrong(error, given)) from None  # the cause would show a token


def _what_is_wrong(error: ValidationError, given: Collection[str]) -> str:
    problem = error.errors()[0]
    if not problem["loc"]:  # about several settings together: it names them itself
        return f"{problem['msg']}; see --help"
    name = str(problem["loc"][0])
    source = option_name(name) if name in given else PREFIX + name.upper()
    if problem["type"] == access.REFUSED:
        return f"{source}: {problem['msg']}; see --help"
    return f"{source} {str(problem['input'])[:80]!r}: {problem['msg'].lower()}; see --help"


def _metavar(name: str, field: FieldInfo) -> str:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return "|".join(choices) if choices else name.upper()
