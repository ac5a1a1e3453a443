"""The settings as command-line options (`--frame-bytes`) and environment variables (`EMOJIFY_FRAME_BYTES`).

Both are made from the groups of settings, and so is `--help`. The command line takes precedence over the environment.
"""

import argparse
from collections.abc import Collection
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from server.errors import StartError
from server.settings.groups import GROUPS, Settings
from server.settings.validators import REFUSED

PREFIX = "EMOJIFY_"


def add_options(parser: argparse.ArgumentParser, names: Collection[str] | None = None) -> None:
    """Add an option for each setting, or for those named, in groups. Options that are not given leave no attribute."""
    for title, group in GROUPS.items():
        fields = {name: field for name, field in group.model_fields.items() if names is None or name in names}
        if fields:
            options = parser.add_argument_group(title)
            for name, field in fields.items():
                _add_option(options, name, field)


def _add_option(options: "argparse._ArgumentGroup", name: str, field: FieldInfo) -> None:
    if field.annotation is bool:
        options.add_argument(
            option_name(name),
            default=argparse.SUPPRESS,
            action=argparse.BooleanOptionalAction,
            help=describe(name, field),
        )
        return
    options.add_argument(
        option_name(name),
        default=argparse.SUPPRESS,
        action="append" if get_origin(field.annotation) is tuple else "store",
        metavar=_metavar(name, field),
        help=describe(name, field),
    )


def option_name(name: str) -> str:
    """The option of a setting: `--frame-bytes` for `frame_bytes`."""
    return "--" + name.replace("_", "-")


def describe(name: str, field: FieldInfo) -> str:
    """The help text of an option: description, default, and name of the environment variable."""
    return f"{field.description} (default: {shown_default(name, field)}; {PREFIX}{name.upper()})".replace("%", "%%")


def shown_default(name: str, field: FieldInfo) -> str:
    """The default as one would write it on the command line."""
    default = "model/" if name == "model" else field.default
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"{default:g}" if isinstance(default, float) else str(default)


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The settings among the parsed options."""
    return {name: value for name, value in vars(options).items() if name in Settings.model_fields}


def load_settings(given: dict[str, Any], environment: dict[str, str]) -> Settings:
    """Merge the command line, the environment and the defaults, in this order of precedence.

    Raises:
        StartError: a value is out of range or of the wrong type; names the option and what is expected.
    """
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    values: dict[str, Any] = {known[key]: value for key, value in environment.items() if key in known}
    try:
        return Settings.model_validate({**values, **given})
    except ValidationError as error:
        raise StartError(_what_is_wrong(error, given)) from None  # the cause would show a token


def _what_is_wrong(error: ValidationError, given: Collection[str]) -> str:
    problem = error.errors()[0]
    if not problem["loc"]:  # about several settings: the message names them
        return f"{problem['msg']}; see --help"
    name = str(problem["loc"][0])
    source = option_name(name) if name in given else PREFIX + name.upper()
    if problem["type"] == REFUSED:
        return f"{source}: {problem['msg']}; see --help"
    return f"{source} {str(problem['input'])[:80]!r}: {problem['msg'].lower()}; see --help"


def _metavar(name: str, field: FieldInfo) -> str:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return "|".join(choices) if choices else name.upper()
