"""Measures the first load of the page on a slow network: `python -m lab.browser.first_load`.

Chromium delays each response by 150 ms and lets 1.6 Mbit/s through (its DevTools' emulation). Usable means that the
words are there, the emoji is drawn and Start answers a click. Each load is the first one of a new user.
"""

import argparse
import json
import statistics
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.support.chromium import FLAGS, find_browser
from tests.support.running_server import RunningServer

LATENCY_MS = 150
BITS_PER_S = 1_600_000
SETTLE_MS = 4000  # what the page fetches by itself after it has become usable counts too

# When the words have a place, when the emoji is decoded and when the script has set the state: ms since the navigation.
WATCH = """
window.seen = {};
const root = () => document.documentElement;
const look = () => {
    const image = document.querySelector('#emoji img');
    const button = document.querySelector('#action');
    if (!seen.words && button?.offsetHeight && button.textContent.trim()) seen.words = performance.now();
    if (!seen.emoji && image?.complete && image.naturalWidth && !image.hidden) seen.emoji = performance.now();
    if (!seen.script && root()?.dataset.state === 'idle') seen.script = performance.now();
    if (!(seen.words && seen.emoji && seen.script)) setTimeout(look, 5);
};
look();
"""


@dataclass(frozen=True)
class Load:
    """One load. Times in milliseconds since the navigation began."""

    words: float
    emoji: float
    script: float
    requests: int
    bytes: int

    @property
    def usable(self) -> float:
        """When all three are there."""
        return max(self.words, self.emoji, self.script)


def is_http(event: dict[str, Any]) -> bool:
    """Whether a request goes to the server; the page's copies of its emojis have `blob:` addresses."""
    return str(event["request"]["url"]).startswith("http")


def load(browser: Browser, url: str) -> Load:
    """Load the page once with an empty cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    sent: set[str] = set()
    received: list[float] = []
    devtools.on("Network.requestWillBeSent", lambda event: sent.add(event["requestId"]) if is_http(event) else None)
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    rate = BITS_PER_S / 8
    devtools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY_MS, "downloadThroughput": rate, "uploadThroughput": rate},
    )
    page.add_init_script(WATCH)
    page.goto(url)
    page.locator("html[data-state=idle]").wait_for()
    page.wait_for_timeout(SETTLE_MS)
    seen = page.evaluate("seen")
    context.close()
    return Load(seen["words"], seen["emoji"], seen["script"], len(sent), round(sum(received)))


def main() -> None:
    """Print the median of some loads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loads", type=int, default=5)
    arguments = parser.parse_args()
    server = RunningServer()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
            loads = [load(browser, server.url) for _ in range(arguments.loads)]
            browser.close()
    finally:
        server.end()
    figures = {
        "usable_ms": round(statistics.median(each.usable for each in loads)),
        "words_ms": round(statistics.median(each.words for each in loads)),
        "emoji_ms": round(statistics.median(each.emoji for each in loads)),
        "script_ms": round(statistics.median(each.script for each in loads)),
        "requests": max(each.requests for each in loads),
        "bytes": max(each.bytes for each in loads),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
