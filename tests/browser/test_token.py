"""The access token and TLS in a browser: the link opens the page, and without it a page says what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_expression, expect_state, start
from tests.browser.test_access import expect_no_findings
from tests.support.running_server import RunningServer


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    state = {"XDG_STATE_HOME": str(tmp_path_factory.mktemp("state"))}
    running = RunningServer("--host", "0.0.0.0", "--tls", "--token", "auto", environment=state)
    yield running
    running.end()


def test_the_link_is_needed_once_and_the_token_leaves_the_address_bar(
    closed: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    token = closed.link.partition("token=")[2]
    page = open_page("about:blank", camera=smiling_camera, ignore_https_errors=True)
    console: list[str] = []
    sockets: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(closed.link)
    assert page.url == f"{closed.url}/"
    start(page)
    expect_state(page, "live")
    expect_expression(page, "happy")
    assert sockets == [f"wss://localhost:{closed.port}/ws"]
    assert token not in page.content() and page.evaluate("document.cookie") == "", "hidden from scripts"
    page.goto(f"{closed.url}/")
    expect_state(page, "idle")
    assert page.goto(f"{closed.url}/privacy") is not None
    expect(page.locator("main")).to_contain_text("One cookie")
    assert not console, console
    assert token not in closed.errors


def test_without_the_link_the_page_says_what_to_do(closed: RunningServer, open_page: OpenPage) -> None:
    asked: list[str] = []
    page = open_page("about:blank", locale="de-DE", color_scheme="dark", ignore_https_errors=True)
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(closed.url)
    assert answer is not None and answer.status == 401
    expect(page.get_by_role("heading", name="Du brauchst den Link")).to_be_visible()
    expect_no_findings(page)
    assert all(url.startswith(closed.url) for url in asked)


def test_a_link_on_another_site_works_with_the_strict_cookie(
    closed: RunningServer, open_page: OpenPage, server: RunningServer
) -> None:
    """As in a web mail. 127.0.0.1 and localhost are different sites."""
    page = open_page(f"http://127.0.0.1:{server.port}/privacy", ignore_https_errors=True)
    page.evaluate("""address => {
        const link = Object.assign(document.createElement('a'), { href: address, id: 'there', textContent: 'there' });
        document.querySelector('h1').append(link);
    }""", closed.link)
    page.locator("#there").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert page.url == f"{closed.url}/"


def test_a_page_with_an_invalid_token_says_so_and_does_not_retry(
    closed: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(closed.link, camera=smiling_camera, ignore_https_errors=True)
    expect_state(page, "idle")
    page.context.clear_cookies()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    start(page)
    expect_state(page, "refused")
    expect(page.locator("#panel-server-message")).to_contain_text("access token")
    assert len(sockets) == 1
