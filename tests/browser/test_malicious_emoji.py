"""A script in the SVG of an emoji pack does not run, even when the file is opened by itself."""

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
    """The marks that the scripts of an SVG leave on it while it loads."""
    page.goto(url, wait_until="load")
    marks: list[str] = page.evaluate("Object.keys(document.documentElement.dataset)")
    return sorted(marks)


def test_a_script_in_an_svg_does_not_run(
    start_server: Callable[..., RunningServer], tmp_path: Path, playwright: Playwright
) -> None:
    svg = make_pack(tmp_path / "evil") / "happy.svg"
    svg.write_text(MALICIOUS)
    server = start_server("--emojis", str(tmp_path / "evil"))
    browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
    try:
        page = browser.new_page()
        assert what_ran(page, svg.as_uri()) == ["load", "script"], "without the content security policy it runs"
        assert what_ran(page, f"{server.url}/emojis/evil/happy.svg") == []
        assert page.evaluate("self.origin") == "null", "not the origin of the page: no access to its camera permission"
        fill = page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
        assert fill == "rgb(255, 0, 0)", "styles apply"
    finally:
        browser.close()
