"""Shows whether the living emoji does what the face does: `python -m lab.browser.living OUT`.

Chromium's camera plays a film of made movements (face_film.py). For every emoji pack, light and dark, desktop and
phone, OUT gets a sheet with a column for each movement: the camera's picture as the page shows it, the emoji beside it,
and the emoji on the face, copied in the animation frame that showed the film's frame. Not a test: people look.
"""

import argparse
import base64
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from lab.browser.face_film import FaceFilm, make_face_film, script
from lab.browser.film import BITS, SQUARE, Picture
from tests.support import ROOT
from tests.support.chromium import FLAGS, find_browser
from tests.support.running_server import RunningServer

PERSON = ROOT.parent / "shared" / "data" / "people" / "london" / "002"
PACKS = ("default", "cats", "robots")
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
SCRIPT = Path(__file__).with_name("living.js")
LONG = 120_000  # milliseconds: twice the film and a slow machine


def main() -> None:
    """Write the sheets, and a screenshot for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--person", type=Path, default=PERSON, help="folder with neutral.jpg and happy.jpg")
    parser.add_argument("--film", type=Path, help="keep the film here, or use the one that is here")
    parser.add_argument("--packs", type=lambda text: text.split(","), default=PACKS)
    parser.add_argument("--sizes", type=lambda text: text.split(","), default=list(SIZES))
    parser.add_argument("--themes", type=lambda text: text.split(","), default=["light", "dark"])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    server = RunningServer()
    try:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            film = _film(options.film or Path(folder) / "film.y4m", options.person)
            flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film.path}"]
            browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
            for size in options.sizes:
                for theme in options.themes:
                    for pack in options.packs:
                        name = f"{pack}-{theme}-{size}"
                        rows, shot = watch(browser, server.url, film, (pack, theme, size))
                        cv2.imwrite(str(options.out / f"{name}.png"), sheet(rows, [move for move, _ in film.peaks]))
                        (options.out / f"{name}-page.png").write_bytes(shot)
                        print(name, flush=True)
            browser.close()
    finally:
        server.end()


def watch(browser: Browser, url: str, film: FaceFilm, look: tuple[str, str, str]) -> tuple[list[list[Picture]], bytes]:
    """What the page shows at the film's peaks, and a screenshot.

    Args:
        browser: with the film as its camera.
        url: of the page.
        film: the film.
        look: pack, theme and size.

    Returns:
        A row of pictures each of the camera, the emoji beside it, and the emoji on the face; and a PNG.
    """
    pack, theme, size = look
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.add_init_script(f"localStorage.setItem('emojify', '{{\"pack\": \"{pack}\"}}')")
    page.goto(url)
    page.locator("#action").click()
    page.locator("#emoji[data-living]").wait_for(timeout=LONG)
    camera, beside = _copies(page, film, "#emoji canvas")
    shot = page.screenshot()
    page.locator("#mode").click()
    page.locator("html[data-mode=face]").wait_for()
    _, on_face = _copies(page, film, "#boxes")
    context.close()
    return [camera, beside, on_face], shot


def sheet(rows: list[list[Picture]], names: list[str]) -> Picture:
    """The rows below each other, each column with its name."""
    stripes = []
    for row in rows:
        side = 180
        tiles = [cv2.resize(each, (side, side), interpolation=cv2.INTER_AREA) for each in row]
        stripes.append(np.hstack(tiles))
    head = np.full((24, stripes[0].shape[1], 3), 255, np.uint8)
    for column, name in enumerate(names):
        cv2.putText(head, name, (column * 180 + 6, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return np.asarray(np.vstack([head, *stripes]), np.uint8)


def _film(path: Path, person: Path) -> FaceFilm:
    return FaceFilm(path, *script()) if path.exists() else make_face_film(path, person)


def _copies(page: Page, film: FaceFilm, canvas: str) -> tuple[list[Picture], list[Picture]]:
    """The camera's picture and what is drawn on the canvas, over the page's ground, at each peak of the film."""
    wanted = [frame for _, frame in film.peaks]
    options = {"bits": BITS, "square": SQUARE, "wanted": wanted, "selector": canvas}
    copies = page.evaluate(SCRIPT.read_text(encoding="utf-8"), options)
    return tuple([_decoded(copies[kind][str(frame)]) for frame in wanted] for kind in ("camera", "emoji"))  # type: ignore[return-value]


def _decoded(address: str) -> Picture:
    png = np.frombuffer(base64.b64decode(address.partition(",")[2]), np.uint8)
    pixels = cv2.imdecode(png, cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("the page copied no picture")
    return np.asarray(pixels, np.uint8)


if __name__ == "__main__":
    main()
