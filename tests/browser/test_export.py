"""Snapshot, recording and history, made in the browser, shared or saved as files."""

import csv
import io
import json
import re
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_expression, open_drawer, start, wait_for_more_frames, wait_until_recorded
from tests.support.running_server import RunningServer

# The colour of the first pixel that is drawn.
CHART_COLOUR = """canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const at = data.findIndex((value, index) => index % 4 === 3 && value === 255) - 3;
    return data.slice(at, at + 3).join();
}"""


@pytest.fixture
def live(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> Page:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": 1280, "height": 800})
    start(page)
    expect_expression(page, "happy")
    return page


def download(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as made:
        page.get_by_role("button", name=button).click()
    path = folder / made.value.suggested_filename
    made.value.save_as(path)
    return path


def has_laughing_mouth(picture: npt.NDArray[np.uint8]) -> bool:
    """Whether it shows the laughing emoji, by the dark of its mouth, BGR."""
    return int(np.all(np.abs(picture.astype(int) - (0x38, 0x12, 0x5C)) < 12, axis=2).sum()) > 100


def snapshot(page: Page, folder: Path) -> npt.NDArray[np.uint8]:
    """Take a snapshot, save it from its sheet, close the sheet with the keyboard."""
    page.get_by_role("button", name="Take a snapshot").click()
    expect(page.get_by_role("dialog", name="Your snapshot").get_by_role("img")).to_be_visible()
    path = download(page, "Save", folder)
    assert path.suffix == ".png"
    expect(page.locator("#sheet-text")).to_have_text(f"Saved: {path.name}")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.get_by_role("button", name="Take a snapshot")).to_be_focused()
    picture = cv2.imread(str(path))
    assert picture is not None
    return picture.astype(np.uint8)


def test_a_snapshot_has_the_shape_of_the_page(live: Page, tmp_path: Path) -> None:
    """Wide with the emoji beside the picture, upright with it below, the picture alone with it on the face."""
    wide = snapshot(live, tmp_path)
    height, width = wide.shape[:2]
    assert height == 1080 and width > 1.5 * height
    left, right = wide[:, : round(0.65 * width)], wide[:, round(0.65 * width) :]
    assert left.std() > 40, "the photograph"
    assert has_laughing_mouth(right) and not has_laughing_mouth(left)
    live.set_viewport_size({"width": 390, "height": 844})
    upright = snapshot(live, tmp_path)
    assert upright.shape[:2] == (1350, 1080)
    assert has_laughing_mouth(upright[850:]) and not has_laughing_mouth(upright[:850])
    live.get_by_role("button", name="Mask").click()
    wait_for_more_frames(live, 10)
    worn = snapshot(live, tmp_path)
    assert worn.shape[:2] == (1080, pytest.approx(1440, abs=8))
    assert has_laughing_mouth(worn)


def test_a_recording_can_be_shared_saved_and_made_again(live: Page, tmp_path: Path) -> None:
    """The file is H.264 in MP4, with its length and an index at the beginning."""
    live.evaluate("""() => {
        navigator.canShare = ({files}) => files.every(file => file.type === 'video/mp4');
        navigator.share = async ({files}) => { document.body.dataset.shared = files[0].name; };
    }""")
    button = live.locator("#record")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    wait_until_recorded(live)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    sheet = live.get_by_role("dialog", name="Your recording")
    expect(sheet.get_by_role("button", name="Share")).to_be_focused()
    preview = sheet.locator("video")
    preview.evaluate("video => video.readyState || new Promise(done => video.onloadedmetadata = done)")
    assert 2.5 < preview.evaluate("video => video.duration") < 60
    path = download(live, "Save", tmp_path)
    sheet.get_by_role("button", name="Share").click()
    expect(live.locator("body")).to_have_attribute("data-shared", path.name)
    with av.open(path) as film:
        video = film.streams.video[0]
        assert (video.codec_context.name, video.height) == ("h264", 720)
        assert video.frames > 5 and video.duration and video.time_base, "an index with every picture"
        length = float(video.duration * video.time_base)
        assert length == pytest.approx(preview.evaluate("video => video.duration"), abs=0.1)
        film.seek(round(0.75 * length / video.time_base), stream=video)
        assert next(film.decode(video)).time > 0, "seeking finds a key frame after the first"
    data = path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat") and b"moof" not in data
    sheet.get_by_role("button", name="Again").click()
    wait_until_recorded(live)
    # The camera stops: the recording ends too, and is not lost.
    live.get_by_role("button", name="Stop").click()
    expect(sheet).to_be_visible()


def test_another_snapshot_is_taken_after_a_count(live: Page) -> None:
    live.get_by_role("button", name="Take a snapshot").click()
    image = live.locator("#sheet-preview img")
    first = image.get_attribute("src")
    live.get_by_role("button", name="Again").click()
    expect(live.locator("#sheet")).to_be_hidden()
    expect(live.locator("#notice")).to_have_text("Snapshot in 3 seconds")
    expect(image).not_to_have_attribute("src", first or "")
    freed = """url => new Promise(done => {
        const again = new Image();
        again.onload = () => done(false);
        again.onerror = () => done(true);
        again.src = url;
    })"""
    assert live.evaluate(freed, first), "the URL of the first snapshot is revoked"


def test_a_sticker_is_an_animated_picture_of_the_emoji_alone(live: Page, tmp_path: Path) -> None:
    live.get_by_role("button", name="Sticker").click()
    expect(live.locator("#notice")).to_contain_text("the next 3 seconds")
    expect(live.get_by_role("dialog", name="Your sticker").get_by_role("img")).to_be_visible(timeout=60_000)
    path = download(live, "Save", tmp_path)
    assert path.suffix == ".webp" and path.stat().st_size <= 500_000
    ok, sticker = cv2.imreadanimation(str(path))
    assert ok and 2900 <= sum(sticker.durations) <= 3100
    first = sticker.frames[0]
    assert first[2, 2, 3] == 0 and first[first.shape[0] // 2, first.shape[1] // 2, 3] == 255


def test_the_history_is_a_chart_and_two_files(live: Page, tmp_path: Path) -> None:
    open_drawer(live, "history")
    wait_for_more_frames(live, 40)
    chart = live.get_by_role("img", name="Most frequent: Happy")
    expect(chart).to_be_visible()
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert chart.evaluate(drawn)
    table = list(csv.DictReader(io.StringIO(download(live, "Save as CSV", tmp_path).read_text())))
    session = json.loads(download(live, "Save as JSON", tmp_path).read_text())
    assert len(table) >= 2 and len(session["rows"]) >= len(table)
    assert table[-1]["expression"] == "happy" and float(table[-1]["happy"]) > 0.5
    assert list(table[0]) == ["time", "faces", "expression", *session["labels"]]
    assert session["rows"][-1]["scores"].keys() == set(session["labels"])
    live.get_by_role("button", name="Stop").click()
    live.get_by_role("button", name="Clear").click()
    expect(live.locator("#row-count")).to_contain_text("0 rows")


def test_an_encoder_that_fails_ends_the_recording_and_says_so(live: Page) -> None:
    live.evaluate("""() => {
        const start = MediaRecorder.prototype.start;
        MediaRecorder.prototype.start = function (...how) {
            start.apply(this, how);
            this.dispatchEvent(new Event('error'));
        };
    }""")
    button = live.get_by_role("button", name="Record a video")
    button.click()
    expect(live.locator("#notice")).to_contain_text("No video was recorded. Record for more than a second")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(live.locator("#readout")).not_to_contain_text("Recording")
    live.evaluate("() => { MediaRecorder.prototype.start = () => { throw new Error(); }; }")
    button.click()
    expect(live.locator("#notice")).to_contain_text("This browser cannot record video. Take a snapshot")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_chart_is_drawn_again_for_another_theme_and_size(live: Page) -> None:
    live.emulate_media(color_scheme="light")
    open_drawer(live, "history")
    wait_for_more_frames(live, 10)
    live.get_by_role("button", name="Stop").click()
    chart = live.locator("#chart")
    light = chart.evaluate(CHART_COLOUR)
    live.emulate_media(color_scheme="dark")
    chart.evaluate(f"""(canvas, old) => new Promise(done => {{
        const colour = {CHART_COLOUR};
        const check = () => colour(canvas) !== old ? done() : requestAnimationFrame(check);
        check();
    }})""", light)
    live.set_viewport_size({"width": 390, "height": 844})
    chart.evaluate("""canvas => new Promise(done => {
        const isSharp = () => canvas.width === Math.round(canvas.clientWidth * devicePixelRatio);
        const check = () => isSharp() ? done() : requestAnimationFrame(check);
        check();
    })""")
    expect(chart).to_have_attribute("aria-label", re.compile("Most frequent"))
