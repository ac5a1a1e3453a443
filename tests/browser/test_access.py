"""Accessibility: axe rules, keyboard, target sizes, no horizontal overflow, announcements."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import choose, expect_expression, expect_state, open_drawer, start
from tests.browser.test_faces import crowded_camera
from tests.support.running_server import RunningServer

__all__ = ["crowded_camera"]

SECTIONS = ("appearance", "camera", "teaching", "recognition", "history", "timing")

# WCAG 2.2 AA and good practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def expect_no_findings(page: Page) -> None:
    # Contrast is checked after the transitions of the background.
    page.evaluate("""() => Promise.all(document.getAnimations()
        .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
        .map(each => each.finished.catch(() => {})))""")
    found = Axe().run(page, options=RULES).response["violations"]
    nodes = [(each["id"], node["html"][:120], node["failureSummary"]) for each in found for node in each["nodes"]]
    assert not nodes, nodes


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_from_the_start_to_the_last_section_of_the_drawer(
    server: RunningServer, open_page: OpenPage, crowded_camera: Path, scheme: str
) -> None:
    page = open_page(server.url, camera=crowded_camera, color_scheme=scheme)
    expect_state(page, "idle")
    expect_no_findings(page)
    start(page)
    expect_expression(page, "happy")
    expect_no_findings(page)
    for section in SECTIONS:
        if page.locator(f'[data-section="{section}"]').get_attribute("hidden") is None:
            open_drawer(page, section)
            expect_no_findings(page)
    open_drawer(page, "appearance")
    choose(page, "mode", "face")
    page.keyboard.press("Escape")
    expect_no_findings(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("error", ["NotAllowedError", "NotFoundError", "NotReadableError", "Error"])
def test_axe_finds_nothing_when_the_camera_fails(
    server: RunningServer, open_page: OpenPage, error: str, scheme: str
) -> None:
    page = open_page(server.url, color_scheme=scheme)
    refuse = "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name) } }"
    page.evaluate(refuse, error)
    start(page)
    expect(page.locator("html")).not_to_have_attribute("data-state", "idle")
    expect(page.locator("html")).not_to_have_attribute("data-state", "asking")
    expect_no_findings(page)


def test_axe_finds_nothing_without_the_server_and_on_the_privacy_page(
    start_server: Callable[..., RunningServer], open_page: OpenPage, empty_camera: Path
) -> None:
    server = start_server()
    page = open_page(server.url, camera=empty_camera)
    privacy = open_page(f"{server.url}/privacy")
    expect_no_findings(privacy)
    start(page)
    expect_expression(page, "no-face")
    expect_no_findings(page)
    server.interrupt()
    expect_state(page, "reconnecting")
    expect_no_findings(page)


TARGETS = """() => [...document.querySelectorAll('button, a, select, summary, label, input[type=range]')]
    .filter(each => each.checkVisibility() && !each.matches('.trust a, .row'))
    .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
    .filter(([html, {width, height}]) => width < 44 || height < 44)
    .map(([html, {width, height}]) => `${html} ${width}x${height}`)"""


@pytest.mark.parametrize(
    ("width", "height", "language"),
    [(320, 640, "en"), (320, 640, "de"), (375, 667, "de"), (640, 400, "en"), (1280, 800, "de")],
)
def test_nothing_overflows_and_every_target_is_large_enough(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path, width: int, height: int, language: str
) -> None:
    """320 pixels are a phone, or 1280 at 400 % zoom; 640 x 400 is 1280 x 800 at 200 %. Links in text may be smaller."""
    page = open_page(
        server.url, camera=smiling_camera, viewport={"width": width, "height": height}, locale=language
    )

    def check() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TARGETS) == []

    check()
    start(page)
    expect_expression(page, "happy")
    check()
    for section in SECTIONS:
        if page.locator(f'[data-section="{section}"]').get_attribute("hidden") is None:
            open_drawer(page, section)
            assert page.locator("#drawer").evaluate("drawer => drawer.scrollWidth <= drawer.clientWidth")
            check()


FOCUSED = """() => {
    const focused = document.activeElement;
    const {x, y, width, height} = focused.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    const near = focused.closest('label') ?? focused;
    const isDrawn = !focused.matches(':is(.segments, .packs) input');
    const shown = getComputedStyle(isDrawn ? focused : focused.nextElementSibling);
    return {
        id: focused.outerHTML.slice(0, 90),
        isBody: focused === document.body,
        isVisible: near.contains(top) || focused.contains(top),
        hasRing: shown.outlineStyle !== 'none' && parseFloat(shown.outlineWidth) >= 2,
    };
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (375, 667)])
def test_the_keyboard_reaches_everything_visibly(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path, width: int, height: int
) -> None:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": width, "height": height})
    start(page)
    expect_expression(page, "happy")
    open_drawer(page, "appearance")
    page.evaluate("() => { const top = document.querySelector('h1'); top.tabIndex = -1; top.focus(); }")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["isBody"]:
            break
        assert at["isVisible"], f"covered: {at['id']}"
        assert at["hasRing"], f"no focus ring: {at['id']}"
        reached.add(at["id"])
    wanted = page.evaluate("""() => [...document.querySelectorAll('button, a, select, summary, input')]
        .filter(each => each.checkVisibility() && !each.disabled && (each.type !== 'radio' || each.checked))
        .map(each => each.outerHTML.slice(0, 90))""")
    assert set(wanted) <= reached, set(wanted) - reached


def test_only_changes_of_expression_are_announced(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    """The live region is written when the expression changes, not with every answer."""
    page = open_page(server.url, camera=smiling_camera)
    page.evaluate("""() => {
        window.announced = [];
        const status = document.querySelector('#expression[role=status]');
        new MutationObserver(() => window.announced.push(status.textContent))
            .observe(status, {childList: true, characterData: true, subtree: true});
    }""")
    start(page)
    expect_expression(page, "happy")
    before = page.evaluate("announced")
    assert before[-1] == "Happy"
    page.evaluate("""from => new Promise(done => {
        const check = () => Number(document.documentElement.dataset.frames) > from + 30 ? done()
            : requestAnimationFrame(check);
        check();
    })""", int(page.locator("html").get_attribute("data-frames") or 0))
    assert page.evaluate("announced") == before
