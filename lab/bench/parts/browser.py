"""A real browser with a fake camera: the time from the camera's picture to the animation frame that shows its result.

The page itself measures: for each result that it shows it adds a `performance` entry named ENTRY, which begins when the
camera took the picture and ends in the animation frame that first applies the result.
"""

from playwright.sync_api import Page, expect, sync_playwright

from lab.bench.context import Context
from lab.bench.load_run import serving
from lab.bench.stats import percentile
from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.pictures import astronaut_frame
from tests.support.running_server import TIMEOUT

ENTRY = "emojify:frame"
# The page clears each entry, so it must be observed as it is added.
OBSERVE = """name => {
    window.durations = [];
    const mine = list => list.getEntries().filter(entry => entry.name === name);
    new PerformanceObserver(list => window.durations.push(...mine(list).map(entry => entry.duration)))
        .observe({type: 'measure'});
}"""
WARM_UP_S = 3
FRAMES = 300


def run(context: Context) -> None:
    """Measure `browser_p95`.

    Raises:
        RuntimeError: the page adds no entries.
    """
    camera = write_camera(context.folder / "camera.y4m", astronaut_frame())
    with serving() as server, sync_playwright() as playwright:
        flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        try:
            page = browser.new_page()
            page.goto(server.url)
            page.get_by_role("button", name="Start").click()
            expect(page.locator("#emoji")).to_have_attribute("data-expression", "happy", timeout=1000 * TIMEOUT)
            times = _durations(page, 30 if context.quick else FRAMES)
        finally:
            browser.close()
    context.details["browser"] = {
        "frames": len(times),
        "ms": {name: percentile(times, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))},
    }
    context.measured["browser_p95"] = percentile(times, 0.95)


def _durations(page: Page, wanted: int) -> list[float]:
    """Milliseconds of the next `wanted` results after a warm-up."""
    page.wait_for_timeout(1000 * WARM_UP_S)
    page.evaluate(OBSERVE, ENTRY)
    times: list[float] = []
    while len(times) < wanted:
        before = len(times)
        page.wait_for_timeout(2000)
        times = page.evaluate("() => [...window.durations]")
        if len(times) == before:
            raise RuntimeError(f"the page adds no performance entries named {ENTRY}")
    return times
