"""Without a camera: photographs and videos are sent like the pictures of the camera."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page, expect

from server.http.messages import read_messages
from tests.browser.conftest import OpenPage
from tests.browser.steps import (
    expect_expression,
    expect_state,
    start,
    wait_for_more_frames,
    wait_until_drawn,
    wait_until_recorded,
)
from tests.support import ROOT
from tests.support.pictures import to_jpeg
from tests.support.running_server import RunningServer

MESSAGES = ROOT / "web" / "static" / "js" / "messages"


@pytest.fixture
def photo(tmp_path: Path, smiling: npt.NDArray[np.uint8]) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(to_jpeg(smiling))
    return path


def choose_file(page: Page, file: Path) -> None:
    page.locator("#file").set_input_files(file)


def drop(page: Page, content: bytes, kind: str) -> None:
    """Drop a file on the page, with the events of a browser."""
    page.evaluate("""([bytes, type]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], 'dropped', {type}));
        const send = name => document.body.dispatchEvent(
            new DragEvent(name, {dataTransfer: transfer, bubbles: true, cancelable: true}));
        send('dragenter');
        window.drop = () => send('drop');
    }""", [list(content), kind])
    expect(page.locator("#drop")).to_be_visible()
    page.evaluate("drop()")
    expect(page.locator("#drop")).to_be_hidden()


def test_a_photograph_is_shown(server: RunningServer, open_page: OpenPage, photo: Path) -> None:
    page = open_page(server.url, allow=False)
    choose_file(page, photo)
    expect_expression(page, "happy")
    wait_until_drawn(page)
    expect(page.locator("video")).to_have_css("transform", "none")  # a photograph is not mirrored
    page.get_by_role("button", name="Stop").click()
    expect_state(page, "idle")
    choose_file(page, photo)
    expect_expression(page, "happy")


def test_a_photograph_is_dropped_on_a_running_camera(
    server: RunningServer, open_page: OpenPage, empty_camera: Path, smiling_jpeg: bytes
) -> None:
    page = open_page(server.url, camera=empty_camera)
    start(page)
    expect_expression(page, "no-face")
    track = page.evaluate_handle("document.querySelector('video').srcObject.getVideoTracks()[0]")
    drop(page, smiling_jpeg, "image/jpeg")
    expect_expression(page, "happy")
    assert track.evaluate("track => track.readyState") == "ended"


def test_a_video_is_shown(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path, tmp_path: Path
) -> None:
    """The video is one that the page recorded."""
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    page.get_by_role("button", name="Record a video").click()
    wait_until_recorded(page)
    page.get_by_role("button", name="Record a video").click()
    with page.expect_download() as made:
        page.get_by_role("button", name="Save", exact=True).click()
    video = tmp_path / made.value.suggested_filename
    made.value.save_as(video)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Stop").click()
    choose_file(page, video)
    expect_state(page, "live")
    assert page.evaluate("document.querySelector('video').src").startswith("blob:")
    expect_expression(page, "happy")
    wait_for_more_frames(page, 5)


@pytest.mark.parametrize(("name", "content"), [("note.txt", b"not a picture"), ("broken.mp4", b"not a video")])
def test_a_file_that_is_neither_is_reported(
    server: RunningServer, open_page: OpenPage, photo: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    page = open_page(server.url, allow=False)
    (tmp_path / name).write_bytes(content)
    choose_file(page, tmp_path / name)
    expect(page.locator("#file-problem")).to_contain_text("cannot be read")
    expect_state(page, "idle")
    choose_file(page, photo)
    expect_expression(page, "happy")


def test_a_file_with_sound_only_is_named_as_such(server: RunningServer, open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "sound.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48_000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.int16), layout="mono")
        sound.sample_rate = 48_000
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    page = open_page(server.url, allow=False)
    choose_file(page, path)
    expect(page.locator("#file-problem")).to_contain_text("There is no picture in this file")
    expect_state(page, "idle")


def test_files_work_where_the_camera_does_not(
    start_server: Callable[..., RunningServer], open_page: OpenPage, photo: Path
) -> None:
    server = start_server("--host", "0.0.0.0", "--allow-host", "emojify.test")
    page = open_page(f"http://emojify.test:{server.port}", "--host-resolver-rules=MAP emojify.test 127.0.0.1")
    expect_state(page, "insecure")
    choose_file(page, photo)
    expect_expression(page, "happy")
    page.get_by_role("button", name="Stop").click()
    expect_state(page, "insecure")


def test_every_sample_has_a_button_and_a_face(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url, allow=False)
    for _, description in read_messages(MESSAGES / "en.js")["samples"].values():
        page.get_by_role("button", name=description).click()
        expect_state(page, "live")
        wait_until_drawn(page)
        page.get_by_role("button", name="Stop").click()
