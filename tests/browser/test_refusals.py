"""What the page says when its WebSocket or one of its files does not arrive; and the link for a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_state, start
from tests.browser.test_access import expect_no_findings
from tests.live.test_proxies_of_users import UPGRADE, MakeSite, site_of
from tests.support.running_server import RunningServer

__all__ = ["site_of"]


def test_behind_a_proxy_the_page_names_the_option_and_then_the_lines_that_are_missing(
    site_of: MakeSite, open_page: OpenPage, smiling_camera: Path
) -> None:
    """The default of nginx: a refused Origin, and with --public-url a missing Upgrade."""
    plain = "location / { proxy_pass http://127.0.0.1:PORT; }"
    site = site_of(plain)
    page = open_page(f"{site.origin}/", camera=smiling_camera, ignore_https_errors=True)
    start(page)
    expect_state(page, "refused")
    expect(page.locator("#panel-code")).to_have_text(f"--public-url {site.origin}")
    site = site_of(plain, "--public-url", "https://localhost:PORT")
    page.goto(f"{site.origin}/")
    start(page)
    expect_state(page, "blocked")
    expect(page.locator("#panel-code")).to_contain_text("proxy_set_header Upgrade $http_upgrade;")
    expect_no_findings(page)
    page.locator("#stop").click()
    expect_state(page, "idle")


def test_below_a_path_the_page_is_live(site_of: MakeSite, open_page: OpenPage, smiling_camera: Path) -> None:
    location = f"location /emojify/ {{ proxy_pass http://127.0.0.1:PORT/; {UPGRADE} }}"
    site = site_of(location, "--public-url", "https://localhost:PORT/emojify", "--token", "correct-horse-battery")
    link = f"{site.origin}/emojify/?token=correct-horse-battery"
    page = open_page(link, camera=smiling_camera, ignore_https_errors=True)
    expect(page.locator(".samples img").first).to_be_visible()
    start(page)
    expect_state(page, "live")
    assert page.url == f"{site.origin}/emojify/"


def test_a_browser_that_refuses_the_socket_is_told_how_to_trust_the_server(
    start_server: Callable[..., RunningServer], open_page: OpenPage, smiling_camera: Path, tmp_path: Path
) -> None:
    """As on an iPhone, which accepts a certificate of --tls for the page only."""
    server = start_server("--tls", environment={"XDG_STATE_HOME": str(tmp_path)})
    page = open_page(f"{server.url}/privacy", camera=smiling_camera, ignore_https_errors=True, locale="de-DE")
    refuse = "window.WebSocket = class extends EventTarget { static OPEN = 1; close() {} constructor() { super();"
    fail = "setTimeout(() => this.dispatchEvent(new CloseEvent('close', {code: 1006})));"
    page.context.add_init_script(f"{refuse} {fail} }} }}")
    page.goto(server.url)
    start(page)
    expect_state(page, "blocked")
    expect(page.locator("#panel-server-message")).to_contain_text("iPhones und iPads")
    assert page.request.get(page.locator("#panel-link").evaluate("link => link.href")).text().startswith("-----BEGIN")


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ("**/static/**", []),  # a proxy that forwards the page alone: no style sheet and no script
        ("**/page.css", ["page.css"]),
        ("**/page.js", ["page.js"]),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_in_words_that_need_no_style_sheet(
    server: RunningServer, open_page: OpenPage, files: str, named: list[str]
) -> None:
    page = open_page(f"{server.url}/privacy")

    def not_found(route: Route) -> None:
        route.fulfill(status=404, content_type="text/html", body="<html>")

    page.route(files, not_found)
    page.goto(server.url)
    note = page.locator("#unloaded")
    expect(note).to_be_visible()
    expect(note).to_contain_text("cannot be loaded")
    for name in named:
        expect(note.locator("ul")).to_contain_text(name)
    page.unroute(files)
    page.goto(server.url)
    expect_state(page, "idle")
    expect(note).to_have_count(0)


def test_open_on_a_phone_says_what_the_server_needs_or_shows_a_code(
    server: RunningServer, start_server: Callable[..., RunningServer], open_page: OpenPage
) -> None:
    page = open_page(server.url)
    page.locator("#no-camera [data-act=phone]").click()
    expect(page.locator("#phone-command")).to_have_text("python -m server --host 0.0.0.0 --tls --token auto")
    expect(page.locator("#phone-code")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#phone")).to_be_hidden()
    public = start_server("--public-url", "https://faces.example.org", "--token", "correct-horse-battery")
    page.goto(f"{public.url}/?token=correct-horse-battery")
    page.locator("#no-camera [data-act=phone]").click()
    expect(page.locator("#phone-link")).to_contain_text("https://faces.example.org/?token=")
    expect(page.locator("#phone-link")).not_to_contain_text("correct-horse")
    expect(page.locator("#phone-code")).to_have_js_property("complete", True)
    assert page.locator("#phone-code").evaluate("image => image.naturalWidth") > 0
    expect(page.locator("#phone-command")).to_be_hidden()
    expect_no_findings(page)
