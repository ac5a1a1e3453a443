"""The mirror game on the page: its rules are tested in tests/unit/game.test.mjs."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG
from tests.support.running_server import RunningServer

BEST = """() => localStorage.setItem('emojify.game', JSON.stringify({best: 712}))"""


def test_the_game_starts_the_camera_asks_for_a_face_and_ends_with_escape(
    server: RunningServer, open_page: OpenPage, smiling_camera: Path
) -> None:
    page = open_page(server.url, camera=smiling_camera, reduced_motion="reduce")
    page.evaluate(BEST)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.get_by_role("button", name="Mirror game").focus()
    page.keyboard.press("Enter")
    game = page.get_by_role("dialog", name="Mirror game")
    expect(game).to_be_visible(timeout=LONG)
    assert {"game.js", "game.css"} <= set(loaded)
    expect(game).to_contain_text("712")
    expect(game.get_by_role("button", name="Play as two")).to_be_disabled()  # one face in the picture
    expect(game.get_by_role("button", name="Play", exact=True)).to_be_enabled(timeout=LONG)
    game.get_by_role("button", name="Play", exact=True).press("Enter")
    expect(game.get_by_role("status")).to_have_text("Round 1 of 10")
    expect(game).to_have_attribute("data-phase", "show", timeout=LONG)
    # Never what the face shows already.
    asked = re.compile("Angry|Disgusted|Scared|Neutral|Sad|Surprised")
    expect(game.get_by_role("status")).to_have_text(asked)
    page.keyboard.press("Escape")
    expect(game).to_be_hidden()
    expect(page.get_by_role("button", name="Mirror game")).to_be_focused()
