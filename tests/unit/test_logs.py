"""The log: one line for each event, no forged lines, and a limit on repeated lines."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from server.logs import MAX_ALIKE, PERIOD_S, LineFormatter, RepeatFilter, fields, set_up


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Restore pytest's logging afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("server").setLevel(logging.NOTSET)


def written(form: str, level: str = "debug") -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    set_up(form, level, stream)
    return logging.getLogger("server.test"), stream


def test_json_has_time_level_event_and_fields() -> None:
    log, stream = written("json")
    log.info("closed", extra=fields(connection="5e0c9a11", code=1000, seconds=1.5))
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "event": "closed", "connection": "5e0c9a11", "code": 1000, "seconds": 1.5}


def test_text_has_the_same_fields() -> None:
    log, stream = written("text")
    log.info("closed", extra=fields(code=1000, reason="too much"))
    assert stream.getvalue().split(" ", 1)[1] == 'info closed code=1000 reason="too much"\n'


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_from_a_client_cannot_forge_a_line(form: str) -> None:
    log, stream = written(form)
    log.info("broke a rule", extra=fields(reason="x\n2026-01-01T00:00:00Z error all is lost\x1b[31m"))
    assert stream.getvalue().count("\n") == 1 and "\x1b" not in stream.getvalue()


def test_a_traceback_is_one_field_of_json() -> None:
    log, stream = written("json")
    try:
        raise ValueError("a fault")
    except ValueError:
        log.exception("failed")
    assert stream.getvalue().count("\n") == 1
    assert "ValueError: a fault" in json.loads(stream.getvalue())["trace"]


def test_libraries_log_warnings_only() -> None:
    """Below that level they log addresses, cookies and messages."""
    log, stream = written("json", "debug")
    logging.getLogger("uvicorn.error").info('192.0.2.7 - "WebSocket /ws" [accepted]')
    logging.getLogger("uvicorn.access").info('192.0.2.7 - "GET /?token=secret"')
    logging.getLogger("websockets.server").debug("< cookie: token=secret")
    assert stream.getvalue() == ""
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    assert json.loads(stream.getvalue())["logger"] == "uvicorn.error"
    log, stream = written("text", "warning")
    log.info("ready")
    assert stream.getvalue() == ""


def test_repeated_lines_are_limited_and_counted() -> None:
    now = [0.0]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter(as_json=True))
    handler.addFilter(RepeatFilter(lambda: now[0]))
    log = logging.getLogger("server.flood")
    log.propagate, log.handlers = False, [handler]
    log.setLevel(logging.INFO)
    for _ in range(1000):
        log.info("refused", extra=fields(limit="clients"))
    log.info("refused", extra=fields(limit="idle"))
    assert stream.getvalue().count("clients") == MAX_ALIKE and stream.getvalue().count("idle") == 1
    now[0] += PERIOD_S
    log.info("refused", extra=fields(limit="clients"))
    assert json.loads(stream.getvalue().splitlines()[-1])["left_out"] == 1000 - MAX_ALIKE
