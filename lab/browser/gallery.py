"""Takes screenshots of the page in every state, size and theme: `python -m lab.browser.gallery OUT`.

Not a test: people judge the design. `--only live,timing` and `--sizes 320x568,1440x900` make some of them. Each state
has a sheet for each theme.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.pictures import astronaut_frame, two_faces
from tests.support.running_server import RunningServer

SIZES = ["320x568", "390x664", "390x844", "768x1024", "844x390", "1280x720", "1440x900"]
SIDE = 900  # pixels; the longer side of a picture in a sheet
LONG = 60_000  # milliseconds

FAIL = "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name) } }"
Bring = Callable[[Page], object]


def start(page: Page) -> None:
    page.locator("#action").click()
    page.locator("#emoji[data-expression=happy]").wait_for(timeout=LONG)


def start_on_face(page: Page) -> None:
    start(page)
    page.locator("#mode").click()


def drawer(section: str, live: bool = True) -> Bring:
    def open_(page: Page) -> None:
        if live:
            start(page)
        page.locator("#open").click()
        if section != "appearance":
            page.locator(f"[data-section={section}] > summary").click()
        page.wait_for_timeout(3000 if section in ("history", "timing") else 500)

    return open_


def fail(error: str, state: str) -> Bring:
    """The camera fails with this DOMException."""

    def bring(page: Page) -> None:
        page.evaluate(FAIL, error)
        page.locator("#action").click()
        page.locator(f"html[data-state={state}]").wait_for()

    return bring


def snapshot(page: Page) -> None:
    start(page)
    page.locator("#snapshot").click()
    page.locator("#sheet[open]").wait_for(timeout=LONG)


def record(page: Page) -> None:
    """With a browser that can share files."""
    start(page)
    page.evaluate("() => { navigator.canShare = () => true; }")
    page.locator("#record").click()
    page.wait_for_timeout(3000)
    page.locator("#record").click()
    page.locator("#sheet[open] video").wait_for(timeout=LONG)


def teach(page: Page) -> None:
    """The round as it begins."""
    start(page)
    page.locator("#teach").click()
    page.locator("#round").wait_for()


def taught(page: Page) -> None:
    """Two expressions taught: the rest skipped, then the list."""
    teach(page)
    page.locator("[data-round=felt]").wait_for(timeout=LONG)
    page.locator("[data-round=ready]").wait_for(timeout=LONG)
    while page.locator("[data-round=done]").count() == 0:
        page.locator("#round [data-teach=skip]").click()
    page.locator("#round [data-teach=end]").click()
    page.locator("#teach").click()


def choose(name: str, content: bytes, kind: str) -> Bring:
    def bring(page: Page) -> None:
        page.locator("#file").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        page.wait_for_timeout(500)

    return bring


def show_film(page: Page) -> None:
    """A video that the page makes itself."""
    start(page)
    page.evaluate(FILM)
    page.locator("html[data-source=video]").wait_for(timeout=LONG)
    page.wait_for_timeout(1500)


FILM = """async () => {
    const recorder = new MediaRecorder(document.querySelector('#camera').srcObject);
    const parts = [];
    recorder.ondataavailable = ({data}) => parts.push(data);
    recorder.start();
    await new Promise(done => setTimeout(done, 4000));
    await new Promise(done => { recorder.onstop = done; recorder.stop(); });
    const files = new DataTransfer();
    files.items.add(new File(parts, 'film.webm', {type: 'video/webm'}));
    const input = document.querySelector('#file');
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
}"""


def lose_server(server: RunningServer) -> Bring:
    def bring(page: Page) -> None:
        start(page)
        server.end()
        page.locator("html[data-state=reconnecting]").wait_for(timeout=LONG)

    return bring


def states(server: RunningServer) -> dict[str, Bring]:
    """What brings the idle page to each state. `offline` is the last, because it ends the server."""
    return {
        "idle": lambda page: page.wait_for_timeout(300),
        "live": start,
        "face": start_on_face,
        "two": start,
        "five": start,
        "appearance": drawer("appearance"),
        "camera": drawer("camera"),
        "teaching": drawer("teaching"),
        "teach": teach,
        "taught": taught,
        "snapshot": snapshot,
        "recording": record,
        "recognition": drawer("recognition"),
        "history": drawer("history"),
        "timing": drawer("timing"),
        "denied": fail("NotAllowedError", "denied"),
        "in-use": fail("NotReadableError", "in-use"),
        "bad-file": choose("note.txt", b"not a picture", "text/plain"),
        "film": show_film,
        "offline": lose_server(server),
    }


def five_faces() -> npt.NDArray[np.uint8]:
    """A camera frame with five faces close to each other, uint8 [480, 640, 3] BGR."""
    face = cv2.resize(astronaut_frame()[20:260, 200:440], (190, 190), interpolation=cv2.INTER_AREA)
    frame = np.full((480, 640, 3), 96, np.uint8)
    for x, y in ((10, 20), (225, 35), (440, 15), (110, 260), (340, 270)):
        frame[y : y + 190, x : x + 190] = face
    return frame


def main() -> None:
    """Write two sheets of screenshots for each state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", type=lambda text: text.split(","), default=None, metavar="STATES")
    parser.add_argument("--sizes", type=lambda text: text.split(","), default=SIZES)
    parser.add_argument("--themes", type=lambda text: text.split(","), default=["light", "dark"])
    parser.add_argument("--language", default="en-GB")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    server = RunningServer()
    pictures = {"two": two_faces, "five": five_faces}
    try:
        with sync_playwright() as playwright:
            for name, bring in states(server).items():
                if name not in (arguments.only or [name]):
                    continue
                with opened(playwright, pictures.get(name, astronaut_frame)(), arguments.language) as page:
                    page.goto(server.url)
                    page.locator("html[data-state=idle]").wait_for()
                    bring(page)
                    for theme in arguments.themes:
                        sheet = make_sheet(page, arguments.sizes, theme)
                        cv2.imwrite(str(arguments.out / f"{name}-{theme}.png"), sheet)
    finally:
        server.end()


