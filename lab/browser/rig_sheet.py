"""Key poses of the rigs of our packs, as the page's canvas draws them: `python -m lab.browser.rig_sheet OUT.png`.

With `--all`, every expression in every pose; with `--dark`, on the page's dark ground. docs/rigs.png is one of them.
Not a test: people look.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, sync_playwright

from server.packs.rig import load_rig
from tests.support import ROOT
from tests.support.chromium import FLAGS, find_browser

PACKS = ("default", "robots", "cats")
SIDE = 120
HOST = "http://rig.invalid"
# Name, weights and motion of each column.
POSES: list[tuple[str, dict[str, float], dict[str, float]]] = [
    ("neutral", {"neutral": 1}, {}),
    ("a little happy", {"neutral": 0.5, "happy": 0.5}, {}),
    ("happy", {"happy": 1}, {}),
    ("turned", {"happy": 1}, {"yaw": 1, "pitch": -0.3}),
    ("looking up", {"surprise": 1}, {"yaw": -0.5, "pitch": 1}),
    ("mouth open", {"neutral": 1}, {"mouth_open": 1}),
    ("wink", {"neutral": 1}, {"eye_right": 0, "mouth_smile": 1, "mouth_width": 0.4}),
    ("brows up", {"neutral": 0.8, "fear": 0.2}, {"brow_left": 1, "brow_right": 1}),
    ("frown", {"neutral": 0.8, "angry": 0.2}, {"brow_left": -1, "brow_right": -1, "brow_frown": 1, "mouth_smile": -1}),
    ("kiss", {"neutral": 0.7, "happy": 0.3}, {"mouth_pucker": 1, "eye_left": 0, "eye_right": 0, "roll": 0.4}),
]
MOTIONS: list[tuple[str, dict[str, float]]] = [
    ("rest", {}),
    ("mouth open", {"mouth_open": 1}),
    ("left eye closed", {"eye_left": 0}),
    ("eyes half closed", {"eye_left": 0.5, "eye_right": 0.5}),
    ("yaw 1", {"yaw": 1}),
    ("yaw -1", {"yaw": -1}),
    ("pitch 1", {"pitch": 1}),
    ("pitch -1", {"pitch": -1}),
    ("brows up", {"brow_left": 1, "brow_right": 1}),
    ("frown", {"brow_left": -1, "brow_right": -1, "brow_frown": 1}),
    ("smile, wide", {"mouth_smile": 1, "mouth_width": 1}),
    ("corners down", {"mouth_smile": -1}),
    ("kiss", {"mouth_pucker": 1}),
    ("all at once", {"yaw": 0.6, "pitch": 0.4, "roll": 0.4, "mouth_open": 0.6, "mouth_smile": 0.5, "eye_left": 0.3}),
]
DRAW = """
import { loadRig } from '/js/scene/rig/load.js';
import { drawRig } from '/js/scene/rig/draw.js';
const { rows, side, ground, text } = await (await fetch('/sheet.json')).json();
const canvas = document.createElement('canvas');
const gap = 8;
const head = 24;
canvas.width = rows[0].cells.length * (side + gap) + gap;
canvas.height = rows.length * (side + gap) + gap + head;
document.body.append(canvas);
const context = canvas.getContext('2d');
context.fillStyle = ground;
context.fillRect(0, 0, canvas.width, canvas.height);
context.fillStyle = text;
context.font = '13px sans-serif';
context.textAlign = 'center';
rows[0].cells.forEach(({ name }, column) => context.fillText(name, gap + column * (side + gap) + side / 2, 17));
rows.forEach(({ rig: file, cells }, row) => {
  const rig = loadRig(file);
  cells.forEach(({ weights, motion }, column) => {
    const x = gap + column * (side + gap) + side / 2;
    context.setTransform(1, 0, 0, 1, x, head + gap + row * (side + gap) + side / 2);
    drawRig(context, rig, side * 0.94, weights, motion);
    context.setTransform(1, 0, 0, 1, 0, 0);
  });
});
document.title = 'drawn';
"""


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--all", action="store_true", help="a row for each expression and each motion")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--packs", type=lambda text: text.split(","), default=PACKS)
    options = parser.parse_args()
    rows = [row for pack in options.packs for row in (every_pose(pack) if options.all else [key_poses(pack)])]
    ground, text = ("#101418", "#cfd6e0") if options.dark else ("#ffffff", "#4a4357")
    sheet = {"rows": rows, "side": SIDE, "ground": ground, "text": text}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.route(f"{HOST}/**", lambda route: answer(route, sheet))
        page.goto(f"{HOST}/")
        page.wait_for_function("document.title === 'drawn'")
        page.locator("canvas").screenshot(path=options.out)
        browser.close()


def key_poses(pack: str) -> dict[str, Any]:
    cells = [{"name": name, "weights": weights, "motion": motion} for name, weights, motion in POSES]
    return {"rig": rig(pack), "cells": cells}


def every_pose(pack: str) -> list[dict[str, Any]]:
    file = rig(pack)
    return [
        {"rig": file, "cells": [{"name": name, "weights": {label: 1}, "motion": motion} for name, motion in MOTIONS]}
        for label in file["labels"]
    ]


def rig(pack: str) -> Any:
    return load_rig(ROOT / "emojis" / pack / "rig.json").json()


def answer(route: Route, sheet: dict[str, Any]) -> None:
    """A page without a server: its modules and the sheet."""
    path = route.request.url.removeprefix(HOST)
    if path == "/":
        html = '<!doctype html><body style="margin:0"><script type="module" src="/draw.js"></script>'
        route.fulfill(content_type="text/html", body=html)
    elif path == "/draw.js":
        route.fulfill(content_type="text/javascript", body=DRAW)
    elif path == "/sheet.json":
        route.fulfill(content_type="application/json", body=json.dumps(sheet))
    elif path.startswith("/js/scene/rig/"):
        route.fulfill(content_type="text/javascript", path=ROOT / "web" / "static" / path[1:])
    else:
        route.fulfill(status=404)


if __name__ == "__main__":
    main()
