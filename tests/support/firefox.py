"""Debian's Firefox, driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which it speaks by itself."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.engine import TIMEOUT, call_text, ended, key_actions, wait_for

NAMES = ("firefox-esr", "firefox")

# A camera that plays a test pattern, and no question about it; nothing that calls home.
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    # A window without a screen counts as active; otherwise keys press no button.
    "focusmanager.testmode": True,
}


def find_firefox() -> str | None:
    """The program of an installed Firefox, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def start_firefox(**preferences: bool | int | str) -> Iterator["Firefox"]:
    """A Firefox without a window, with a new profile and these preferences besides PREFERENCES.

    Raises RuntimeError where there is none, or if it ends before it listens.
    """
    program = find_firefox()
    if program is None:
        raise RuntimeError(f"no Firefox: none of {', '.join(NAMES)} is installed")
    with TemporaryDirectory(prefix="emojify-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});"
                 for name, value in {**PREFERENCES, **preferences}.items()]
        Path(profile, "user.js").write_text("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        # To a file, not a pipe: nobody reads what comes after the address.
        with Path(profile, "output").open("w+") as output, ended(subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=output,
        )) as process:
            address = wait_for(lambda: _address(Path(profile, "output").read_text(), process))
            with connect(f"{address}/session", open_timeout=TIMEOUT, max_size=None) as socket:
                yield Firefox(socket)


class Firefox:
    """See `Engine`."""

    def __init__(self, socket: ClientConnection) -> None:
        """Begin a session on a connection to a Firefox."""
        self._socket = socket
        self._ids = count(1)
        self._problems: list[str] = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        self._context = self._send("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def run(self, function: str, *arguments: Any) -> Any:
        done = self._send(
            "script.evaluate", expression=call_text(function, arguments), target={"context": self._context},
            awaitPromise=True,
        )
        if done["type"] != "success":
            raise RuntimeError(done["exceptionDetails"]["text"])
        return json.loads(done["result"]["value"])

    def press(self, *keys: str) -> None:
        self._send("input.performActions", context=self._context, actions=key_actions(keys))

    def problems(self) -> list[str]:
        self._send("session.status")  # its answer comes after the events before it
        return list(self._problems)

    def _send(self, method: str, **parameters: Any) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(TIMEOUT))
            if message["type"] == "event":
                self._on_log(message["params"])
            elif message["id"] == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]

    def _on_log(self, entry: dict[str, Any]) -> None:
        if entry["level"] == "error":
            self._problems.append(entry["text"])


def _address(output: str, process: subprocess.Popen[bytes]) -> str | None:
    if process.poll() is not None:
        raise RuntimeError(f"Firefox ended before it listened for WebDriver BiDi: {output}")
    found = re.search(r"listening on (ws://\S+)", output)
    return found[1] if found else None
