"""The link for phones: as a QR code in the terminal and on the page, with a temporary token, or why there is none."""

import io
import re
from typing import Any
from urllib.parse import unquote

import cv2
import numpy as np
import pytest

from server.cli.startup_message import access_lines, phone_link
from server.http.access.token import TEMPORARY_AGE, is_temporary_token, temporary_token
from server.http.routes.phone import phone_address
from server.qr_code import svg_uri, terminal_text
from server.settings import Settings
from server.tls.addresses import local_addresses

LINK = "https://192.168.1.20:8000/?token=_TOxxVA0J8X990JY0gtpmQ"
TOKEN = "correct-horse-battery"


class Terminal(io.StringIO):
    """A terminal of this encoding."""

    def __init__(self, encoding: str = "utf-8", columns: int = 80) -> None:
        super().__init__()
        self._encoding, self.columns = encoding, columns

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


@pytest.fixture(autouse=True)
def terminal_size(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Columns of every terminal."""
    columns = [80]
    monkeypatch.setattr("os.get_terminal_size", lambda number: type("Size", (), {"columns": columns[0]}))
    monkeypatch.setenv("TERM", "xterm")
    return columns


def read_code(modules: list[list[bool]]) -> str:
    """What a reader sees; True is dark."""
    picture = np.where(np.array(modules), 0, 255).astype(np.uint8)
    picture = np.pad(np.kron(picture, np.ones((8, 8), np.uint8)), 32, constant_values=255)
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]


def test_a_camera_can_read_the_code_in_the_terminal() -> None:
    text = terminal_text(LINK, Terminal())
    assert text is not None
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]
    upper, lower = {" ": 1, "▄": 1, "▀": 0, "█": 0}, {" ": 1, "▄": 0, "▀": 1, "█": 0}
    modules = [[bool(half[character]) for character in line] for line in lines for half in (upper, lower)]
    assert read_code(modules) == LINK


def test_a_camera_can_read_the_code_on_the_page() -> None:
    svg = unquote(svg_uri(LINK).partition(",")[2])
    side = int(re.findall(r"viewBox='0 0 (\d+) \d+'", svg)[0])
    modules = [[False] * side for _ in range(side)]
    x, y = 0.0, 0.0
    (dark,) = re.findall(r"stroke='#000' d='([^']+)'", svg)
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", dark):
        values = [float(each) for each in re.findall(r"-?[0-9.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                modules[int(y)][column] = True
            x += values[0]
    assert read_code(modules) == LINK


def test_no_code_goes_where_it_cannot_be_read(terminal_size: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal_text(LINK, io.StringIO()) is None, "a file or a pipe"
    assert terminal_text(LINK, Terminal("ascii")) is None and terminal_text(LINK, Terminal("cp1252")) is None
    terminal_size[0] = 30
    assert terminal_text(LINK, Terminal()) is None, "too narrow"
    terminal_size[0] = 0
    assert terminal_text(LINK, Terminal()) is not None, "of unknown width"
    monkeypatch.setenv("TERM", "dumb")
    assert terminal_text(LINK, Terminal()) is None


def settings(**given: Any) -> Settings:
    return Settings.model_validate(given)


@pytest.fixture
def two_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("server.cli.startup_message", "server.http.routes.phone"):
        monkeypatch.setattr(f"{module}.local_addresses", lambda: ["192.168.1.20", "fd00::2"])


@pytest.mark.parametrize(
    ("given", "made", "link"),
    [
        ({"host": "0.0.0.0", "tls": True, "token": "auto"}, "abc", "https://192.168.1.20:8000/?token=abc"),
        ({"host": "10.0.0.5", "tls": True}, None, "https://10.0.0.5:8000"),
        ({"public_url": "https://a.example/emojify", "token": "auto"}, "abc", "https://a.example/emojify/?token=abc"),
        ({}, None, None),
        ({"tls": True}, None, None),
        ({"host": "0.0.0.0"}, None, None),  # without https there is no camera
        ({"public_url": "http://a.example"}, None, None),
        ({"host": "0.0.0.0", "tls": True, "token": TOKEN}, None, None),  # a token of one's own is not shown
    ],
)
def test_the_code_in_the_terminal_is_of_a_complete_link_that_a_phone_can_use(
    two_addresses: None, given: dict[str, Any], made: str | None, link: str | None
) -> None:
    assert phone_link(settings(**given), 8000, made) == link


@pytest.mark.parametrize(
    ("given", "host", "expected"),
    [
        ({"host": "0.0.0.0", "tls": True}, "localhost:8000", ("https://192.168.1.20:8000", None)),
        ({"host": "::", "tls": True}, "[::1]:8000", ("https://192.168.1.20:8000", None)),
        ({"host": "0.0.0.0", "tls": True}, "mybox.local:8000", ("https://mybox.local:8000", None)),
        ({"host": "0.0.0.0", "tls": True}, "[fd00::2]:8000", ("https://[fd00::2]:8000", None)),
        ({"host": "fd00::2", "tls": True}, "localhost", ("https://[fd00::2]:8000", None)),
        ({"public_url": "https://a.example/e"}, "127.0.0.1:8000", ("https://a.example/e", None)),
        ({"public_url": "http://a.example"}, "a.example", (None, "no_tls")),
        ({}, "localhost:8000", (None, "loopback")),
        ({"tls": True}, "localhost:8000", (None, "loopback")),
        ({"host": "0.0.0.0"}, "192.168.1.20:8000", (None, "no_tls")),
    ],
)
def test_the_page_shows_an_address_that_a_phone_can_reach_or_why_there_is_none(
    two_addresses: None, given: dict[str, Any], host: str, expected: tuple[str | None, str | None]
) -> None:
    assert phone_address(settings(**given), host, 8000) == expected


def test_a_computer_without_an_address_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("server.cli.startup_message", "server.http.routes.phone"):
        monkeypatch.setattr(f"{module}.local_addresses", list)
    given = settings(host="0.0.0.0", tls=True)
    assert phone_address(given, "localhost", 8000) == (None, "no_address")
    (line,) = access_lines(given, 8000, "abc", None)
    assert "no address in a network" in line
    (line,) = access_lines(settings(tls=True), 8000, None, None)
    assert "--host 0.0.0.0" in line and access_lines(settings(), 8000, None, None) == []


@pytest.mark.parametrize(
    ("interfaces", "expected"),
    [
        ({"eth0": ["130.60.1.2", "2001:db8::1"]}, ["130.60.1.2"]),  # a university network
        ({"eth0": ["192.0.2.2", "fd00::2", "fe80::1%eth0"]}, ["192.0.2.2", "fd00::2"]),
        ({"tailscale0": ["100.101.102.103", "fd7a::1"]}, ["100.101.102.103", "fd7a::1"]),
        ({"tailscale0": ["100.101.102.103"], "wlan0": ["192.168.1.20"]}, ["192.168.1.20", "100.101.102.103"]),
        ({"docker0": ["172.17.0.1"], "eth0": ["130.60.1.2"]}, ["130.60.1.2", "172.17.0.1"]),
        ({"docker0": ["172.17.0.1"], "en0": ["10.0.0.5", "fd00::5"]}, ["10.0.0.5", "fd00::5", "172.17.0.1"]),
        ({"lo": ["127.0.0.1", "::1"], "eth0": ["169.254.3.4", "fe80::1%eth0"]}, []),
    ],
)
def test_the_addresses_of_a_computer_begin_with_the_one_that_phones_can_reach(
    monkeypatch: pytest.MonkeyPatch, interfaces: dict[str, list[str]], expected: list[str]
) -> None:
    import socket

    def of(address: str) -> Any:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return type("Address", (), {"address": address, "family": family})

    found = {name: [of(address) for address in addresses] for name, addresses in interfaces.items()}
    monkeypatch.setattr("psutil.net_if_addrs", lambda: found)
    assert local_addresses() == expected


def test_a_temporary_token_is_valid_for_its_time_and_server_only() -> None:
    made = temporary_token(TOKEN, 1_000_000.0)
    assert is_temporary_token(made, TOKEN, 1_000_000.0 + TEMPORARY_AGE - 1) and TOKEN not in made
    assert not is_temporary_token(made, TOKEN, 1_000_000.0 + TEMPORARY_AGE)
    assert not is_temporary_token(made, "another-horse-battery", 1_000_000.0)
    until, _, signature = made.partition(".")
    later = f"{int(until, 16) + 3600:x}"
    for forged in (f"{later}.{signature}", f"{until}.", until, "", ".", f"{until}.{signature}x", "ü.ü", f"x{made}"):
        assert not is_temporary_token(forged, TOKEN, 1_000_000.0), forged
