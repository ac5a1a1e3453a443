"""My face: the page calibrates to a neutral face, the server applies it, one click removes it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG, expect_expression, expect_state, open_drawer, start, wait_for_more_frames
from tests.browser.test_faces import coming_camera, crowded_camera
from tests.support.running_server import RunningServer

__all__ = ["coming_camera", "crowded_camera"]

# Waits until the overlay shows the yellow of the ring, which nothing else on it has.
HAS_RING = """canvas => new Promise(done => {
    const isYellow = ([r, g, b, a]) => a === 255 && r === 255 && g === 216 && b === 77;
    const check = () => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) if (isYellow(data.subarray(at, at + 4))) return done(true);
        requestAnimationFrame(check);
    };
    check();
})"""


def learn(page: Page) -> None:
    page.get_by_role("button", name="Calibrate to my face").click()
    page.get_by_role("button", name="Learn my resting face").click()


def test_a_calibrated_face_is_neutral_until_it_is_forgotten(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    """The astronaut smiles: after the calibration her face is neutral, and after Undo as before."""
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    learn(page)
    caption = page.get_by_role("status").filter(has_text="as you normally do")
    expect(caption).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    assert page.locator("#boxes").evaluate(HAS_RING)
    expect(page.locator("#hold-text")).to_contain_text("Your resting face looked Happy (", timeout=LONG)
    expect_expression(page, "neutral")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#hold")).to_be_hidden()
    expect_expression(page, "happy")
    learn(page)
    expect(page.locator("#hold-text")).to_contain_text("It now counts as neutral.", timeout=LONG)
    expect_expression(page, "neutral")
    page.reload()
    start(page)
    expect_expression(page, "neutral")
    page.get_by_role("button", name="Calibrate to my face").click()
    page.get_by_role("button", name="Forget it").click()
    expect_expression(page, "happy")
    expect(page.get_by_role("button", name="Forget it")).to_be_hidden()


def test_two_faces_are_refused(server: RunningServer, open_page: OpenPage, crowded_camera: Path) -> None:
    page = open_page(server.url, camera=crowded_camera)
    start(page)
    expect(page.locator("#other-faces > li")).to_have_count(1, timeout=LONG)
    learn(page)
    expect(page.locator("#hold-text")).to_contain_text("Only one person", timeout=LONG)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#hold-text")).to_contain_text("Only one person", timeout=LONG)
    page.locator("#hold-close").click()
    open_drawer(page, "calibration")
    expect(page.get_by_role("button", name="Forget it")).to_be_hidden()


def test_a_face_that_disappears_is_refused(
    server: RunningServer, open_page: OpenPage, coming_camera: Path
) -> None:
    page = open_page(server.url, camera=coming_camera)
    start(page)
    expect_expression(page, "happy")
    learn(page)
    expect(page.locator("#hold-text")).to_contain_text("left the picture", timeout=LONG)


def test_without_a_camera_it_asks_to_start_one(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_drawer(page, "calibration")
    page.get_by_role("button", name="Learn my resting face").click()
    expect(page.locator("#calibration-text")).to_contain_text("Start the camera")


def test_a_calibration_of_another_model_is_not_used(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera)
    other = """() => {
        const calibration = {model: 'another', scores: [0, 0, 0, 1, 0, 0, 0]};
        localStorage.setItem('emojify', JSON.stringify({calibration}));
        location.reload();
    }"""
    page.evaluate(other)
    start(page)
    expect_state(page, "live")
    wait_for_more_frames(page, 20)
    expect_expression(page, "happy")
    page.get_by_role("button", name="Calibrate to my face").click()
    expect(page.get_by_role("button", name="Forget it")).to_be_hidden()
