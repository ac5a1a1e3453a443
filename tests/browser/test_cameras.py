"""Cameras: chosen by name, replaced while the connection stays, disconnected and connected again."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_expression, expect_state, open_drawer, start, wait_for_more_frames
from tests.support.running_server import RunningServer

TWO = "--use-fake-device-for-media-stream=device-count=2"
TRACK = "document.querySelector('video').srcObject.getVideoTracks()[0]"


def test_the_camera_is_chosen_by_name_and_remembered(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url, TWO)
    start(page)
    expect_state(page, "live")
    wait_for_more_frames(page, 3)
    open_drawer(page, "camera")
    picker = page.locator("#cameras")
    expect(picker.locator("option")).to_have_count(2)
    old = page.evaluate_handle(TRACK)
    names = picker.locator("option").all_inner_texts()
    assert len(set(names)) == 2 and all(names)
    used = str(picker.evaluate("picker => picker.selectedOptions[0].textContent"))
    assert used == old.evaluate("track => track.label")
    other = next(name for name in names if name != used)
    picker.select_option(label=other)
    page.evaluate("""async name => {
        const label = () => document.querySelector('video').srcObject?.getVideoTracks()[0]?.label;
        while (label() !== name) await new Promise(requestAnimationFrame);
    }""", other)
    assert old.evaluate("track => track.readyState") == "ended", "phones cannot hold two cameras"
    expect_state(page, "live")
    wait_for_more_frames(page, 3)
    page.reload()
    start(page)
    expect_state(page, "live")
    assert page.evaluate(f"{TRACK}.label") == other


def test_the_page_continues_when_a_lost_camera_is_back(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    # The fake camera cannot be disconnected: the test sends the page the browser's events.
    page.evaluate(f"""() => {{
        const track = {TRACK};
        track.stop();
        track.dispatchEvent(new Event('ended'));
    }}""")
    expect_state(page, "lost")
    expect(page.locator("#panel")).to_contain_text("disconnected")
    page.evaluate("() => { navigator.mediaDevices.dispatchEvent(new Event('devicechange')); }")
    expect_expression(page, "happy")


def test_a_lost_camera_is_not_replaced_by_another_one(
    server: RunningServer, open_page: OpenPage
) -> None:
    page = open_page(server.url, TWO)
    start(page)
    expect_state(page, "live")
    page.evaluate(f"""() => {{
        const track = {TRACK};
        const {{deviceId}} = track.getSettings();
        const {{mediaDevices}} = navigator;
        const real = mediaDevices.enumerateDevices.bind(mediaDevices);
        mediaDevices.enumerateDevices = async () => (await real()).filter(each => each.deviceId !== deviceId);
        window.plugIn = () => {{
            mediaDevices.enumerateDevices = real;
            mediaDevices.dispatchEvent(new Event('devicechange'));
        }};
        track.stop();
        track.dispatchEvent(new Event('ended'));
        mediaDevices.dispatchEvent(new Event('devicechange'));
    }}""")
    expect(page.locator("#cameras option")).to_have_count(1)  # the page has read the new list
    expect_state(page, "lost")
    page.evaluate("plugIn()")
    expect_state(page, "live")


def test_a_camera_that_is_connected_later_is_used(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    page.evaluate("""() => {
        const {mediaDevices} = navigator;
        const real = mediaDevices.getUserMedia.bind(mediaDevices);
        window.plugIn = () => {
            mediaDevices.getUserMedia = real;
            mediaDevices.dispatchEvent(new Event('devicechange'));
        };
        mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };
    }""")
    start(page)
    expect_state(page, "no-camera")
    page.evaluate("plugIn()")
    expect_expression(page, "happy")


UNANSWERED = "MediaDevices.prototype.getUserMedia = () => new Promise(() => {});"


def test_a_question_that_nobody_answers_gets_a_second_sentence(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.add_init_script(UNANSWERED)
    page.goto(server.url)
    expect_state(page, "idle")
    start(page)
    expect_state(page, "asking")
    page.clock.run_for(9_000)
    expect(page.locator("#panel")).not_to_contain_text("No question to be seen?")
    page.clock.run_for(1_500)
    expect(page.locator("#panel")).to_contain_text("No question to be seen?")


def test_a_browser_without_a_camera_is_not_told_about_http(server: RunningServer, open_page: OpenPage) -> None:
    """As in the browsers that chat apps contain."""
    page = open_page("about:blank")
    page.add_init_script("delete MediaDevices.prototype.getUserMedia;")
    page.goto(server.url)
    expect_state(page, "unsupported")
    expect(page.locator("#panel")).to_contain_text("another browser")
    expect(page.locator("#panel")).not_to_contain_text("http")


UPRIGHT = """
    const canvas = Object.assign(document.createElement('canvas'), {width: 360, height: 640});
    setInterval(() => canvas.getContext('2d').fillRect(0, 0, 360, 640), 30);
    MediaDevices.prototype.getUserMedia = async () => canvas.captureStream(30);
"""


def test_an_upright_camera_is_shown_whole(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    page.add_init_script(UPRIGHT)
    page.goto(server.url)
    start(page)
    expect_state(page, "live")
    expect(page.locator("video")).to_have_css("object-fit", "contain")


def test_another_resolution_is_requested_while_the_camera_runs(
    server: RunningServer, open_page: OpenPage
) -> None:
    page = open_page(server.url)
    start(page)
    expect_state(page, "live")
    open_drawer(page, "camera")
    page.locator('#settings input[name="resolution"][value="480"]').check(force=True)
    page.evaluate("""async () => {
        const video = document.querySelector('video');
        while (video.videoHeight !== 480) await new Promise(requestAnimationFrame);
    }""")
    expect_state(page, "live")
    wait_for_more_frames(page, 3)


def test_the_back_camera_is_requested_and_not_mirrored(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url, TWO)
    start(page)
    expect_state(page, "live")
    expect(page.locator("html")).to_have_attribute("data-mirrored", "")
    # The fake cameras have no direction: only the browser's answer is replaced.
    page.evaluate("""() => {
        const {mediaDevices} = navigator;
        const real = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = async constraints => {
            const stream = await real(constraints);
            const [track] = stream.getVideoTracks();
            const settings = track.getSettings();
            track.getSettings = () => ({...settings, facingMode: constraints.video.facingMode});
            return stream;
        };
    }""")
    open_drawer(page, "camera")
    page.locator('#settings input[name="facing"][value="environment"]').check(force=True)
    expect(page.locator("html")).not_to_have_attribute("data-mirrored", "")
    expect_state(page, "live")
    wait_for_more_frames(page, 3)


def test_a_stored_camera_that_is_missing_is_replaced(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    page.evaluate("() => { localStorage.setItem('emojify', JSON.stringify({camera: 'gone'})); location.reload(); }")
    page.wait_for_load_state()
    expect_state(page, "idle")
    start(page)
    expect_expression(page, "happy")
