"""The page in Firefox and in WebKitGTK: one visit to each of its parts. All other tests of the page use Chromium."""

import base64
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from tests.support.engine import ESCAPE, TAB, Engine
from tests.support.firefox import find_firefox, start_firefox
from tests.support.running_server import RunningServer
from tests.support.webkit import find_webkit, start_webkit

ENGINES: dict[str, tuple[Callable[[], str | None], Callable[[], AbstractContextManager[Engine]]]] = {
    # WebKitGTK speaks the language of the system, and Debian's containers have English only.
    "Firefox": (find_firefox, lambda: start_firefox(**{"intl.accept_languages": "de"})),
    "WebKitGTK": (find_webkit, start_webkit),
}

# The camera shows a photograph from now on.
PHOTO_CAMERA = """async jpeg => {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${jpeg}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: 640, height: 480});
    const draw = () => canvas.getContext('2d').drawImage(image, 0, 0);
    setInterval(draw, 30);
    draw();
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
}"""

CHOOSE_FILE = """([content, type]) => {
    const bytes = Uint8Array.from(atob(content), byte => byte.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'chosen', {type}));
    const input = document.querySelector('#file');
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
}"""

# The browser would ask where to save.
KEEP_DOWNLOADS = """() => {
    window.saved = [];
    HTMLAnchorElement.prototype.click = function() { saved.push(this.download); };
}"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    find, start = ENGINES[request.param]
    if find() is None:
        pytest.skip(f"{request.param} is not installed: python -m tests.support.engines installs it on Debian")
    with start() as running:
        yield running


@pytest.fixture
def page(engine: Engine, server: RunningServer) -> Iterator[Engine]:
    """The page, opened; fails the test if one of its scripts throws or its security policy blocks something."""
    engine.open(server.url)
    wait(engine, "root.dataset.state === 'idle'")
    yield engine
    assert not engine.problems()


def wait(page: Engine, condition: str) -> None:
    """Wait until a JavaScript expression is true; `root`, `$` (an element) and `text` (of an element) are defined."""
    script = f"""async () => {{
        const root = document.documentElement;
        const $ = selector => document.querySelector(selector);
        const text = selector => $(selector).textContent;
        const end = performance.now() + 45000;
        while (!({condition})) {{
            if (performance.now() > end) throw new Error(JSON.stringify({{...root.dataset}}));
            await new Promise(done => setTimeout(done, 20));
        }}
    }}"""
    try:
        page.run(script)
    except RuntimeError as error:
        raise AssertionError(f"not within 45 s: {condition}") from error


def click(page: Engine, selector: str) -> None:
    page.run("selector => document.querySelector(selector).click()", selector)


def choose_file(page: Engine, content: bytes, kind: str) -> None:
    page.run(CHOOSE_FILE, [base64.b64encode(content).decode(), kind])


def smile(page: Engine, jpeg: bytes) -> None:
    """Start with a camera that shows a smiling face."""
    page.run(PHOTO_CAMERA, base64.b64encode(jpeg).decode())
    click(page, "#action")
    wait(page, "$('#emoji').dataset.expression === 'happy'")


def test_the_camera_of_the_browser_is_used(page: Engine) -> None:
    click(page, "#action")
    wait(page, "root.dataset.state === 'live' && Number(root.dataset.frames) > 10")
    assert page.run("() => document.querySelector('video').srcObject.getVideoTracks()[0].readyState") == "live"
    click(page, "#stop")
    wait(page, "root.dataset.state === 'idle' && !$('video').srcObject")


def test_samples_and_films_are_read(page: Engine, smiling: npt.NDArray[np.uint8], tmp_path: Path) -> None:
    click(page, ".samples button")
    wait(page, "root.dataset.source === 'photo' && $('#expression').textContent && root.dataset.hue !== 'no-face'")
    choose_file(page, film(tmp_path / "film.webm", smiling), "video/webm")
    wait(page, "root.dataset.source === 'video' && $('#emoji').dataset.expression === 'happy'")


def test_a_snapshot_and_a_recording_are_made(page: Engine, smiling_jpeg: bytes) -> None:
    page.run(KEEP_DOWNLOADS)
    smile(page, smiling_jpeg)
    click(page, "#snapshot")
    wait(page, "$('#sheet').open && $('#sheet-preview img').naturalWidth > 500")
    click(page, "#sheet-save")
    wait(page, "saved[0]?.endsWith('.png')")
    click(page, "[data-act=closeSheet]")
    if "Firefox" not in page.run("() => navigator.userAgent"):
        return  # WebKitGTK without a graphics card gives too few pictures while it records
    click(page, "#record")
    wait(page, "$('#record').ariaPressed === 'true'")
    frames = page.run("() => document.documentElement.dataset.frames")
    wait(page, f"Number(root.dataset.frames) > {frames} + 5")
    click(page, "#record")
    wait(page, "$('#sheet').open && $('#sheet-preview video')")


def test_settings_packs_and_dark_colours(page: Engine) -> None:
    click(page, "#open")
    ground = "() => getComputedStyle(document.querySelector('.drawer')).backgroundColor"
    seen = {}
    for theme in ("light", "dark"):
        click(page, f"#settings input[name=theme][value={theme}]")
        wait(page, f"root.dataset.theme === '{theme}'")
        seen[theme] = sum(page.run(f"() => ({ground})().match(/[\\d.]+/g).slice(0, 3).map(Number)"))
    assert seen["dark"] < seen["light"]
    packs = page.run("() => JSON.parse(document.querySelector('#config').textContent).packs.packs")
    assert len(packs) > 1
    credits: list[str] = []
    for pack in packs:
        click(page, f"#settings input[name=pack][value={pack['id']}]")
        image = "[...document.querySelectorAll('#emoji img')].some(image => !image.hidden && image.naturalWidth > 0)"
        wait(page, f"!{credits}.includes(text('#credit')) && {image}")
        credits.append(page.run("() => document.querySelector('#credit').textContent"))
    click(page, "[data-act=reset]")
    wait(page, "root.dataset.theme === 'system'")


def test_the_page_speaks_the_language_of_the_browser_and_obeys_the_keyboard(page: Engine) -> None:
    preferred = page.run("() => navigator.language")
    language, settings = ("de", "Einstellungen") if preferred == "de" else ("en", "Settings")
    assert page.run("() => document.documentElement.lang") == language
    assert page.run("() => document.querySelector('#open').title") == settings
    page.run("() => document.querySelector('#open').focus()")
    click(page, "#open")
    wait(page, "!$('#drawer').hidden && document.activeElement.matches('summary')")
    page.press(TAB)
    wait(page, "document.activeElement.matches('#drawer input')")
    page.press(ESCAPE)
    wait(page, "$('#drawer').hidden && document.activeElement.matches('#open')")


def film(path: Path, picture: npt.NDArray[np.uint8]) -> bytes:
    """A film of two seconds as WebM, which all engines play."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=15)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for _ in range(30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path.read_bytes()
