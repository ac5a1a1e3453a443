"""Settings: precedence of command line, environment and defaults; error messages; --help; docs/settings.md."""

import argparse
from pathlib import Path
from typing import get_args

import pytest

from server.errors import StartError
from server.live.observer import Limit
from server.settings.groups import GROUPS, Settings
from server.settings.options import add_options, load_settings, option_name
from tests.unit import settings_table


def test_command_line_wins_over_environment() -> None:
    environment = {"EMOJIFY_PORT": "9000", "EMOJIFY_FPS": "15", "HOME": "/root"}
    settings = load_settings({"port": "9001"}, environment)
    assert (settings.port, settings.fps, settings.detector) == (9001, 15.0, "blazeface")


@pytest.mark.parametrize(
    ("given", "environment", "named"),
    [
        ({"port": "70000"}, {}, "--port '70000'"),
        ({"detector": "magic"}, {}, "--detector 'magic'"),
        ({}, {"EMOJIFY_FRAME_BYTES": "many"}, "EMOJIFY_FRAME_BYTES 'many'"),
        ({"pack": "../secrets"}, {}, "--pack '../secrets'"),
    ],
)
def test_an_invalid_value_names_its_option(given: dict[str, str], environment: dict[str, str], named: str) -> None:
    with pytest.raises(StartError, match=named.replace(".", r"\.")):
        load_settings(given, environment)


@pytest.mark.parametrize(
    ("given", "environment", "words"),
    [
        ({"allow_origin": ["http://a.example/path"]}, {}, "--allow-origin: 'http://a.example/path' is not an origin"),
        ({"allow_origin": ["https://a.example", "b.example"]}, {}, "'b.example' is not an origin"),
        ({}, {"EMOJIFY_ALLOW_ORIGIN": "https://a.example,null"}, "ALLOW_ORIGIN: 'null' is the origin of every page"),
        ({"allow_origin": ["*"]}, {}, "'*' is not an origin"),
        ({"allow_host": ["a.example:80"]}, {}, "--allow-host: 'a.example:80' is not a host name"),
        ({"public_url": "https://a.example/faces?x=1"}, {}, "without a query"),
        ({"public_url": "https://a.example/a/../b"}, {}, "is not the URL"),
        ({"public_url": "https://a.example//b"}, {}, "is not the URL"),
        ({"public_url": "capacitor://localhost"}, {}, "is not the URL"),
        ({"allow_origin": ["file://localhost"]}, {}, "capacitor://localhost for an app"),
        ({"public_url": "a.example"}, {}, "--public-url: 'a.example' is not the URL"),
        ({"trusted_proxy": ["10.0.0.1/8"]}, {}, "'10.0.0.1/8' is not an IP address or network"),
        ({"trusted_proxy": ["*"]}, {}, "'*' is not an IP address"),
        ({"token": "secret{1}"}, {}, "--token: the token is too short to be safe; use at least 12 characters"),
        ({}, {"EMOJIFY_TOKEN": "secret secret secret"}, "EMOJIFY_TOKEN: the token may contain only letters"),
        ({"certfile": "a.pem"}, {}, "--certfile and --keyfile belong together"),
        ({}, {"EMOJIFY_KEYFILE": "a.pem"}, "--certfile and --keyfile belong together"),
        ({"tls": True, "certfile": "a.pem", "keyfile": "b.pem"}, {}, "give only one of the two"),
    ],
)
def test_an_invalid_value_says_what_is_expected(
    given: dict[str, object], environment: dict[str, str], words: str
) -> None:
    with pytest.raises(StartError) as caught:
        load_settings(given, environment)
    assert words in str(caught.value) and "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_list_options_can_be_repeated_or_comma_separated_and_are_normalised() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    words = ["--allow-origin", "HTTPS://A.example:443, http://b.example:81", "--allow-origin", "http://c.example"]
    settings = load_settings(vars(parser.parse_args(words)), {"EMOJIFY_TRUSTED_PROXY": "10.0.0.1,fd00::/8"})
    assert settings.allow_origin == ("https://a.example", "http://b.example:81", "http://c.example")
    assert settings.trusted_proxy == ("10.0.0.1", "fd00::/8")


def test_an_empty_environment_variable_is_unset() -> None:
    names = ("ALLOW_HOST", "ALLOW_ORIGIN", "PUBLIC_URL", "TRUSTED_PROXY", "TOKEN", "TLS", "CERTFILE", "REQUIRE_ORIGIN")
    assert load_settings({}, {f"EMOJIFY_{name}": "" for name in names}) == load_settings({}, {})


def test_a_boolean_is_a_flag_and_a_word_in_the_environment() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    assert load_settings(vars(parser.parse_args(["--tls"])), {}).tls
    assert not load_settings(vars(parser.parse_args(["--no-tls"])), {"EMOJIFY_TLS": "yes"}).tls
    assert load_settings({}, {"EMOJIFY_TLS": "1"}).tls and not load_settings({}, {"EMOJIFY_TLS": "no"}).tls


def test_the_emoji_folder_is_optional() -> None:
    assert load_settings({}, {}).emojis is None and load_settings({}, {"EMOJIFY_EMOJIS": ""}).emojis is None
    assert load_settings({}, {"EMOJIFY_EMOJIS": "packs"}).emojis == Path("packs")


def test_every_setting_is_an_option_with_default_and_environment_name(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    text = " ".join(parser.format_help().split())
    for name, field in Settings.model_fields.items():
        assert option_name(name) in text
        assert f"EMOJIFY_{name.upper()})" in text
        assert field.description
    given = vars(parser.parse_args(["--port", "1", "--model", "there"]))
    assert load_settings(given, {}).model == Path("there")


def test_the_settings_page_is_up_to_date() -> None:
    """After a change of server/settings/, run python -m tests.unit.settings_table."""
    page = settings_table.PAGE.read_text()
    assert page == settings_table.with_tables(page), "run: python -m tests.unit.settings_table"


def test_every_setting_is_in_one_group_and_help_shows_the_groups() -> None:
    names = [name for group in GROUPS.values() for name in group.model_fields]
    assert sorted(names) == sorted(Settings.model_fields)
    parser = argparse.ArgumentParser()
    add_options(parser)
    text = parser.format_help()
    assert all(f"\n{title}:\n" in text for title in GROUPS)


def test_every_counted_limit_is_a_documented_setting() -> None:
    page = settings_table.PAGE.read_text()
    for limit in get_args(Limit):
        assert limit in Settings.model_fields
        assert f"`{option_name(limit)}`" in page.partition("## What happens at a limit")[2]
