"""A pack from a stranger whose drawing holds a script: in a real browser it stays dead, even when opened by itself."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.support.chromium import FLAGS, find_browser
from tests.support.running_server import RunningServer
from tests.unit.test_packs import make_pack

MALICIOUS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" onload="this.setAttribute(\'data-load\', \'ran\')">'
    "<style>rect{fill:red}</style><rect width='8' height='8'/>"
    "<script>document.documentElement.setAttribute('data-script', 'ran')</script></svg>"
)


def what_ran(page: Page, url: str) -> list[str]:
    """The marks that scripts of a drawing leave on it while it loads."""
    page.goto(url, wait_until="load")
    marks: list[str] = page.evaluate("Object.keys(document.documentElement.dataset)")
    return sorted(marks)


def test_a_script_in_a_drawing_does_not_run(
    start_server: Callable[..., RunningServer], tmp_path: Path, playwright: Playwright
) -> None:
    drawing = make_pack(tmp_path / "evil") / "happy.svg"
    drawing.write_text(MALICIOUS)
    server = start_server("--emojis", str(tmp_path / "evil"))
    browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
    try:
        page = browser.new_page()
        assert what_ran(page, drawing.as_uri()) == ["load", "script"], "without our policy it would run"
        assert what_ran(page, f"{server.url}/emojis/evil/happy.svg") == []
        assert page.evaluate("self.origin") == "null", "not the origin of our page: it could not use the camera"
        fill = page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
        assert fill == "rgb(255, 0, 0)", "drawn as it was meant"
    finally:
        browser.close()
