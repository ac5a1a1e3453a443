"""Hints below the picture: shown when they help."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG, expect_expression, start, wait_for_more_frames
from tests.support.camera import write_camera
from tests.support.pictures import two_faces
from tests.support.running_server import RunningServer

Frame = npt.NDArray[np.uint8]


def dark(frame: Frame) -> Frame:
    return (frame * 0.15).astype(np.uint8)


def far(frame: Frame) -> Frame:
    small = cv2.resize(frame, (320, 240), interpolation=cv2.INTER_AREA)
    room = np.full_like(frame, 96)
    room[120:360, 160:480] = small
    return room


def crowd(frame: Frame) -> Frame:
    return two_faces()


@pytest.mark.parametrize(
    ("change", "words"), [(dark, "It is dark"), (far, "too far from the camera"), (crowd, "Several people")]
)
def test_a_hint_says_what_would_help(
    server: RunningServer, open_page: OpenPage, tmp_path: Path, smiling: Frame, change: Callable[[Frame], Frame],
    words: str,
) -> None:
    page = open_page(server.url, camera=write_camera(tmp_path / "camera.y4m", change(smiling)))
    start(page)
    hint = page.locator("#notice")
    expect(hint).to_contain_text(words, timeout=LONG)
    picture, place = page.locator("video").bounding_box(), hint.bounding_box()
    assert picture and place and place["y"] >= picture["y"] + picture["height"], "not over the picture"


def test_a_black_picture_is_not_the_fault_of_the_person(
    server: RunningServer, open_page: OpenPage, tmp_path: Path, smiling: Frame
) -> None:
    page = open_page(server.url, camera=write_camera(tmp_path / "camera.y4m", np.full_like(smiling, 5)))
    start(page)
    expect(page.locator("#notice")).to_contain_text("The picture is black", timeout=LONG)
    expect(page.locator("#tip")).to_have_text("")


def test_a_face_in_good_light_gets_no_hint(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    wait_for_more_frames(page, 60)
    expect(page.locator("#notice")).to_have_text("")
