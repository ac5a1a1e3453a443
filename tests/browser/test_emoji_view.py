"""The interface of the emojis: another implementation is one module, and every part of the page shows it."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from server.http.joined_files import join_modules
from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_expression, start, wait_for_more_frames
from tests.support import ROOT
from tests.support.running_server import RunningServer

# Draws every emoji as a square of one colour.
SQUARES = """export class LivingEmojis {
  usePack() {}
  lives() { return false; }
  viewIn(host) {
    const canvas = document.createElement('canvas');
    host.append(canvas);
    return { show: (label) => {
      canvas.dataset.label = label;
      const context = canvas.getContext('2d');
      context.setTransform(1, 0, 0, 1, canvas.width / 2, canvas.height / 2);
      this.draw(context, canvas.height, label);
    } };
  }
  draw(context, side) {
    context.fillStyle = '#123456';
    context.fillRect(-side / 2, -side / 2, side, side);
  }
}"""
COLOUR = [0x12, 0x34, 0x56]


@pytest.fixture
def live(server: RunningServer, open_page: OpenPage, smiling_camera: Path, tmp_path: Path) -> Page:
    page = open_page("about:blank", camera=smiling_camera, viewport={"width": 1280, "height": 800})
    shutil.copytree(ROOT / "web" / "static" / "js", tmp_path / "js")
    (tmp_path / "js" / "scene" / "living-emojis.js").write_text(SQUARES)
    script = join_modules(tmp_path / "js", "main.js")
    page.route("**/page.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(server.url)
    start(page)
    expect_expression(page, "happy")
    return page


def test_another_implementation_is_shown_everywhere(live: Page, tmp_path: Path) -> None:
    expect(live.locator("#emoji canvas")).to_have_attribute("data-label", "happy")
    labels = live.locator("#bars canvas").evaluate_all("all => all.map(each => each.dataset.label)")
    assert labels == live.locator("#bars > li").evaluate_all("all => all.map(each => each.dataset.label)")
    live.get_by_role("button", name="Take a snapshot").click()
    with live.expect_download() as made:
        live.get_by_role("button", name="Save").click()
    live.keyboard.press("Escape")
    made.value.save_as(tmp_path / "snapshot.png")
    picture = cv2.imread(str(tmp_path / "snapshot.png"))
    assert picture is not None
    assert np.all(picture[:, 1400:] == COLOUR[::-1], axis=2).sum() > 100_000, "beside the picture"
    live.get_by_role("button", name="Mask").click()
    wait_for_more_frames(live, 10)
    pixel = """canvas => [...canvas.getContext('2d').getImageData(
        Math.round(canvas.width * 0.47), Math.round(canvas.height * 0.25), 1, 1).data].slice(0, 3)"""
    assert live.locator("#boxes").evaluate(pixel) == COLOUR
