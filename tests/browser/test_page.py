"""The page in a browser with a fake camera, against a real server."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import (
    EMOJI,
    expect_emoji,
    expect_expression,
    expect_state,
    start,
    wait_for_more_frames,
)
from tests.live.metrics_client import Scrape, wait_for_sum
from tests.support.running_server import RunningServer


def test_the_emoji_follows_the_face(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    expect_state(page, "idle")
    start(page)
    expect_state(page, "live")
    expect_expression(page, "happy")
    expect(page.get_by_role("status")).to_contain_text("Happy")
    assert b"Happy" in page.request.get(f"{server.url}/emojis/default/happy.svg").body()
    expect_emoji(page)
    wait_for_more_frames(page, 20)


def test_a_worker_encodes_the_frames(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page("about:blank", camera=smiling_camera)
    # Counts the frames that the page encodes on its own thread.
    page.add_init_script("""window.encoded = 0;
        const { toBlob } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.toBlob = function (...given) {
            window.encoded += 1;
            toBlob.apply(this, given);
        };""")
    page.goto(server.url)
    start(page)
    expect_expression(page, "happy")
    assert [worker.url for worker in page.workers] == [f"{server.url}/static/js/capture/jpeg-worker.js"]
    before = page.evaluate("() => window.encoded")
    wait_for_more_frames(page, 10)
    assert page.evaluate("() => window.encoded") == before


def test_without_workers_the_page_encodes(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page("about:blank", camera=smiling_camera)
    page.add_init_script("delete window.Worker")
    page.goto(server.url)
    start(page)
    expect_expression(page, "happy")


def test_an_empty_room_has_no_face(server: RunningServer, open_page: OpenPage, empty_camera: Path) -> None:
    page = open_page(server.url, camera=empty_camera)
    start(page)
    expect_state(page, "live")
    expect_expression(page, "no-face")
    expect(page.get_by_role("status")).to_contain_text("No face")


def test_the_page_says_what_happens_to_the_frames_before_the_start(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url)
    text = page.locator("main").inner_text()
    assert "camera" in text and "never stores" in text
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_a_refused_permission_is_explained(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url, "--deny-permission-prompts", allow=False)
    start(page)
    expect_state(page, "denied")
    expect(page.locator("#panel")).to_contain_text("allow")


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [("NotFoundError", "no-camera", "No camera"), ("NotReadableError", "in-use", "using the camera")],
)
def test_camera_errors_are_explained(
    server: RunningServer, open_page: OpenPage, error: str, state: str, words: str
) -> None:
    page = open_page(server.url)
    # The fake camera never fails, so getUserMedia is replaced.
    refuse = "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name) } }"
    page.evaluate(refuse, error)
    start(page)
    expect_state(page, state)
    expect(page.locator("#panel")).to_contain_text(words)


def test_over_http_from_another_host_the_page_explains_why_there_is_no_camera(
    start_server: Callable[..., RunningServer], open_page: OpenPage
) -> None:
    server = start_server("--host", "0.0.0.0", "--allow-host", "emojify.test")
    url = f"http://emojify.test:{server.port}"
    page = open_page(url, "--host-resolver-rules=MAP emojify.test 127.0.0.1")
    expect_state(page, "insecure")
    expect(page.locator("#panel")).to_contain_text("https")


def test_the_page_reconnects_after_a_restart_of_the_server(
    start_server: Callable[..., RunningServer], open_page: OpenPage, smiling_camera: Path
) -> None:
    first = start_server()
    page = open_page(first.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    assert first.interrupt() == 0
    expect_state(page, "reconnecting")
    expect_emoji(page)  # of `unsure`: not shown before, and not available from the server now
    start_server("--port", str(first.port))
    expect_state(page, "live")
    expect_expression(page, "happy")
    wait_for_more_frames(page, 5)


HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_hidden_tab_is_disconnected_and_reconnects_when_it_is_visible(
    start_server: Callable[..., RunningServer], open_page: OpenPage, smiling_camera: Path
) -> None:
    server = start_server("--idle", "2")
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    page.evaluate(HIDE, True)
    wait_for_sum(server, 1, "limits_reached_total", limit="idle")
    expect_state(page, "live")
    assert Scrape(server).sum("connections_open") == 0
    page.evaluate(HIDE, False)
    wait_for_more_frames(page, 5)
    expect_state(page, "live")
    expect_expression(page, "happy")


def test_a_frozen_camera_is_disconnected_and_reconnects_with_its_next_picture(
    start_server: Callable[..., RunningServer], open_page: OpenPage, smiling_camera: Path
) -> None:
    server = start_server("--idle", "2")
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    page.locator("video").evaluate("video => video.pause()")
    wait_for_sum(server, 1, "limits_reached_total", limit="idle")
    page.locator("video").evaluate("video => video.play()")
    wait_for_more_frames(page, 5)
    expect_expression(page, "happy")


def test_a_full_server_is_reported(
    start_server: Callable[..., RunningServer], open_page: OpenPage, smiling_camera: Path
) -> None:
    server = start_server("--clients", "1")
    with server.connect() as other:
        other.expect("hello")
        page = open_page(server.url, camera=smiling_camera)
        start(page)
        expect_state(page, "full")
        expect(page.locator("#panel")).to_contain_text("full")


def test_the_page_works_after_a_reload(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    for _ in range(2):
        start(page)
        expect_expression(page, "happy")
        page.reload()
    expect_state(page, "idle")


def test_stop_releases_the_camera_and_start_opens_it_again(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    track = page.evaluate_handle("document.querySelector('video').srcObject.getVideoTracks()[0]")
    page.get_by_role("button", name="Stop").click()
    expect_state(page, "idle")
    assert track.evaluate("track => track.readyState") == "ended"
    start(page)
    expect_expression(page, "happy")


def test_the_keyboard_is_enough(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    for name in ("Game", "Settings", "Start"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect_expression(page, "happy")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect_state(page, "idle")


def test_a_hidden_tab_sends_nothing(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    # Headless Chromium never hides a tab, so the test sets the properties and sends the event.
    hide = """hidden => {
        Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        Object.defineProperty(document, 'visibilityState', {value: hidden ? 'hidden' : 'visible', configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    # After the answers to the frames in flight, the count stays the same for 30 animation frames.
    still = """() => new Promise(done => {
        let last = -1, same = 0;
        const check = () => {
            const now = document.documentElement.dataset.frames;
            same = now === last ? same + 1 : 0;
            last = now;
            same >= 30 ? done(true) : requestAnimationFrame(check);
        };
        check();
    })"""
    assert page.evaluate(still)
    page.evaluate(hide, False)
    wait_for_more_frames(page, 5)


@pytest.mark.parametrize(
    ("width", "height"), [(375, 667), (375, 812), (1280, 800)], ids=["small phone", "phone", "desktop"]
)
def test_video_and_emoji_are_visible_without_scrolling(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path, width: int, height: int
) -> None:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": width, "height": height})
    start(page)
    expect_expression(page, "happy")
    for selector in ("video", EMOJI):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, f"{selector} is not in view: {box}"
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "horizontal overflow"
