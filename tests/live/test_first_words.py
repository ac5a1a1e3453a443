"""The first words and the first emoji are in the page itself, in the browser's language."""

from collections.abc import Callable

import pytest

from tests.live.http_client import ask
from tests.support.running_server import RunningServer


@pytest.mark.parametrize(("language", "word"), [("en-GB", "Start"), ("de-AT,de;q=0.9", "Einstellungen")])
def test_the_page_has_its_words_and_an_emoji_without_a_script(
    server: RunningServer, language: str, word: str
) -> None:
    page = ask(server, "/", headers={"Accept-Language": language}).body.decode()
    assert word in page and '<img class="emoji-image" src="./emojis/default/happy.svg"' in page


def test_only_on_the_servers_own_computer_it_says_this_computer(server: RunningServer) -> None:
    here = ask(server, "/").body.decode()
    assert "this computer" in here and "this server" not in here


def test_from_elsewhere_it_names_the_server(start_server: Callable[..., RunningServer]) -> None:
    """A proxy on the same computer passes the name that the browser asked for."""
    with_name = start_server("--host", "0.0.0.0", "--allow-host", "emojify.test")
    elsewhere = ask(with_name, "/", headers={"Host": "emojify.test"}).body.decode()
    assert "this server" in elsewhere and "<strong>emojify.test</strong>" in elsewhere
