"""The living emoji moves with the face, on the page and on the face; the switch and reduced motion keep it still."""

import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG, expect_expression, expect_picture, open_drawer, start, wait_for_more_frames
from tests.support.camera import write_camera
from tests.support.running_server import RunningServer

TILT = 18  # degrees
# The share of a canvas's drawn pixels that differ between a head tilted to one side and to the other. The page gives
# each drawing to performance observers, with the look of the main emoji.
DIFFERENCE = """selector => new Promise(done => {
    const seen = {};
    const share = (one, other) => {
        let drawn = 0, different = 0;
        for (let at = 0; at < one.length; at += 4) {
            if (!one[at + 3] && !other[at + 3]) continue;
            drawn += 1;
            different += [0, 1, 2, 3].some(k => Math.abs(one[at + k] - other[at + k]) > 60);
        }
        return different / drawn;
    };
    new PerformanceObserver((list, observer) => {
        const roll = list.getEntriesByName('emojify:living').at(-1)?.detail?.motion.roll ?? 0;
        if (Math.abs(roll) < 0.2) return;
        const canvas = document.querySelector(selector);
        const {width, height} = canvas;
        seen[Math.sign(roll)] ??= canvas.getContext('2d').getImageData(0, 0, width, height).data;
        if (Object.keys(seen).length < 2) return;
        observer.disconnect();
        done(share(seen[1], seen[-1]));
    }).observe({type: 'measure'});
})"""


@pytest.fixture(scope="session")
def tilting_camera(tmp_path_factory: pytest.TempPathFactory, smiling: npt.NDArray[np.uint8]) -> Path:
    """The smiling face, tilted to the left for a second, then to the right."""
    turns = [cv2.getRotationMatrix2D((300.0, 200.0), angle, 1) for angle in (TILT, -TILT)]
    tilted = [cv2.warpAffine(smiling, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE) for turn in turns]
    path = tmp_path_factory.mktemp("camera") / "tilting.y4m"
    return write_camera(path, *(np.asarray(each, np.uint8) for each in tilted), repeats=30)


def configured_motion(page: Page) -> list[bool]:
    """Whether each `configure` message that the page sends from now on asks for motion values."""
    asked: list[bool] = []

    def note(payload: str | bytes) -> None:
        if isinstance(payload, str) and (message := json.loads(payload))["type"] == "configure":
            asked.append(message["motion"])

    page.on("websocket", lambda socket: socket.on("framesent", note))
    return asked


def difference(page: Page, selector: str) -> float:
    """How many of a canvas's drawn pixels differ between a head tilted to the left and to the right, as a share."""
    return float(page.evaluate(DIFFERENCE, selector))


def test_the_emoji_tilts_with_the_head_until_it_is_turned_off(
    server: RunningServer, open_page: OpenPage, tilting_camera: Path
) -> None:
    page = open_page("about:blank", camera=tilting_camera, viewport={"width": 1280, "height": 800})
    asked = configured_motion(page)
    page.goto(server.url)
    start(page)
    page.locator("#emoji[data-living]").wait_for(timeout=LONG)
    assert difference(page, "#emoji canvas") > 0.1
    page.get_by_role("button", name="Mask").click()
    assert difference(page, "#boxes") > 0.1
    page.get_by_role("button", name="Mask").click()
    open_drawer(page, "appearance")
    page.get_by_label("Living emoji").uncheck()
    expect(page.locator("#emoji[data-living]")).to_have_count(0)
    expect_picture(page)
    assert asked[0] and not asked[-1], "motion values cost the server time"


def test_with_reduced_motion_the_emoji_is_a_picture(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page("about:blank", camera=smiling_camera, reduced_motion="reduce")
    asked = configured_motion(page)
    page.goto(server.url)
    start(page)
    expect_expression(page, "happy")
    wait_for_more_frames(page, 5)
    expect(page.locator("#emoji[data-living]")).to_have_count(0)
    expect_picture(page)
    assert asked and not any(asked)
    open_drawer(page, "timing")
    expect(page.locator("#living-note")).to_contain_text("reduced motion")
