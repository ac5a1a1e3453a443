"""Weight: the whole page is small, comes from this server alone, and is idle when nothing happens."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Response, expect

from server.http.messages import read_messages
from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_expression, expect_state, open_drawer, start, wait_for_more_frames
from tests.support import ROOT
from tests.support.running_server import RunningServer

MAX_BYTES = 140_000  # HTML, CSS and JavaScript, compressed; 9,000 of it only for a recording, 19,000 only for teaching
MAX_REQUESTS = 30  # before Start; on a slow network each costs time

STATIC = ROOT / "web" / "static"


def test_the_page_is_small_and_comes_from_this_server(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    """Uses every feature, so that files loaded later are counted too."""
    page = open_page(f"{server.url}/healthz", camera=smiling_camera)
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(server.url, wait_until="networkidle")
    before_start = [response.url for response in responses if not response.url.startswith("blob:")]
    assert len(before_start) <= MAX_REQUESTS, before_start
    start(page)
    expect_expression(page, "happy")
    for section in ("appearance", "camera", "teaching", "recognition", "history", "timing"):
        open_drawer(page, section)
    for button in ("Mask", "Take a snapshot"):
        page.get_by_role("button", name=button).click()
    page.get_by_role("button", name="Save").wait_for()
    page.keyboard.press("Escape")
    for _ in ("start", "stop"):
        page.get_by_role("button", name="Record a video").click()
    expect(page.locator("#sheet")).to_be_visible()
    wait_for_more_frames(page, 5)
    hosts = {urlsplit(response.url).netloc for response in responses if not response.url.startswith("blob:")}
    assert hosts == {f"localhost:{server.port}"}
    weights = {
        urlsplit(response.url).path: response.request.sizes()["responseBodySize"]
        for response in responses
        if response.request.resource_type in ("document", "stylesheet", "script")
    }
    assert sum(weights.values()) < MAX_BYTES, sorted(weights.items(), key=lambda item: -item[1])


def test_an_installed_page_has_its_icons(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url)
    address = urljoin(page.url, page.locator("link[rel=manifest]").get_attribute("href") or "")
    manifest = page.request.get(address)
    assert "manifest" in manifest.headers["content-type"]
    for icon in manifest.json()["icons"]:
        answer = page.request.get(urljoin(address, icon["src"]))
        assert answer.ok and answer.headers["content-type"] == icon["type"]
    # A service worker on localhost would outlive the server and answer for other programs on its port.
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_an_idle_page_requests_no_animation_frame(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url, reduced_motion="reduce")  # else the emoji changes every second or two
    expect_state(page, "idle")
    # Pictures that finish loading are drawn once each: thirty frames without a request come only afterwards.
    page.evaluate("""() => {
        const real = window.requestAnimationFrame;
        let asked = 0;
        window.requestAnimationFrame = call => { asked += 1; return real(call); };
        let quiet = 0;
        const next = () => {
            quiet = asked ? 0 : quiet + 1;
            asked = 0;
            if (quiet >= 30) document.body.dataset.quiet = "yes";
            else real(next);
        };
        real(next);
    }""")
    expect(page.locator("body")).to_have_attribute("data-quiet", "yes")


def test_a_hidden_tab_draws_nothing_and_sends_nothing_of_a_photograph(
    server: RunningServer, open_page: OpenPage, smiling_jpeg: bytes, tmp_path: Path
) -> None:
    page = open_page(server.url)
    (tmp_path / "photo.jpg").write_bytes(smiling_jpeg)
    page.locator("#file").set_input_files(tmp_path / "photo.jpg")
    expect_expression(page, "happy")
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }""")
    expect(page.locator("#connection")).to_have_text("Paused")
    still = page.evaluate("""() => new Promise(done => {
        const video = document.querySelector('video');
        let pictures = 0, left = 30;
        const count = () => { pictures += 1; video.requestVideoFrameCallback(count); };
        const begin = () => {
            const before = document.documentElement.dataset.frames;
            video.requestVideoFrameCallback(count);
            const next = () => left-- ? requestAnimationFrame(next)
                : done([pictures, document.documentElement.dataset.frames === before]);
            next();
        };
        // First wait for the frames in flight.
        let quiet = 0, last = '';
        const settle = () => {
            const now = document.documentElement.dataset.frames;
            quiet = now === last ? quiet + 1 : 0;
            last = now;
            quiet >= 30 ? begin() : requestAnimationFrame(settle);
        };
        settle();
    })""")
    assert still == [0, True]


def test_the_texts_of_the_template_are_in_the_messages() -> None:
    """The template has only keys, and en.js has all of them."""
    template = (ROOT / "web" / "templates" / "index.html").read_text()
    texts = read_messages(STATIC / "js" / "messages" / "en.js")["page"]
    keys = set(re.findall(r"\bp\.(\w+)", template))
    assert len(keys) > 30
    assert sorted(keys - set(texts)) == []
