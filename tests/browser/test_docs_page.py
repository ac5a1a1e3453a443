"""/docs in a browser: it works under the content security policy, loads only from this server, and its form works."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support import ROOT
from tests.support.running_server import RunningServer


def test_the_docs_page_works_under_its_policy_and_loads_only_from_this_server(
    server: RunningServer, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    console: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(f"{server.url}/docs")
    assert answer is not None and "unsafe" not in answer.headers["content-security-policy"]
    page.set_input_files("input[type=file]", ROOT / "web" / "static" / "samples" / "surprised.jpg")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer")).to_contain_text('"label": "surprise"')
    page.set_input_files("input[type=file]", ROOT / "README.md")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer")).to_contain_text('"code": "not_picture"')
    assert all(url.startswith(server.url) for url in asked)
    assert not [text for text in console if "415" not in text], "the browser logs the failed request itself"
