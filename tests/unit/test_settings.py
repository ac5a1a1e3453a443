"""Settings: command line over environment over defaults, and clear refusals."""

import argparse
from pathlib import Path
from typing import get_args

import pytest

from server.errors import StartError
from server.live.observer import Limit
from server.settings import Settings, add_options, load_settings, option_name
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
def test_a_bad_value_names_its_option(given: dict[str, str], environment: dict[str, str], named: str) -> None:
    with pytest.raises(StartError, match=named.replace(".", r"\.")):
        load_settings(given, environment)


def test_a_folder_of_emojis_is_optional_and_an_empty_variable_names_none() -> None:
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


def test_the_page_of_settings_is_that_of_the_code() -> None:
    """After a change of server/settings.py: python -m tests.unit.settings_table."""
    page = settings_table.PAGE.read_text()
    assert page == settings_table.with_table(page), "run: python -m tests.unit.settings_table"


def test_every_limit_that_is_counted_is_a_setting() -> None:
    page = settings_table.PAGE.read_text()
    for limit in get_args(Limit):
        assert limit in Settings.model_fields
        assert f"`{option_name(limit)}`" in page.partition("## What happens at a limit")[2]
