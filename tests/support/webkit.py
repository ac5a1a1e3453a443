"""Debian's WebKitGTK, driven by WebDriver (https://www.w3.org/TR/webdriver2/) on a display of its own (Xvfb)."""

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.engine import TIMEOUT, call_text, ended, key_actions, wait_for

DRIVER, DISPLAY = "WebKitWebDriver", "Xvfb"

# A camera that plays a test pattern, and no question about it.
OPTIONS = ["--automation", "--enable-mock-capture-devices=true"]

# The driver reports nothing of a page's console. An error while the page loads shows in the page: it does not start.
LISTEN = """() => {
    window.problems = [];
    addEventListener('error', ({message}) => problems.push(message));
    addEventListener('unhandledrejection', ({reason}) => problems.push(String(reason)));
    new ReportingObserver(reports => problems.push(...reports.map(({type, body}) => `${type} ${JSON.stringify(body)}`)),
        {types: ['csp-violation'], buffered: true}).observe();
}"""


def find_webkit() -> str | None:
    """The program MiniBrowser of an installed WebKitGTK; None without it, its driver or a virtual display."""
    if not (shutil.which(DRIVER) and shutil.which(DISPLAY)):
        return None
    return next(map(str, sorted(Path("/usr").glob("lib*/**/webkit*gtk-*/MiniBrowser"))), None)


@contextmanager
def start_webkit() -> Iterator["WebKit"]:
    """A WebKitGTK with a new profile, on a display that nobody sees; raises RuntimeError where there is none."""
    program = find_webkit()
    if program is None:
        raise RuntimeError(f"no WebKitGTK: MiniBrowser, {DRIVER} or {DISPLAY} is not installed")
    port = _free_port()
    with (
        TemporaryDirectory(prefix="emojify-webkit-", ignore_cleanup_errors=True) as home,
        ended(subprocess.Popen(
            [DISPLAY, "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )) as display,
    ):
        assert display.stdout is not None
        number = display.stdout.readline().decode().strip()  # the display chooses it
        own = {"DISPLAY": f":{number}", "GDK_BACKEND": "x11", "HOME": home, "XDG_RUNTIME_DIR": home}
        with ended(subprocess.Popen(
            [DRIVER, f"--port={port}"], env={**os.environ, **own},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )):
            wait_for(lambda: _listens(port))
            browser = WebKit(f"http://127.0.0.1:{port}/session", program)
            yield browser
            browser.close()


class WebKit:
    """See `Engine`."""

    def __init__(self, address: str, program: str) -> None:
        """Let the driver at this address start the browser."""
        self._address = address
        self._problems: list[str] = []
        options = {"binary": program, "args": OPTIONS}
        session = self._send("POST", "", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        self._address += f"/{session['sessionId']}"
        self._send("POST", "/timeouts", {"script": TIMEOUT * 1000})

    def open(self, url: str) -> None:
        self._problems += self._new_problems()
        self._send("POST", "/url", {"url": url})
        self.run(LISTEN)

    def run(self, function: str, *arguments: Any) -> Any:
        call = f"{call_text(function, arguments)}.then(json => [json], error => [null, String(error)])"
        script = f"const done = arguments[0]; Promise.resolve().then(() => {call}).then(done);"
        value, *error = self._send("POST", "/execute/async", {"script": script, "args": []})
        if error:
            raise RuntimeError(error[0])
        return json.loads(value)

    def press(self, *keys: str) -> None:
        self._send("POST", "/actions", {"actions": key_actions(keys)})

    def problems(self) -> list[str]:
        return [*self._problems, *self._new_problems()]

    def close(self) -> None:
        """End the browser."""
        self._send("DELETE", "")

    def _new_problems(self) -> list[str]:
        return list(self.run("() => window.problems ?? []"))

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.read().decode()}") from error


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
