"""A language is two files: they are found, served and shown without any other change."""

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import expect_state
from tests.support import ROOT
from tests.support.running_server import RunningServer


def copy_with_a_language(web: Path) -> None:
    """Copy `web` and add an invented pt-BR: English with some other words."""
    shutil.copytree(ROOT / "web", web)
    messages, texts = web / "static" / "js" / "messages", web / "templates" / "languages"
    english = (messages / "en.js").read_text()
    (messages / "pt-BR.js").write_text(english.replace("action: 'Start',", "action: 'Iniciar',"))
    english = (texts / "en.html").read_text()
    (texts / "pt-BR.html").write_text(english.replace("What happens to your pictures", "O que acontece"))


def test_a_language_of_two_files_is_served_and_shown(
    start_server: Callable[..., RunningServer], open_page: OpenPage, tmp_path: Path
) -> None:
    copy_with_a_language(tmp_path / "web")
    server = start_server(module="tests.support.other_web", environment={"WEB": str(tmp_path / "web")})
    page = open_page("about:blank", locale="pt-BR")
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url))
    page.goto(server.url)
    expect_state(page, "idle")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(page.get_by_role("button", name="Iniciar")).to_be_visible()
    messages = [url.rpartition("/")[2] for url in scripts if "/messages/" in url]
    assert set(messages) == {"pt-BR.js"}, "only the language of the browser is loaded"
    page.goto(f"{server.url}/privacy")
    expect(page.get_by_role("heading", level=1)).to_have_text("O que acontece")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
