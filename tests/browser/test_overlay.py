"""The overlay: the emoji alone on a transparent ground, or a sentence."""

from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG, expect_emoji, expect_expression, expect_state, start
from tests.support.running_server import RunningServer


def test_the_overlay_starts_by_itself_and_is_transparent_around_the_emoji(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(f"{server.url}/overlay?pack=cats", camera=smiling_camera, viewport={"width": 400, "height": 400})
    expect_expression(page, "happy")
    expect_emoji(page)
    shot = cv2.imdecode(np.frombuffer(page.screenshot(omit_background=True), np.uint8), cv2.IMREAD_UNCHANGED)
    assert shot is not None and shot.shape[2] == 4
    assert shot[2, 2, 3] == shot[-3, -3, 3] == 0 and shot[200, 200, 3] == 255

    # Fed by the page in another window of the browser, with the pack of the page.
    fed = page.context.new_page()
    fed.goto(f"{server.url}/overlay?feed=tab")
    expect(fed.locator("#message")).to_contain_text("press Start")
    main = page.context.new_page()
    main.goto(server.url)
    start(main)
    expect_expression(main, "happy")
    expect(fed.locator("#emoji")).to_have_attribute("data-expression", "happy", timeout=LONG)
    expect(fed.locator("#message")).to_be_hidden()


def test_without_a_camera_the_overlay_says_why(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/overlay", allow=False)
    expect_state(page, "denied")
    expect(page.locator("#message")).to_contain_text("The camera is blocked for this page")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
