"""Parsing and comparison of origins and hosts."""

import pytest

from server.origins import host_name, is_public_name, parse_origin


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("http://h", "http://h:80"),
        ("https://h", "https://h:443"),
        ("HTTP://Faces.Example", "http://faces.example"),
        ("http://[::1]:8000", "http://[0:0:0:0:0:0:0:1]:8000"),
        ("CAPACITOR://LocalHost", "capacitor://localhost"),
    ],
)
def test_the_same_origin_written_differently(text: str, same: str) -> None:
    assert parse_origin(text) == parse_origin(same) is not None


@pytest.mark.parametrize(
    "text",
    ["capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://localhost",
     "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
     "moz-extension://2b0f6a3e-7d5b-4a55-9f0e-0d6f7a1c9b11", "http://tauri.localhost"],
)  # fmt: skip
def test_the_origins_of_apps_and_extensions(text: str) -> None:
    origin = parse_origin(text)
    assert origin is not None and str(origin) == text
    assert origin.is_web == text.startswith("http")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://h", "https://h"),
        ("capacitor://localhost", "ionic://localhost"),
        ("capacitor://localhost", "http://localhost"),
        ("http://h", "http://h:8080"),
        ("http://h:443", "https://h:443"),
        ("http://h", "http://h.evil.example"),
        ("http://localhost", "http://127.0.0.1"),
    ],
)
def test_different_origins(one: str, other: str) -> None:
    assert parse_origin(one) != parse_origin(other)


@pytest.mark.parametrize(
    "text",
    ["", "null", "//", "h", "http://", "http://[", "http://[::1", "http://h/", "http://h:0", "http://h:65536", "http://h:x",
     "http://a@h", "http://h?", "http://h#", "ftp://h", "file://h", "ws://h", "wss://h", "data://h", "-a://h", "1a://h",
     "capacitor://", "tauri://localhost/", "capacitor://local host", "http:///h", "http://h\n", " http://h", "http://h,http://i",
     "http://h.", "http://[1.2.3.4]", "http://ünicode", "http://h:٣"],
)  # fmt: skip
def test_an_invalid_origin_is_none(text: str) -> None:
    assert parse_origin(text) is None


def test_an_origin_is_written_as_browsers_do() -> None:
    assert str(parse_origin("HTTPS://H:443")) == "https://h" and str(parse_origin("http://h:443")) == "http://h:443"
    assert str(parse_origin("tauri://localhost")) == "tauri://localhost"
    assert str(parse_origin("app://host:80")) == "app://host:80"


@pytest.mark.parametrize(
    ("authority", "host"),
    [("LOCALHOST:8000", "localhost"), ("[::1]:8000", "[::1]"), ("h", "h"), ("", ""), ("h:", ""), ("a b", "")],
)
def test_the_host_without_its_port(authority: str, host: str) -> None:
    assert host_name(authority) == host


@pytest.mark.parametrize(
    "host", ["localhost", "mybox", "mybox.local", "a.localhost", "192.168.1.2", "[::1]", "x.home.arpa"]
)
def test_local_names_are_not_public(host: str) -> None:
    assert not is_public_name(host) and is_public_name("faces.example.org")
