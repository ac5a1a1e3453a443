"""Teach it your faces: a round with a camera whose face changes, own expressions, forgetting, a file and back.

The faces are the sample pictures. The model reads one as happy and one as surprised; they are taught as something else,
so that only what was taught can explain what is read afterwards.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG, expect_expression, open_drawer, start
from tests.browser.test_access import expect_no_findings
from tests.support import ROOT
from tests.support.changing_camera import show, use_changing_camera
from tests.support.pictures import to_jpeg, two_faces
from tests.support.running_server import RunningServer

SAMPLES = ROOT / "web" / "static" / "samples"


@pytest.fixture
def open_teaching(open_page: OpenPage, server: RunningServer, empty_jpeg: bytes) -> Callable[..., Page]:
    """Opens the live page with the changing camera; it shows the smiling face."""

    def open_(**options: object) -> Page:
        page = open_page(f"{server.url}/healthz", **options)
        pictures = {
            "smiling": (SAMPLES / "smiling.jpg").read_bytes(),
            "surprised": (SAMPLES / "surprised.jpg").read_bytes(),
            "two": to_jpeg(two_faces()),
            "nobody": empty_jpeg,
        }
        use_changing_camera(page, pictures)
        page.goto(server.url)
        start(page)
        expect_expression(page, "happy")
        return page

    return open_


def expect_round(page: Page, phase: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-round", phase, timeout=LONG)


def act(page: Page, name: str) -> None:
    page.locator(f"#round [data-teach={name}]").click()


def expect_read(page: Page, face: str, expression: str) -> None:
    show(page, face)
    expect_expression(page, expression)


def teach_two(page: Page) -> None:
    """The smiling face as neutral, the surprised one as angry; the others are skipped."""
    page.get_by_role("button", name="Teach it your faces").click()
    expect(page.locator(".round-title")).to_have_text("Neutral · 1 of 7")
    expect_round(page, "felt")
    expect(page.locator(".round-title")).to_have_text("Angry · 2 of 7")
    show(page, "surprised")
    expect_round(page, "holding")
    expect_round(page, "felt")
    for step, name in enumerate(("Disgusted", "Scared", "Happy", "Sad", "Surprised"), start=3):
        expect(page.locator(".round-title")).to_have_text(f"{name} · {step} of 7")
        act(page, "skip")
    expect(page.locator("#round")).to_contain_text("Taught: 2 of 7.")
    expect(page.get_by_role("button", name="Done")).to_be_focused()
    act(page, "end")
    expect(page.locator("#round")).to_be_hidden()


def test_two_expressions_are_taught_read_kept_and_forgotten(open_teaching: Callable[..., Page]) -> None:
    page = open_teaching()
    teach_two(page)
    expect_read(page, "smiling", "neutral")
    expect_read(page, "surprised", "angry")
    page.reload()
    start(page)
    expect_expression(page, "neutral")
    page.get_by_role("button", name="Teach it your faces").click()
    items = page.locator(".taught-item")
    expect(items).to_have_count(2)
    assert all(len(path) > 500 for path in page.locator(".taught-drawing path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )), "drawings made of the points"
    page.get_by_role("button", name="Forget: Angry").click()
    expect(items).to_have_count(1)
    page.get_by_role("button", name="Forget all").click()
    expect(items).to_have_count(0)
    expect_read(page, "smiling", "happy")
    expect_read(page, "surprised", "surprise")
    page.locator("#drawer [data-act=close]").click()
    page.get_by_role("button", name="Teach it your faces").click()
    expect_round(page, "ready")
    # The camera is unplugged: the round ends, and the keyboard is where one goes on.
    page.locator("#camera").evaluate("each => each.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.locator("#action")).to_be_focused()
    expect(page.locator("#round")).to_be_hidden()


def test_a_round_refuses_what_it_cannot_use_and_goes_on_by_itself(open_teaching: Callable[..., Page]) -> None:
    page = open_teaching()
    show(page, "two")
    expect(page.locator("#other-faces > li")).to_have_count(1, timeout=LONG)
    page.get_by_role("button", name="Teach it your faces").click()
    words = page.get_by_role("status").filter(has_text="Several people")
    expect(words).to_be_visible(timeout=LONG)
    show(page, "nobody")
    expect(page.get_by_role("status").filter(has_text="not in the picture")).to_be_visible(timeout=LONG)
    show(page, "smiling")
    expect_round(page, "felt")
    # The same face once more, for another expression.
    expect(page.get_by_role("status").filter(has_text="This looks like your Neutral.")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    expect_no_findings(page)
    act(page, "skip")
    page.keyboard.press("Escape")
    expect(page.locator("#round")).to_be_hidden()
    expect(page.locator("#teach")).to_be_focused()
    expect_expression(page, "neutral")


def test_an_own_expression_takes_part_and_moves_in_a_file(
    open_teaching: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_teaching(accept_downloads=True)
    open_drawer(page, "teaching")
    page.get_by_role("button", name="An expression of my own").click()
    page.get_by_role("textbox", name="Name").fill("happy")
    page.get_by_role("button", name="Show it now").click()
    expect(page.get_by_role("alert").filter(has_text="already")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("Tongue out")
    page.locator("#own-file").set_input_files(SAMPLES / "astronaut.jpg")
    expect(page.get_by_role("radio", name="My picture")).to_be_checked()
    expect_no_findings(page)
    show(page, "surprised")
    page.get_by_role("button", name="Show it now").click()
    expect_round(page, "done")
    act(page, "end")
    expect_expression(page, "Tongue out")
    expect(page.locator("#bars > li")).to_have_count(8)
    expect(page.locator("#bars > li").last).to_contain_text("Tongue out")
    expect(page.locator("#emoji > .emoji-image")).to_be_visible()
    open_drawer(page, "teaching")
    expect_no_findings(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "faces.json"
    download.value.save_as(file)
    saved = json.loads(file.read_text())
    (expression,) = saved["expressions"]
    assert (saved["format"], expression["label"], len(expression["examples"])) == (1, "Tongue out", 1)
    assert expression["emoji"].startswith("data:image/")
    page.get_by_role("button", name="Forget all").click()
    expect_expression(page, "surprise")
    expect(page.locator("#bars > li")).to_have_count(7)
    (tmp_path / "other.json").write_text(json.dumps(saved | {"model": "another"}))
    page.locator("#faces-file").set_input_files(tmp_path / "other.json")
    expect(page.locator(".taught-said")).to_contain_text("made with another model")
    page.locator("#faces-file").set_input_files(file)
    expect_expression(page, "Tongue out")
    expect(page.locator(".taught-item")).to_have_count(1)
