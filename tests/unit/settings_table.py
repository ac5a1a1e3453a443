"""Writes the tables of docs/settings.md from the settings: `python -m tests.unit.settings_table`.

A test compares the two.
"""

import re
from typing import Any

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from server.settings.groups import GROUPS
from server.settings.options import PREFIX, option_name, shown_default
from tests.support import ROOT as PROJECT

PAGE = PROJECT / "docs" / "settings.md"
HEADER = "| Option | Environment variable | Default | Range | Description |\n|---|---|---|---|---|"
BEGIN, END = "<!-- made by python -m tests.unit.settings_table -->", "<!-- end -->"


def tables() -> str:
    """A heading and a table for each group of settings, in the order of `--help`."""
    lines = []
    for title, group in GROUPS.items():
        lines += [f"### {title[0].upper()}{title[1:]}", HEADER]
        for name, field in group.model_fields.items():
            names = (f"`{option_name(name)}`", f"`{PREFIX}{name.upper()}`")
            cells = (*names, f"`{shown_default(name, field)}`", allowed(field), description(field))
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def allowed(field: FieldInfo) -> str:
    """The bounds or the choices."""
    choices = re.findall(r"'([^']*)'", str(field.annotation)) if "Literal" in str(field.annotation) else []
    if choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    bounds = []
    for limit in field.metadata:
        if isinstance(limit, Gt | Ge):
            bounds.append(f"over {limit.gt:g}" if isinstance(limit, Gt) else f"from {number(limit.ge)}")
        if isinstance(limit, Lt | Le):
            bounds.append(f"under {limit.lt:g}" if isinstance(limit, Lt) else f"to {number(limit.le)}")
    return " ".join(bounds)


def number(value: Any) -> str:
    """A bound without an exponent."""
    return str(int(value)) if value == int(value) else str(value)


def description(field: FieldInfo) -> str:
    """The description, as in `--help`."""
    return (field.description or "").replace("|", "\\|")


def with_tables(page: str) -> str:
    """The page with new tables."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has no place for the tables, between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
