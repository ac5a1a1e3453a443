"""Takes the README's screenshot: `python -m lab.browser.screenshot` writes docs/screenshot.png."""

import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import expect, sync_playwright
from skimage.data import astronaut

from tests.support import ROOT
from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.running_server import RunningServer

OUT = ROOT / "docs" / "screenshot.png"


def main() -> None:
    """The astronaut (NASA, public domain) for the fake camera, as close as people sit, unlike in the tests."""
    photograph = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2BGR)
    frame = np.asarray(cv2.resize(photograph[0:270, 66:426], (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)
    server = RunningServer()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        camera = write_camera(Path(folder) / "camera.y4m", frame)
        flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(server.url)
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#emoji")).to_have_attribute("data-expression", "happy", timeout=60_000)
        page.wait_for_timeout(2500)  # for the picture only: let the transitions and the readout settle
        OUT.parent.mkdir(exist_ok=True)
        page.screenshot(path=OUT)
        browser.close()
    server.end()


if __name__ == "__main__":
    main()
