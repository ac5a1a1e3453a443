"""A real Chromium with a fake camera."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")  # not longer: its event loop would be in the way of the other tests' loops
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def smiling_camera(tmp_path_factory: pytest.TempPathFactory, smiling: npt.NDArray[np.uint8]) -> Path:
    return write_camera(tmp_path_factory.mktemp("camera") / "smiling.y4m", smiling)


@pytest.fixture(scope="session")
def empty_camera(tmp_path_factory: pytest.TempPathFactory, empty_room: npt.NDArray[np.uint8]) -> Path:
    return write_camera(tmp_path_factory.mktemp("camera") / "empty.y4m", empty_room)


@pytest.fixture(scope="module")
def launch(playwright: Playwright) -> Iterator[Callable[..., Browser]]:
    """Starts a Chromium with these flags, or returns the one that is running: a start takes a second or two."""
    running: dict[tuple[str, ...], Browser] = {}

    def launch_(*flags: str) -> Browser:
        if flags not in running or not running[flags].is_connected():
            running[flags] = playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS, *flags])
        return running[flags]

    yield launch_
    for browser in running.values():
        browser.close()


@pytest.fixture
def open_page(launch: Callable[..., Browser]) -> Iterator[OpenPage]:
    """Opens a page in a context of its own, as of a new user; fails the test if a script of the page throws."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_(url: str, *flags: str, camera: Path | None = None, allow: bool = True, **options: object) -> Page:
        given = [*flags]
        if camera:
            given.append(f"--use-file-for-fake-video-capture={camera}")
        if allow:
            given.append("--use-fake-ui-for-media-stream")
        context = launch(*given).new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults, faults
