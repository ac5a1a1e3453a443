"""Snapshot, recording and history, made in the browser and saved as files."""

import csv
import io
import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import choose, expect_expression, open_drawer, start, wait_for_more_frames
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


def test_a_snapshot_has_the_picture_and_the_emoji_side_by_side(live: Page, tmp_path: Path) -> None:
    path = download(live, "Take a snapshot", tmp_path)
    assert path.suffix == ".png"
    picture = cv2.imread(str(path))
    assert picture is not None and picture.shape[0] == 720 and picture.shape[1] > 1200
    left, right = picture[:, :960], picture[:, 960:]
    assert left.std() > 40, "the photograph"
    mouth = np.all(np.abs(right.astype(int) - (0x38, 0x12, 0x5C)) < 12, axis=2)  # the dark of the laughing mouth, BGR
    assert mouth.sum() > 500, "the emoji"
    expect(live.locator("#notice")).to_contain_text(path.name)


def test_a_recording_is_a_video_of_the_composed_view(live: Page, tmp_path: Path) -> None:
    button = live.get_by_role("button", name="Record a video")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(live.locator("#readout")).to_contain_text("Recording")
    wait_for_more_frames(live, 40)
    path = download(live, "Record a video", tmp_path)
    expect(button).to_have_attribute("aria-pressed", "false")
    assert path.suffix == ".webm"
    film = cv2.VideoCapture(str(path))
    seen, picture = film.read()
    assert seen and picture.shape[0] == 720 and picture.shape[1] > 1200
    count = 1
    while film.read()[0]:
        count += 1
    assert count > 5


def test_a_recording_is_saved_when_the_camera_stops(live: Page) -> None:
    live.get_by_role("button", name="Record a video").click()
    wait_for_more_frames(live, 10)
    with live.expect_download() as made:
        live.get_by_role("button", name="Stop").click()
    assert made.value.suggested_filename.endswith(".webm")


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


def test_the_snapshot_of_an_emoji_on_the_face_has_it_there(live: Page, tmp_path: Path) -> None:
    open_drawer(live, "appearance")
    choose(live, "mode", "face")
    wait_for_more_frames(live, 10)
    picture = cv2.imread(str(download(live, "Take a snapshot", tmp_path)))
    assert picture is not None
    left = picture[:, :960].astype(int)
    mouth = np.all(np.abs(left - (0x38, 0x12, 0x5C)) < 12, axis=2)
    assert mouth.sum() > 100


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
    expect(live.locator("#notice")).to_contain_text("The recording failed")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(live.locator("#readout")).not_to_contain_text("Recording")


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
