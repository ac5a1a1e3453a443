"""The server's log: one line an event, on standard error, as text or as JSON.

    2026-11-25T03:04:33.120Z warning refused connection=5e0c9a11 limit=clients

Never in it: pictures, scores, addresses of clients, tokens, names of their files. A connection is known by an id of
chance, which its client is told, so that the two can be brought together by whoever is asked for help.
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
# Lines of one kind in a period of so many seconds; more are counted, not written. A flood of refusals then costs a disk
# at most some 20 kB a minute, and nothing is missing that the metrics do not count.
MAX_ALIKE, PERIOD = 20, 10.0
# At most so many kinds are told apart at a time: there are some thirty.
MAX_KINDS = 1000
# Libraries write below this level what is not to be kept: addresses, paths with a token, cookies, whole messages.
LIBRARIES = logging.WARNING


def fields(**values: object) -> dict[str, object]:
    """Facts about an event, for the `extra` of a logging call: `log.info("closed", extra=fields(code=1000))`."""
    return {"facts": values}


def new_id() -> str:
    """An id of chance for a connection or a request: 8 hexadecimal digits."""
    return secrets.token_hex(4)


def set_up(form: str, level: str, stream: TextIO | None = None) -> None:
    """Send all logging of the process to `stream` (standard error): `form` is text or json, `level` one of LEVELS."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(form == "json"))
    handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(LIBRARIES, LEVELS[level]))
    logging.getLogger("server").setLevel(LEVELS[level])


class Lines(logging.Formatter):
    """An event as a line: time (UTC), level, event, its facts, the logger where it is a library's, a trace if any."""

    def __init__(self, as_json: bool) -> None:
        """JSON, or words."""
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line; a trace adds lines to text, and a field to JSON."""
        facts: dict[str, Any] = dict(getattr(record, "facts", {}))
        if not record.name.startswith("server"):
            facts["logger"] = record.name
        level, event = record.levelname.lower(), record.getMessage()
        trace = self.formatException(record.exc_info) if record.exc_info else None
        if self._as_json:
            line = {"time": utc(record.created), "level": level, "event": event, **facts}
            return orjson.dumps(line | {"trace": trace} if trace else line, default=str).decode()
        words = [utc(record.created), level, one_line(event), *(f"{name}={shown(facts[name])}" for name in facts)]
        return " ".join(words) + (f"\n{trace}" if trace else "")


class RepeatFilter(logging.Filter):
    """Lets the first lines of a kind pass in each period; the first of the next says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        super().__init__()
        self._clock = clock
        self._seen: dict[object, tuple[float, int]] = {}  # by kind: when its period began, and how many came since

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write this line."""
        facts: dict[str, object] = getattr(record, "facts", {})
        kind = (record.name, record.msg, facts.get("limit"), facts.get("code"))
        now = self._clock()
        began, count = self._seen.get(kind, (now, 0))
        if now - began >= PERIOD:
            if count > MAX_ALIKE:
                record.facts = {**facts, "left_out": count - MAX_ALIKE}
            began, count = now, 0
        if len(self._seen) >= MAX_KINDS:
            self._seen.clear()
        self._seen[kind] = (began, count + 1)
        return count < MAX_ALIKE


def utc(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 with milliseconds."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(value: object) -> str:
    """A fact as text: in quotes where it has spaces or an equals sign."""
    text = one_line(f"{value:g}" if isinstance(value, float) else str(value))
    return f'"{text}"' if " " in text or "=" in text else text


def one_line(text: str) -> str:
    """Without line breaks and other control characters, so that what a client sent cannot pose as a line of ours."""
    return "".join(character if character.isprintable() else "?" for character in text)
