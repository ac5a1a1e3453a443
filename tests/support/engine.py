"""What the tests of other browser engines ask of one: firefox.py and webkit.py drive Debian's Firefox and WebKitGTK.

Playwright's own builds of the two need downloads that are not in Debian; its driver for a stock Firefox (1.65) sends
commands that Firefox ESR 153 does not have.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Found = TypeVar("Found")

# Seconds; long, because on a busy machine a hang should fail a test and slowness should not.
TIMEOUT = 60

# Key values of WebDriver (https://www.w3.org/TR/webdriver2/#keyboard-actions), for `press`.
TAB, ESCAPE = "\ue004", "\ue00c"


class Engine(Protocol):
    """A browser with one page."""

    def open(self, url: str) -> None:
        """Load a page; returns after its `load` event."""

    def run(self, function: str, *arguments: Any) -> Any:
        """Call a JavaScript function in the page and wait for its promise; raises RuntimeError if it throws.

        Arguments and result are values of JSON.
        """

    def press(self, *keys: str) -> None:
        """Press the keys as a user does: all down in this order, then up."""

    def problems(self) -> list[str]:
        """What the page has reported since the start: errors of its scripts, and what its security policy blocked."""


def call_text(function: str, arguments: tuple[Any, ...]) -> str:
    """The text of a call that returns a promise of JSON: each protocol would encode other values in its own way."""
    return f"Promise.resolve(({function})(...{json.dumps(arguments)})).then(value => JSON.stringify(value ?? null))"


def key_actions(keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The input source that presses these keys; the same in WebDriver and in WebDriver BiDi."""
    down = [{"type": "keyDown", "value": key} for key in keys]
    up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
    return [{"type": "key", "id": "keyboard", "actions": [*down, *up]}]


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends the process after the `with` statement, and closes its pipes."""
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=TIMEOUT)


def wait_for(find: Callable[[], Found | None]) -> Found:
    """What `find` returns as soon as it is true; raises TimeoutError after TIMEOUT seconds."""
    deadline = time.monotonic() + TIMEOUT
    while not (found := find()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing found within {TIMEOUT} s")
        time.sleep(0.05)
    return found
