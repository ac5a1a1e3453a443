"""The page's canvas and the commands' SVG draw the same: points, colours, opacities and clips, in every pack."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from server.packs.rig import load_rig
from server.packs.rig.drawing import Rig
from server.packs.rig.schema import MOTION_RESTS
from server.render.rig import rig_svg
from tests.support import ROOT

RIGS = sorted((ROOT / "emojis").glob("*/rig.json"))
SCRIPT = Path(__file__).with_name("rig-points.mjs")


def cases(rig: Rig) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Blends and motions: each value at both ends, and many at random."""
    random = np.random.default_rng(19)
    chosen: list[tuple[dict[str, float], dict[str, float]]] = [
        ({"neutral": 0.6, "happy": 0.4}, {name: value}) for name in MOTION_RESTS for value in (-1.0, 0.0, 0.5, 1.0)
    ]
    for _ in range(30):
        weights = dict(zip(rig.labels, random.dirichlet(np.full(len(rig.labels), 0.4)).tolist(), strict=True))
        chosen.append((weights, {name: float(random.uniform(-1, 1)) for name in MOTION_RESTS}))
    return chosen


def canvas(rig: Rig, cases: list[tuple[dict[str, float], dict[str, float]]]) -> list[list[dict[str, Any]]]:
    text = json.dumps({"rig": rig.json(), "cases": cases})
    done = subprocess.run(["node", str(SCRIPT)], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def svg(text: str) -> list[dict[str, Any]]:
    """The shapes of an SVG as the canvas draws them: a fill and a stroke each, after their clip."""
    clips = dict(re.findall(r'<clipPath id="([^"]+)"><path d="([^"]+)"', text))
    body = text.split("</defs>")[-1]
    drawn: list[dict[str, Any]] = []
    for match in re.finditer(r'<g clip-path="url\(#([^)]+)\)">|<path ([^>]+)/>', body):
        if match[1]:
            drawn.append({"kind": "clip", "path": numbers(clips[match[1]])})
            continue
        fields = dict(re.findall(r'([a-z-]+)="([^"]*)"', match[2]))
        for kind in ("fill", "stroke"):
            if (paint := fields.get(kind, "none")) != "none":
                drawn.append(
                    {
                        "kind": kind,
                        "path": numbers(fields["d"]),
                        "style": paint,
                        "alpha": float(fields.get(f"{kind}-opacity", 1)),
                        "width": float(fields.get("stroke-width", 0)),
                    }
                )
    return drawn


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path)]


def bytes_of(style: str) -> list[int]:
    if style.startswith("#"):
        return [int(style[at : at + 2], 16) for at in (1, 3, 5)]
    return [int(number) for number in re.findall(r"\d+", style)]


@pytest.mark.parametrize("path", RIGS, ids=lambda path: path.parent.name)
def test_canvas_and_svg_draw_the_same(path: Path) -> None:
    rig = load_rig(path)
    chosen = cases(rig)
    for case, drawn in zip(chosen, canvas(rig, chosen), strict=True):
        expected = svg(rig_svg(rig, *case))
        assert [each["kind"] for each in drawn] == [each["kind"] for each in expected], case
        for one, other in zip(drawn, expected, strict=True):
            assert one["path"] == pytest.approx(other["path"], abs=0.006), case
            if one["kind"] == "clip":
                continue
            assert one["alpha"] == pytest.approx(other["alpha"], abs=0.0006)
            if one["kind"] == "stroke":
                assert one["width"] == pytest.approx(other["width"], abs=0.006)
            assert (one["style"] == "gradient") == other["style"].startswith("url(")
            if one["style"] != "gradient":
                assert bytes_of(one["style"]) == pytest.approx(bytes_of(other["style"]), abs=1)
