"""Makes the README's animation: `python -m lab.browser.animation` writes docs/emojify.webp.

Chromium's camera plays a film of made movements (face_film.py) in a loop; what the page shows during one turn of it is
recorded as it is, at the speed at which it happens. Run it on an idle machine: a busy one shows fewer pictures.
"""

import argparse
import base64
import dataclasses
import itertools
import tempfile
import time
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from lab.browser.face_film import MadeFace, Pose, smoothly
from lab.browser.film import FPS, Picture
from lab.browser.living import PERSON
from tests.support import ROOT
from tests.support.camera import write_camera
from tests.support.chromium import FLAGS, find_browser
from tests.support.running_server import RunningServer

OUT = ROOT / "docs" / "emojify.webp"
MAX_BYTES = 2_000_000  # more would keep people waiting who look at the README
VIEWPORT = {"width": 1180, "height": 740}
WIDTH = 800  # pixels of the animation; GitHub shows a README about as wide
STEP_MS = 80
# Every third picture, as wide as it is needed: more would keep the page itself from its work.
SCREENCAST = {"format": "jpeg", "quality": 80, "everyNthFrame": 3, "maxWidth": WIDTH, "maxHeight": WIDTH}

# What the face does, in seconds: to that pose, and how long it stays. It ends as it begins.
MOVES: tuple[tuple[Pose, float, float], ...] = (
    (Pose(), 0.4, 0.5),
    (Pose(smile=1), 0.5, 0.5),
    (Pose(smile=1, roll=-18), 0.4, 0.3),
    (Pose(smile=1, roll=16), 0.6, 0.3),
    (Pose(smile=0.7), 0.4, 0.1),
    (Pose(smile=0.7, blink_right=1), 0.12, 0.45),
    (Pose(), 0.3, 0.1),
    (Pose(yaw=-18, pitch=6), 0.5, 0.2),
    (Pose(yaw=18, pitch=-4), 0.7, 0.2),
    (Pose(), 0.4, 0.1),
    (Pose(brows=1, mouth=0.75), 0.25, 0.6),
    (Pose(brows=1, mouth=0.75, roll=12), 0.3, 0.2),
    (Pose(), 0.4, 0.3),
)


def main() -> None:
    """Write the animation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--person", type=Path, default=PERSON, help="folder with neutral.jpg and happy.jpg")
    parser.add_argument("--pack", default="default")
    parser.add_argument("--film", type=Path, help="keep the film here, or use the one that is here")
    options = parser.parse_args()
    poses = choreography()
    server = RunningServer()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        film = options.film or Path(folder) / "film.y4m"
        if not film.exists():
            made = cache(MadeFace(options.person).picture)
            write_camera(film, *(made(pose).clip(0, 255).astype(np.uint8) for pose in poses))
        flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        page.goto(server.url)
        page.evaluate("pack => localStorage.setItem('emojify', JSON.stringify({pack}))", options.pack)
        page.reload()
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#emoji[data-living]")).to_be_visible(timeout=60_000)
        page.wait_for_timeout(3000)  # until the first figures are there
        shots = record(page, len(poses) / FPS)
        browser.close()
    server.end()
    print(f"{len(shots) / (len(poses) / FPS):.0f} pictures a second were shown")
    frames = resampled(shots, len(poses) / FPS)
    for quality in (75, 60, 45, 30):
        animation = cv2.Animation()
        animation.frames, animation.durations = frames, [STEP_MS] * len(frames)
        cv2.imwriteanimation(str(options.out), animation, [cv2.IMWRITE_WEBP_QUALITY, quality])
        size = options.out.stat().st_size
        print(f"{options.out}: {size / 1e6:.2f} MB, {len(frames)} pictures, quality {quality}")
        if size <= MAX_BYTES:
            return
    raise SystemExit("it is too large: make it shorter or smaller")


def choreography() -> list[Pose]:
    """The pose of each frame of the film."""
    poses = []
    starts = [MOVES[-1][0], *(end for end, _, _ in MOVES)]
    for start, (end, seconds, hold) in zip(starts, MOVES, strict=False):
        count = max(1, round(seconds * FPS))
        poses += [towards(start, end, smoothly(k / count)) for k in range(1, count + 1)]
        poses += [end] * round(hold * FPS)
    return poses


def towards(start: Pose, end: Pose, share: float) -> Pose:
    """A share of the way between two poses."""
    pairs = zip(dataclasses.astuple(start), dataclasses.astuple(end), strict=True)
    return Pose(*(one + share * (other - one) for one, other in pairs))


def record(page: Page, seconds: float) -> list[tuple[float, bytes]]:
    """What the browser shows for so long: each picture as a JPEG, with its time in seconds."""
    client: CDPSession = page.context.new_cdp_session(page)
    shots: list[tuple[float, bytes]] = []
    waiting: list[int] = []

    def keep(event: dict[str, object]) -> None:
        metadata = event["metadata"]
        assert isinstance(metadata, dict)
        shots.append((metadata["timestamp"], base64.b64decode(str(event["data"]))))
        waiting.append(int(str(event["sessionId"])))

    client.on("Page.screencastFrame", keep)
    client.send("Page.startScreencast", SCREENCAST)
    end = time.monotonic() + seconds + 1
    while time.monotonic() < end:
        page.wait_for_timeout(4)
        while waiting:
            client.send("Page.screencastFrameAck", {"sessionId": waiting.pop(0)})
    client.send("Page.stopScreencast")
    return shots


def resampled(shots: list[tuple[float, bytes]], seconds: float) -> list[Picture]:
    """One turn of the film in equal steps, each the last picture that was shown by then, smaller."""
    times = [at for at, _ in shots]
    grid = np.arange(times[0], times[0] + seconds, STEP_MS / 1000)
    indices = [max(0, int(np.searchsorted(times, at, side="right")) - 1) for at in grid]
    frames = []
    for index, _ in itertools.groupby(indices):
        count = sum(1 for each in indices if each == index)
        shot = cv2.imdecode(np.frombuffer(shots[index][1], np.uint8), cv2.IMREAD_COLOR)
        assert shot is not None
        height = round(WIDTH * shot.shape[0] / shot.shape[1])
        frames += [np.asarray(cv2.resize(shot, (WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)] * count
    return frames


if __name__ == "__main__":
    main()
