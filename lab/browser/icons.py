"""Renders the icons in web/static/icons/ from favicon.svg: `python -m lab.browser.icons`. They are kept in git."""

from playwright.sync_api import sync_playwright

from tests.support import ROOT
from tests.support.chromium import find_browser

STATIC = ROOT / "web" / "static"

# File, pixels, share of the side that the drawing takes, background. A system may crop a maskable icon to the
# middle 80 % (https://w3c.github.io/manifest/#icon-masks), and iOS rounds the corners itself.
ICONS = (
    ("180.png", 180, 1.0, "#2a1433"),
    ("192.png", 192, 1.0, "transparent"),
    ("512.png", 512, 1.0, "transparent"),
    ("maskable.png", 512, 0.72, "#2a1433"),
)


def main() -> None:
    """Render each icon in a browser."""
    svg = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        for name, side, share, ground in ICONS:
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<style>body{{margin:0;display:grid;place-items:center;height:100vh;background:{ground}}}"
                f"svg{{width:{side * share}px}}</style>{svg}"
            )
            page.screenshot(path=STATIC / "icons" / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
