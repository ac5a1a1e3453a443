"""A link as a QR code, which the cameras of phones read."""

import io
import os
from typing import TextIO

import segno

# The quiet zone around the code, in modules. The standard wants 4; 2 is enough on the dark ground of a terminal.
TERMINAL_BORDER, SVG_BORDER = 2, 4
# Light modules on black, whatever the colours of the terminal: not all phones read inverted codes.
_START, _END = "\x1b[97;40m", "\x1b[0m"


def terminal_text(link: str, stream: TextIO) -> str | None:
    """The code in half blocks, two modules a character; None where `stream` is no terminal that can show it."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        return None
    drawn = io.StringIO()
    segno.make(link, micro=False, error="l").terminal(drawn, border=TERMINAL_BORDER, compact=True)
    lines = drawn.getvalue().splitlines()
    try:
        "".join(lines).encode(stream.encoding or "ascii")
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, UnicodeEncodeError):
        return None
    # Without a known size (0, as in some containers) it is printed; a wrapped code cannot be read.
    if 0 < columns < len(lines[0]):
        return None
    if os.name == "nt":  # consoles of Windows do not all know these sequences; they are dark
        return "\n".join(lines)
    return "\n".join(f"{_START}{line}{_END}" for line in lines)


def svg_uri(link: str) -> str:
    """The code as the `data:` URI of an SVG, black on white."""
    code = segno.make(link, micro=False, error="m")
    return code.svg_data_uri(border=SVG_BORDER, dark="#000", light="#fff", omitsize=True)
