"""Nothing is cut or jumps: narrow phones, large text, notices, the settings on a phone, a video's time bar."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_expression, start, wait_for_more_frames
from tests.support.running_server import RunningServer

# Texts that are wider than their elements, or outside of the screen.
CUT = """() => {
    const width = document.documentElement.clientWidth;
    const kinds = '#connection, .expression-name, .tool span, .bar-name, .bar-value, .button';
    const texts = [...document.querySelectorAll(kinds)];
    return texts.filter(each => each.offsetParent).filter(each => {
        const range = document.createRange();
        range.selectNodeContents(each);
        const {left, right} = range.getBoundingClientRect();
        return each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0 || left < 0 || right > width + 1;
    }).map(each => `${each.className}: ${each.textContent}`);
}"""


def expect_nothing_cut(page: Page) -> None:
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_no_text_is_cut_on_narrow_phones_and_with_large_text(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera, locale="de-DE", viewport={"width": 320, "height": 568})
    expect_nothing_cut(page)
    page.evaluate("""() => { navigator.mediaDevices.real = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); } }""")
    start(page)
    expect(page.locator("#connection")).to_have_text("Kamera gesperrt")
    tops = page.locator(".top .round").evaluate_all("all => all.map(each => each.offsetTop)")
    assert len(tops) == 2 and len(set(tops)) == 1, "the buttons are in one row, whatever the connection is called"
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = navigator.mediaDevices.real; }")
    start(page)
    expect_expression(page, "happy")
    # The longest name, in the size that the page gives it, and in a wide font.
    page.evaluate("""() => {
        const name = document.querySelector('#expression');
        name.firstChild.replaceWith('Überrascht');
        name.style.setProperty('--letters', '10');
        document.documentElement.style.setProperty('--text', 'DejaVu Sans, Verdana, sans-serif');
    }""")
    expect_nothing_cut(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    expect_nothing_cut(page)


def test_settings_on_a_phone_show_the_heading_the_picture_and_the_emoji(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": 390, "height": 664})
    start(page)
    expect_expression(page, "happy")
    button = page.get_by_role("button", name="Settings", exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    drawer, emoji = page.locator("#drawer").bounding_box(), page.locator("#emoji").bounding_box()
    assert drawer and emoji
    assert abs(emoji["y"] + emoji["height"] - drawer["y"]) < 16, "the emoji sits on the edge of the sheet"
    expect(page.locator("video")).to_be_in_viewport(ratio=0.95)
    for section in ("recognition", "history", "timing", "camera"):
        summary = page.locator(f"[data-section={section}] > summary")
        summary.click()
        expect(page.locator(f"[data-section={section}]")).to_have_attribute("open", "")
        expect(summary).to_be_in_viewport(ratio=1)


def test_a_notice_moves_nothing_and_a_video_can_be_paused(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": 390, "height": 844})
    start(page)
    expect_expression(page, "happy")
    before = [page.locator(each).bounding_box() for each in ("video", "#emoji", "#bars")]
    page.evaluate("document.querySelector('#notice').textContent = 'A notice that needs three lines. '.repeat(4)")
    assert [page.locator(each).bounding_box() for each in ("video", "#emoji", "#bars")] == before
    expect(page.locator("#film")).to_be_hidden()
    # A video of two seconds, made of the camera's own pictures.
    page.evaluate("""async () => {
        const recorder = new MediaRecorder(document.querySelector('#camera').srcObject);
        const parts = [];
        recorder.ondataavailable = ({data}) => parts.push(data);
        await new Promise(done => {
            recorder.onstop = done;
            recorder.onstart = () => setTimeout(() => recorder.stop(), 2000);
            recorder.start();
        });
        const files = new DataTransfer();
        files.items.add(new File(parts, 'film.webm', {type: 'video/webm'}));
        const input = document.querySelector('#file');
        input.files = files.files;
        input.dispatchEvent(new Event('change'));
    }""")
    expect(page.locator("#film")).to_be_visible()
    wait_for_more_frames(page, 3)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert page.locator("video").evaluate("video => video.paused")
    page.get_by_role("button", name="Play").click()
    wait_for_more_frames(page, 3)
