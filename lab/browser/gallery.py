"""Takes screenshots of the page in every state, width and theme: `python -m lab.browser.gallery OUT`.

Not a test: people judge the design. `--only live,timing` makes some of the sheets.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.pictures import astronaut_frame, two_faces
from tests.support.running_server import RunningServer

WIDTHS = {360: 740, 768: 1024, 1440: 900}
SHEET_HEIGHT = 1000  # pixels of a sheet; a picture of it is as high, whatever its own size


def start(page: Page) -> None:
    page.locator("#action").click()
    page.locator("#emoji[data-expression=happy]").wait_for()


def start_on_face(page: Page) -> None:
    start(page)
    page.locator("#mode").click()


def drawer(section: str, live: bool = True) -> Callable[[Page], None]:
    def open_(page: Page) -> None:
        if live:
            start(page)
        page.locator("#open").click()
        if section != "appearance":
            page.locator(f"[data-section={section}] > summary").click()
        page.wait_for_timeout(3000 if section in ("history", "timing") else 500)

    return open_


def refuse(page: Page) -> None:
    script = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') }"
    page.evaluate(f"() => {{ {script} }}")
    page.locator("#action").click()
    page.locator("html[data-state=denied]").wait_for()


STATES: dict[str, Callable[[Page], None]] = {
    "idle": lambda page: None,
    "live": start,
    "face": start_on_face,
    "two": start,
    "appearance": drawer("appearance"),
    "camera": drawer("camera"),
    "calibration": drawer("calibration"),
    "recognition": drawer("recognition"),
    "history": drawer("history"),
    "timing": drawer("timing"),
    "denied": refuse,
}


def main() -> None:
    """Write a sheet of screenshots for each state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default=",".join(STATES))
    parser.add_argument("--language", default="en-GB")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    server = RunningServer()
    try:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            for name in arguments.only.split(","):
                picture = two_faces() if name == "two" else astronaut_frame()
                camera = write_camera(Path(folder) / f"{name}.y4m", picture)
                flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
                browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
                sheet = make_sheet(browser, server.url, STATES[name], arguments.language)
                cv2.imwrite(str(arguments.out / f"{name}.png"), sheet)
                browser.close()
    finally:
        server.end()


def make_sheet(
    browser: Browser, url: str, bring: Callable[[Page], None], language: str
) -> npt.NDArray[np.uint8]:
    """Screenshots of one state at every width, light theme above dark theme; BGR."""
    rows = []
    for scheme in ("light", "dark"):
        row = []
        for width, height in WIDTHS.items():
            page = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale=language
            ).new_page()
            page.goto(url)
            page.locator("html[data-state=idle]").wait_for()
            bring(page)
            page.wait_for_timeout(1200)  # for the picture only: let the transitions settle
            shot = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
            page.close()
            assert shot is not None
            scale = SHEET_HEIGHT / shot.shape[0]
            row.append(cv2.resize(shot, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        rows.append(np.hstack(row))
    return np.vstack(rows).astype(np.uint8)


if __name__ == "__main__":
    main()
