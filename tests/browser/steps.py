"""Actions of a user on the page, and what the tests wait for."""

import re

from playwright.sync_api import Page, expect

EMOJI = "#emoji"
LONG = 60_000  # milliseconds; long, so that a slow machine does not fail a test


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-state", state, timeout=LONG)


def expect_expression(page: Page, expression: str) -> None:
    expect(page.locator(EMOJI)).to_have_attribute("data-expression", expression, timeout=LONG)


def expect_emoji(page: Page) -> None:
    """The main emoji is drawn, living or as a picture, and not a tile with its name. It may begin to live meanwhile."""
    _expect_drawn(page, "#emoji[data-living] > canvas:visible, #emoji:not([data-living]) > .emoji-image:visible")


def expect_picture(page: Page) -> None:
    """The main emoji is a loaded picture, not a tile with its name."""
    _expect_drawn(page, "#emoji > .emoji-image:visible")


def _expect_drawn(page: Page, selector: str) -> None:
    expect(page.locator("#emoji > .emoji-tile")).to_be_hidden()
    expect(page.locator(selector)).to_have_count(1)
    loaded = "image => new Promise(done => image.complete ? done(image.naturalWidth) : image.onload = () => done(1))"
    assert page.locator("#emoji > .emoji-image").evaluate(loaded) > 0


def start(page: Page) -> None:
    page.locator("#action").click()


def open_drawer(page: Page, section: str) -> None:
    """Open a section of the drawer by its `data-section`."""
    if page.locator("#drawer").is_hidden():
        page.locator("#open").click()
    part = page.locator(f'[data-section="{section}"]')
    if part.get_attribute("open") is None:
        part.locator("summary").click()


def choose(page: Page, name: str, value: str) -> None:
    """Choose a radio button of the settings."""
    page.locator(f'#settings input[name="{name}"][value="{value}"]').check(force=True)


def frames(page: Page) -> int:
    return int(page.locator("html").get_attribute("data-frames") or 0)


def wait_for_more_frames(page: Page, count: int) -> None:
    # Not wait_for_function: it evaluates text, which the content security policy forbids.
    script = """wanted => new Promise(done => {
        const root = document.documentElement;
        const check = () => Number(root.dataset.frames) >= wanted ? done() : requestAnimationFrame(check);
        check();
    })"""
    page.evaluate(script, frames(page) + count)


def overlay_alpha(page: Page, x: float, y: float) -> int:
    """Opacity of the overlay at a point, 0 to 255; x and y are fractions of its width and height."""
    script = """(canvas, [x, y]) => canvas.getContext('2d').getImageData(
        Math.round(canvas.width * x), Math.round(canvas.height * y), 1, 1).data[3]"""
    return int(page.locator("#boxes").evaluate(script, [x, y]))


IS_DRAWN = """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    .data.some(value => value > 0)"""


def is_anything_drawn(page: Page) -> bool:
    """Whether anything is drawn on the overlay."""
    return bool(page.locator("#boxes").evaluate(IS_DRAWN))


def wait_until_recorded(page: Page) -> None:
    """Wait until a recording has three seconds or more; on a busy machine the clock skips some."""
    expect(page.locator("#readout")).to_contain_text(re.compile(r"Recording 0:(0[3-9]|[1-5]\d)"), timeout=LONG)


def wait_until_drawn(page: Page) -> None:
    """Wait until something is drawn on the overlay."""
    page.locator("#boxes").evaluate(f"""canvas => new Promise(done => {{
        const isDrawn = {IS_DRAWN};
        const check = () => isDrawn(canvas) ? done() : requestAnimationFrame(check);
        check();
    }})""")
