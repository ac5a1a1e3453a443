"""Settings: they apply at once, are stored in the browser, and can be reset."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import (
    choose,
    expect_emoji,
    expect_expression,
    expect_state,
    open_drawer,
    start,
    wait_for_more_frames,
)
from tests.support.running_server import RunningServer

LISTEN = """() => {
    window.texts = [];
    window.widths = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (message) {
        if (typeof message === 'string') window.texts.push(JSON.parse(message));
        else createImageBitmap(new Blob([message])).then(({width}) => window.widths.push(width));
        return send.call(this, message);
    };
}"""


class SentMessages:
    """What the page sends on its WebSocket. Chromium does not report sent blobs to its developer tools."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(f"({LISTEN})()")
        page.evaluate(LISTEN)

    def last(self) -> dict[str, Any]:
        """The last JSON message."""
        message: dict[str, Any] = self._page.evaluate("window.texts.at(-1)")
        return message

    def wait_for_width(self, width: int) -> None:
        """Wait until a frame of that width is sent."""
        self._page.evaluate("""wanted => new Promise(done => {
            const check = () => window.widths.at(-1) === wanted ? done() : requestAnimationFrame(check);
            check();
        })""", width)


def slide(page: Page, name: str, keys: str, times: int) -> None:
    slider = page.locator(f'#settings input[name="{name}"]')
    slider.focus()
    for _ in range(times):
        slider.press(keys)


def test_smoothing_and_floor_are_sent_to_the_server_and_kept(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    sent = SentMessages(page)
    start(page)
    expect_expression(page, "happy")
    first = sent.last()
    open_drawer(page, "recognition")
    slide(page, "floor", "End", 1)
    expect(page.locator('.row:has([name="floor"]) output')).to_contain_text("90")
    slide(page, "smoothing_s", "Home", 1)
    wait_for_more_frames(page, 5)
    assert sent.last()["floor"] == 0.9 and sent.last()["smoothing_s"] == 0
    assert sent.last()["margin"] == first["margin"]
    page.reload()
    start(page)
    expect_state(page, "live")
    wait_for_more_frames(page, 5)
    assert sent.last()["floor"] == 0.9, "the next connection gets it too"
    open_drawer(page, "recognition")
    page.get_by_role("button", name="Reset all settings").click()
    wait_for_more_frames(page, 5)
    assert sent.last()["floor"] == first["floor"] < 0.9


def test_the_width_of_the_frames_can_be_limited(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    sent = SentMessages(page)
    start(page)
    expect_expression(page, "happy")
    sent.wait_for_width(480)
    open_drawer(page, "recognition")
    choose(page, "size", "2")
    sent.wait_for_width(320)


def test_the_frame_rate_slider_stays_within_what_the_server_grants(
    start_server: Callable[..., RunningServer], open_page: OpenPage, smiling_camera: Path
) -> None:
    server = start_server("--fps", "0.5")
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    slider = page.locator('#settings input[name="fps"]')
    assert slider.evaluate("each => [each.min, each.max, each.value]") == ["0.5", "0.5", "0.5"]
    open_drawer(page, "recognition")
    expect(page.locator('.row:has([name="fps"]) output')).to_have_text("0.5")
    expect(slider).to_be_disabled()


def test_the_theme_is_kept_and_applied_before_the_first_paint(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url, color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    open_drawer(page, "appearance")
    choose(page, "theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    page.reload(wait_until="commit")
    page.locator("body").wait_for(state="attached")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    expect_state(page, "idle")
    open_drawer(page, "appearance")
    page.get_by_role("button", name="Reset all settings").click()
    expect(page.locator("html")).to_have_css("background-color", light)


def test_mirroring_applies_to_the_picture_and_not_to_the_text(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    expect(page.locator("video")).to_have_css("transform", "matrix(-1, 0, 0, 1, 0, 0)")
    open_drawer(page, "camera")
    page.get_by_label("Mirror the picture").uncheck()
    expect(page.locator("video")).to_have_css("transform", "none")
    expect(page.locator("#boxes")).to_have_css("transform", "none")
    page.reload()
    open_drawer(page, "camera")
    expect(page.get_by_label("Mirror the picture")).not_to_be_checked()


def test_a_chosen_pack_is_shown_at_once_and_kept(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    open_drawer(page, "appearance")
    packs = page.locator("#packs input")
    last = packs.last
    name = last.get_attribute("value")
    last.check(force=True)
    start(page)
    expect_expression(page, "happy")
    expect(page.locator("#credit")).to_contain_text(page.locator("#packs label").last.inner_text())
    expect_emoji(page)
    page.reload()
    expect(page.locator(f'#packs input[value="{name}"]')).to_be_checked()


def test_the_drawer_opens_and_closes_with_the_keyboard(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url)
    for _ in range(2):  # Game comes first
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Settings")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#drawer summary").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.get_by_role("button", name="Settings")).to_be_focused()


def test_the_timing_panel_has_every_stage(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    open_drawer(page, "timing")
    figures = page.locator("#timing dd.timing-figure")
    expect(page.locator('#timing [data-figure="fps"]')).to_have_text(re.compile(r"\d"))
    values = {
        each.get_attribute("data-figure"): float(each.inner_text().split()[0]) for each in figures.all()
    }
    assert set(values) == {
        "fps", "age", "capture", "network", "queue", "decode", "detect", "classify", "track", "draw", "dropped", "sent"
    }
    assert all(values[name] > 0 for name in ("fps", "age", "capture", "decode", "detect", "classify", "draw", "sent"))
    explanations = page.locator("#timing .timing-about").all_inner_texts()
    assert all(text.strip() for text in explanations)


def test_german_for_a_german_browser(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera, locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    start(page)
    expect(page.get_by_role("status")).to_contain_text("Fröhlich")
    page.get_by_role("link", name="Datenschutz").wait_for()
    page.goto(f"{server.url}/privacy")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bildern")


def test_the_page_names_the_server_and_links_to_the_privacy_page(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": 375, "height": 667})
    start(page)
    expect_expression(page, "happy")
    trust = page.locator(".trust")
    expect(trust).to_contain_text("stay on this computer")
    expect(trust).to_be_in_viewport()
    with page.expect_popup() as opened:
        trust.get_by_role("link").click()
    text = opened.value.locator("main").inner_text()
    assert f"localhost:{server.port}" in text and "Article 50" in text


def test_a_browser_that_blocks_storage_still_shows_an_emoji(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    page.add_init_script("""Object.defineProperty(window, 'localStorage', {
        get() { throw new DOMException('denied', 'SecurityError'); }
    })""")
    page.reload()
    start(page)
    expect_expression(page, "happy")
    choose_mode = page.locator("#mode")
    choose_mode.click()
    expect(page.locator("html")).to_have_attribute("data-mode", "face")