@contextmanager
def opened(playwright: Playwright, picture: npt.NDArray[np.uint8], language: str) -> Iterator[Page]:
    """A page whose camera shows the picture."""
    with tempfile.TemporaryDirectory() as folder:
        camera = write_camera(Path(folder) / "camera.y4m", picture)
        flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        yield browser.new_context(locale=language, viewport={"width": 1280, "height": 720}).new_page()
        browser.close()


def make_sheet(page: Page, sizes: list[str], theme: str) -> npt.NDArray[np.uint8]:
    """Screenshots of one state at every size, the upright sizes above the wide ones; BGR."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    rows: dict[bool, list[npt.NDArray[np.uint8]]] = {False: [], True: []}
    for size in sizes:
        width, height = map(int, size.split("x"))
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(1200)  # for the picture only: let the transitions settle
        rows[width > height].append(fitted(page.screenshot(), width > height))
    stripes = [np.hstack(row) for row in rows.values() if row]
    widest = max(stripe.shape[1] for stripe in stripes)
    edges = [(0, 0, 0, widest - stripe.shape[1]) for stripe in stripes]
    return np.vstack(
        [cv2.copyMakeBorder(stripe, *edge, cv2.BORDER_CONSTANT) for stripe, edge in zip(stripes, edges, strict=True)]
    ).astype(np.uint8)


def fitted(png: bytes, wide: bool) -> npt.NDArray[np.uint8]:
    """A screenshot of the height of its row."""
    shot = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert shot is not None
    scale = (0.55 if wide else 1) * SIDE / shot.shape[0]
    return cv2.resize(shot, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)


if __name__ == "__main__":
    main()
