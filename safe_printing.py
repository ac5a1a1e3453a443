"""Printing that cannot end the work, for all commands of `server`, `model` and `lab`, which share nothing else.

Letters that the encoding of a terminal, a file or a pipe lacks are printed as escapes. If the reader of a pipe goes
away (`| head`) or a disk is full, the work goes on and what is printed is lost; `printing_fault` says so at the end.
"""

from __future__ import annotations

import contextlib
import errno
import io
import select
import sys
from typing import TextIO, cast

# The reader of a pipe has gone. Windows reports EINVAL.
READER_GONE = (errno.EPIPE, errno.EINVAL)


def make_printing_safe() -> None:
    """Replace standard output and standard error, unless something else has replaced them. Call it first."""
    if sys.stdout is sys.__stdout__:
        sys.stdout = safe_text(sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = safe_text(sys.stderr)


def safe_text(stream: TextIO | None) -> TextIO:
    """A stream of the same file and encoding whose writing raises no error. `stream` must stay open; it may be None."""
    binary = getattr(stream, "buffer", None)
    if stream is None or binary is None:
        return stream  # type: ignore[return-value]  # None where a process has no terminal and no file: print ignores it
    with contextlib.suppress(OSError, ValueError):
        stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(cast(io.RawIOBase, _SafeFile(getattr(binary, "raw", binary)))),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=bool(getattr(stream, "line_buffering", False)),
        write_through=bool(getattr(stream, "write_through", False)),
    )


def printing_fault() -> str | None:
    """Why a part of standard output was lost, or None. A reader that went away wanted no more, which is no fault."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if not isinstance(raw, _SafeFile):
        return None
    with contextlib.suppress(ValueError):
        sys.stdout.flush()
    error = raw.error
    if error is None or error.errno in READER_GONE:
        return None
    return f"what was printed is incomplete: {error.strerror or error}"


class _SafeFile(io.RawIOBase):
    """Writes to a file until that fails, and nowhere from then on."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self._raw = raw
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw.isatty()

    def fileno(self) -> int:
        return self._raw.fileno()

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        while self.error is None:
            try:
                written = self._raw.write(data)
                if written is not None:
                    return written
                select.select((), (self._raw.fileno(),), ())  # a pipe that another program made non-blocking is full
            except OSError as error:
                self.error = error
        return len(data)
