"""The server's log: one line for each event, on standard error, as text or JSON.

    2026-11-25T03:04:33.120Z warning refused connection=5e0c9a11 limit=clients

It never contains pictures, scores, tokens, addresses of clients or names of their files. A connection has a random id,
which its client is sent too: a client that reports a problem can quote it.
"""

import datetime
import logging
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

import orjson

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
# Maximum lines of one kind in a period of so many seconds; further ones are counted, not written. A flood of refusals
# then writes at most 20 kB a minute to the disk. The metrics count all of them.
MAX_ALIKE, PERIOD_S = 20, 10.0
# Kinds that are distinguished at a time. There are about thirty.
MAX_KINDS = 1000
# Below this level, libraries log what must not be kept: addresses, paths with a token, cookies, whole messages.
LIBRARY_LEVEL = logging.WARNING


def fields(**values: object) -> dict[str, object]:
    """Fields of an event, for the `extra` of a logging call: `log.info("closed", extra=fields(code=1000))`."""
    return {"fields": values}


def new_id() -> str:
    """A random id of a connection or a request: 8 hexadecimal digits."""
    return secrets.token_hex(4)


def set_up(form: str, level: str, stream: TextIO | None = None) -> None:
    """Send all logs of the process to `stream` (standard error); `form` is `text` or `json`, `level` one of LEVELS."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LineFormatter(form == "json"))
    handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(LIBRARY_LEVEL, LEVELS[level]))
    logging.getLogger("server").setLevel(LEVELS[level])


class LineFormatter(logging.Formatter):
    """An event as a line: time (UTC), level, event, its fields, the logger if it is a library's, a traceback."""

    def __init__(self, as_json: bool) -> None:
        """Format as JSON, or as text."""
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line. A traceback adds lines to text, and the field `trace` to JSON."""
        fields: dict[str, Any] = dict(getattr(record, "fields", {}))
        if not record.name.startswith("server"):
            fields["logger"] = record.name
        level, event = record.levelname.lower(), record.getMessage()
        trace = self.formatException(record.exc_info) if record.exc_info else None
        if self._as_json:
            line = {"time": utc(record.created), "level": level, "event": event, **fields}
            return orjson.dumps(line | {"trace": trace} if trace else line, default=str).decode()
        words = [utc(record.created), level, one_line(event), *(f"{name}={quoted(fields[name])}" for name in fields)]
        return " ".join(words) + (f"\n{trace}" if trace else "")


class RepeatFilter(logging.Filter):
    """Passes the first lines of each kind in a period; the first of the next period says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        super().__init__()
        self._clock = clock
        self._seen: dict[object, tuple[float, int]] = {}  # by kind: start of its period, lines since then

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write this line."""
        fields: dict[str, object] = getattr(record, "fields", {})
        kind = (record.name, record.msg, fields.get("limit"), fields.get("code"))
        now = self._clock()
        began, count = self._seen.get(kind, (now, 0))
        if now - began >= PERIOD_S:
            if count > MAX_ALIKE:
                record.fields = {**fields, "left_out": count - MAX_ALIKE}
            began, count = now, 0
        if len(self._seen) >= MAX_KINDS:
            self._seen.clear()
        self._seen[kind] = (began, count + 1)
        return count < MAX_ALIKE


def utc(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 with milliseconds."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def quoted(value: object) -> str:
    """A field's value as text, in quotes if it has spaces or an equals sign."""
    text = one_line(f"{value:g}" if isinstance(value, float) else str(value))
    return f'"{text}"' if " " in text or "=" in text else text


def one_line(text: str) -> str:
    """Replaces line breaks and other control characters, so that text from a client cannot forge a line of the log."""
    return "".join(character if character.isprintable() else "?" for character in text)
