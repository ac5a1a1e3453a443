"""Each face has its emoji: the main emoji, the other faces, the boxes, the emoji on the face."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import (
    EMOJI,
    expect_expression,
    is_anything_drawn,
    overlay_alpha,
    start,
    wait_for_more_frames,
    wait_until_drawn,
)
from tests.support.camera import write_camera
from tests.support.pictures import two_faces
from tests.support.running_server import RunningServer

Frame = npt.NDArray[np.uint8]

# The middle of the astronaut's face in the mirrored picture, as fractions of its width and height.
FACE = (0.47, 0.25)


@pytest.fixture(scope="session")
def crowded_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_camera(tmp_path_factory.mktemp("camera") / "two.y4m", two_faces())


@pytest.fixture(scope="session")
def coming_camera(tmp_path_factory: pytest.TempPathFactory, smiling: Frame, empty_room: Frame) -> Path:
    """A face for two seconds, then none for two seconds."""
    return write_camera(tmp_path_factory.mktemp("camera") / "coming.y4m", smiling, empty_room, repeats=60)


def test_each_of_two_faces_has_an_emoji_in_the_colour_of_its_box(
    server: RunningServer, open_page: OpenPage, crowded_camera: Path
) -> None:
    page = open_page(server.url, camera=crowded_camera)
    start(page)
    expect_expression(page, "happy")
    other = page.locator("#other-faces > li")
    expect(other).to_have_count(1)
    expect(other).to_contain_text("2")
    expect(other.locator(":is(img, canvas):visible")).to_have_count(1)
    edge = "each => each.style.getPropertyValue('--emoji-edge')"
    edges = [each.evaluate(edge) for each in (page.locator(EMOJI), other)]
    assert all(edges) and edges[0] != edges[1]
    # Both edge colours are among the colours drawn on the overlay.
    script = """(canvas, edges) => {
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const drawn = new Set();
        for (let at = 0; at < data.length; at += 4) drawn.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
        return edges.map(edge => drawn.has(parseInt(edge.slice(1), 16)));
    }"""
    assert page.locator("#boxes").evaluate(script, edges) == [True, True]


def test_a_single_face_has_no_other_faces(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera)
    start(page)
    expect_expression(page, "happy")
    expect(page.locator("#other-faces")).to_be_hidden()


def test_the_emoji_is_drawn_on_the_face(server: RunningServer, open_page: OpenPage, smiling_camera: Path) -> None:
    page = open_page(server.url, camera=smiling_camera, viewport={"width": 1280, "height": 800})
    start(page)
    expect_expression(page, "happy")
    assert overlay_alpha(page, *FACE) == 0, "a box does not cover the face"
    tool = page.get_by_role("button", name="Mask")
    tool.click()
    expect(tool).to_have_attribute("aria-pressed", "true")
    wait_for_more_frames(page, 10)
    assert overlay_alpha(page, *FACE) == 255
    assert overlay_alpha(page, 0.1, 0.9) == 0
    expect(page.locator(EMOJI)).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("Happy")
    tool.click()
    expect(page.locator(EMOJI)).to_be_visible()


def test_nothing_is_drawn_after_a_face_is_gone(
    server: RunningServer, open_page: OpenPage, coming_camera: Path
) -> None:
    page = open_page(server.url, camera=coming_camera)
    start(page)
    for _ in range(2):
        expect_expression(page, "happy")
        wait_until_drawn(page)
        expect_expression(page, "no-face")
        assert not is_anything_drawn(page)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_changes_are_animated_unless_reduced_motion_is_preferred(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path, motion: str
) -> None:
    page = open_page(server.url, camera=smiling_camera, reduced_motion=motion)
    watch = """() => {
        window.animated = 0;
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...how) { window.animated += 1; return animate.apply(this, how); };
    }"""
    page.evaluate(watch)
    start(page)
    expect_expression(page, "happy")
    page.get_by_role("button", name="Stop").click()
    page.locator("html[data-state=idle]").wait_for()
    assert (page.evaluate("window.animated") > 0) == (motion == "no-preference")
