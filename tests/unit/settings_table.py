"""`docs/settings.md` is made from `server/settings/groups.py`: `python -m tests.unit.settings_table` writes it anew.

A test compares the two, so a setting that was added or changed shows there.
"""

import re
from typing import Any

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from server.settings.groups import Settings
from server.settings.options import PREFIX, option_name, shown_default
from tests.support import ROOT as PROJECT

PAGE = PROJECT / "docs" / "settings.md"
BEGIN, END = "<!-- made by python -m tests.unit.settings_table -->", "<!-- end -->"


def table() -> str:
    """All settings, a row each, in the order of the code."""
    rows = [
        "| Option | Environment | Default | Range | What for |",
        "|---|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        names = (f"`{option_name(name)}`", f"`{PREFIX}{name.upper()}`")
        cells = (*names, f"`{shown_default(name, field)}`", allowed(field), reason(field))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def allowed(field: FieldInfo) -> str:
    """The least and the most, or the choices."""
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
    """Whole, without an exponent."""
    return str(int(value)) if value == int(value) else str(value)


def reason(field: FieldInfo) -> str:
    """Unit and reason, as `--help` has them."""
    return (field.description or "").replace("|", "\\|")


def with_table(page: str) -> str:
    """The page with its table made anew."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has no place for the table: it lies between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
