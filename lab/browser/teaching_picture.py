"""Takes the picture of docs/teaching.md: `python -m lab.browser.teaching_picture` writes docs/teaching.png."""

import cv2
import numpy as np
from playwright.sync_api import expect, sync_playwright
from skimage.data import astronaut

from tests.support import ROOT
from tests.support.changing_camera import use_changing_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.pictures import to_jpeg
from tests.support.running_server import RunningServer

OUT = ROOT / "docs" / "teaching.png"
SKIPPED = 4  # neutral, angry, disgust and fear: the astronaut smiles
SHARE_MS = 450  # into the hold: the ring is partly full


def main() -> None:
    """The astronaut (NASA, public domain) shows happy: the ring is partly full, the emoji beside her."""
    photograph = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2BGR)
    frame = np.asarray(cv2.resize(photograph[0:270, 66:426], (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)
    server = RunningServer()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        use_changing_camera(page, {"happy": to_jpeg(frame, 95)})
        page.goto(server.url)
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#emoji")).to_have_attribute("data-expression", "happy", timeout=60_000)
        page.get_by_role("button", name="Teach it your faces").click()
        for _ in range(SKIPPED):
            page.get_by_role("button", name="Skip").click()
        page.locator("[data-round=holding]").wait_for()
        page.wait_for_timeout(SHARE_MS)  # for the picture only
        page.screenshot(path=OUT)
        browser.close()
    server.end()


if __name__ == "__main__":
    main()
