"""The messages at the start of the server: the URL to open, access from other devices, warnings."""

import re
from pathlib import Path
from typing import Any

import pytest

from server.cli.access_options import trusted_networks, with_generated_token
from server.cli.startup_message import access_lines, ready_line, warning
from server.settings import Settings
from server.tls.local_certificate import LocalCertificate

LONG = "correct-horse-battery"


def settings(**given: Any) -> Settings:
    return Settings.model_validate(given)


@pytest.mark.parametrize(
    ("given", "made", "address"),
    [
        ({}, None, "http://localhost:8000"),
        ({"host": "0.0.0.0"}, None, "http://localhost:8000"),
        ({"host": "192.168.1.20"}, None, "http://192.168.1.20:8000"),
        ({"host": "fd00::2"}, None, "http://[fd00::2]:8000"),
        ({"tls": True}, None, "https://localhost:8000"),
        ({"token": "auto"}, "abc", "http://localhost:8000/?token=abc"),
        ({"public_url": "https://faces.example.org", "token": "auto"}, "abc", "https://faces.example.org/?token=abc"),
    ],
)
def test_the_ready_line_contains_the_url_to_open(given: dict[str, Any], made: str | None, address: str) -> None:
    assert ready_line(settings(**given), 8000, made).startswith(f"Emojify is ready: {address} (")


def test_behind_a_proxy_the_ready_line_contains_the_listening_address() -> None:
    assert "listening on 127.0.0.1 port 8001" in ready_line(settings(public_url="https://a.example"), 8001, None)


def test_a_configured_token_is_not_printed() -> None:
    line = ready_line(settings(token=LONG), 8000, None)
    assert LONG not in line and "/?token=" in line


def test_auto_generates_a_new_token_and_a_configured_one_is_kept() -> None:
    (one, made), (two, _) = with_generated_token(settings(token="auto")), with_generated_token(settings(token="auto"))
    assert one.token is not None and two.token is not None and one.token.get_secret_value() == made
    assert one.token != two.token and re.fullmatch(r"[\w-]{22}", made or "")
    kept, none = with_generated_token(settings(token=LONG))
    assert kept.token is not None and kept.token.get_secret_value() == LONG and none is None
    assert LONG not in repr(kept) and LONG not in str(kept.model_dump())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"host": "0.0.0.0"}, ["--host 0.0.0.0", "everybody", "--token auto and --tls"]),
        ({"host": "192.168.1.20"}, ["--host 192.168.1.20", "unencrypted"]),
        ({"host": "::"}, ["--host ::"]),
        ({"host": "mybox"}, ["--host mybox"]),
        ({"host": "0.0.0.0", "token": LONG}, ["without TLS", "Add --tls"]),
        ({"host": "0.0.0.0", "public_url": "http://a.example"}, ["unencrypted"]),
    ],
)
def test_unsafe_settings_give_a_warning_with_a_remedy(given: dict[str, Any], words: list[str]) -> None:
    text = warning(settings(**given)) or ""
    assert text.startswith("warning: ") and "\n" not in text and all(word in text for word in words), text
    assert LONG not in text


@pytest.mark.parametrize(
    "given",
    [{}, {"host": "localhost"}, {"host": "::1"}, {"host": "0.0.0.0", "tls": True},
     {"host": "0.0.0.0", "public_url": "https://a.example"}, {"host": "0.0.0.0", "tls": True, "token": LONG}],
)  # fmt: skip
def test_safe_settings_give_no_warning(given: dict[str, Any]) -> None:
    assert warning(settings(**given)) is None


def test_the_urls_for_other_devices_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("server.cli.startup_message.local_addresses", lambda: ["192.168.1.20", "fd00::2"])
    assert access_lines(settings(), 8000, None, None) == []
    (line,) = access_lines(settings(host="0.0.0.0", tls=True), 8000, "abc", None)
    assert line == "On other devices: https://192.168.1.20:8000/?token=abc", "the server does not listen on IPv6"
    certificate = LocalCertificate(tmp_path / "server.pem", tmp_path / "ca.pem", ("localhost",), ("a.example",))
    text = "\n".join(access_lines(settings(host="::", tls=True), 8000, None, certificate))
    assert "https://[fd00::2]:8000" in text and str(tmp_path / "ca.pem") in text and "docs/hosting.md" in text
    assert "does not cover a.example" in text


def test_a_trusted_proxy_is_also_recognised_on_a_dual_stack_socket() -> None:
    assert trusted_networks(("10.0.0.0/8", "10.0.0.2", "fd00::/8")) == [
        "10.0.0.0/8", "10.0.0.2/32", "fd00::/8", "::ffff:10.0.0.0/104", "::ffff:10.0.0.2/128",
    ]  # fmt: skip
