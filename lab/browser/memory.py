"""Watches the page's memory while it is used: `python -m lab.browser.memory --minutes 10`.

Not a test of `make test`: it takes its time. Prints the page's JavaScript heap after a forced collection, its number of
DOM nodes and listeners, once a minute; growth from the second minute on is what would be wrong.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.pictures import astronaut_frame, two_faces
from tests.support.running_server import RunningServer


def main() -> None:
    """Use the page and print a line each minute."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    server = RunningServer()
    try:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            # One face for two seconds, then two faces for two seconds, so that tracks are created and removed.
            camera = write_camera(Path(folder) / "camera.y4m", astronaut_frame(), two_faces(), repeats=60)
            flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
            browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(server.url)
            page.locator("#action").click()
            tools = page.context.new_cdp_session(page)
            tools.send("Performance.enable")
            print(f"{'minute':>6} {'heap MB':>8} {'nodes':>6} {'listeners':>9} {'frames':>7}")
            for minute in range(1, minutes + 1):
                use(page, minute)
                print(*measure(page, tools, minute), flush=True)
            browser.close()
    finally:
        server.end()


def use(page: Page, minute: int) -> None:
    """Use the page for a minute: the drawer, the mode, the emoji pack, snapshots, a recording."""
    sections = page.locator("#drawer details:not([hidden])")
    page.locator("#open").click()
    sections.nth(minute % sections.count()).locator("summary").click()
    page.wait_for_timeout(20_000)
    page.keyboard.press("Escape")
    page.locator("#mode").click()
    capture(page)
    page.locator("#open").click()
    packs = page.locator("#packs input")
    if not packs.first.is_visible():
        page.locator('[data-section="appearance"] > summary').click()
    packs.nth(minute % packs.count()).check(force=True)
    page.keyboard.press("Escape")
    page.wait_for_timeout(20_000)


def capture(page: Page) -> None:
    """Take a snapshot, save it and take another one; record a video of ten seconds; close the sheets."""
    page.locator("#snapshot").click()
    page.locator("#sheet-save").click()
    page.locator("#sheet [data-act=again]").click()
    page.locator("#sheet[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#record").click()
    page.wait_for_timeout(10_000)
    page.locator("#record").click()
    page.locator("#sheet[open] video").wait_for()
    page.wait_for_timeout(5_000)
    page.keyboard.press("Escape")


def measure(page: Page, tools: CDPSession, minute: int) -> tuple[str, ...]:
    """A row of the table."""
    tools.send("HeapProfiler.collectGarbage")
    figures = {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}
    frames = page.locator("html").get_attribute("data-frames")
    heap = figures["JSHeapUsedSize"] / 1e6
    nodes, listeners = figures["Nodes"], figures["JSEventListeners"]
    return f"{minute:>6}", f"{heap:>8.2f}", f"{nodes:>6.0f}", f"{listeners:>9.0f}", f"{frames:>7}"


if __name__ == "__main__":
    main()
