"""Drawings: the colours of the page, with and without fonts, at every size of picture."""

import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from server.errors import StartError
from server.render.canvas import FADE_S, Canvas
from server.render.emojis import Emojis
from server.render.layers import fit_square
from server.render.palette import INK, LABEL_COLOURS, PAPER, bgr, label_colour
from server.render.panel import named_share
from server.render.text import render_text
from server.vision.types import Face, Quality
from tests.support import ROOT

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


def face(label: str = "happy", id: int = 1, box: tuple[float, float, float, float] = (0.2, 0.3, 0.3, 0.4)) -> Face:
    scores = tuple(0.94 if name == label else 0.01 for name in LABELS)
    return Face(id, box, None, label, scores, scores, max(scores), Quality(0.5, box[2], None, 20.0))


@pytest.fixture(scope="module")
def emojis() -> Emojis:
    return Emojis({path.stem: path for path in (ROOT / "emojis" / "default").glob("*.svg")})


def picture(height: int = 480, width: int = 640) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), 90, np.uint8)


def test_the_colours_match_the_css() -> None:
    css = (ROOT / "web" / "static" / "css" / "tokens.css").read_text()
    for name, colour in {**LABEL_COLOURS, "ink": INK, "paper": PAPER}.items():
        assert re.search(rf"--{name}: (light-dark\()?{colour}\b", css), name


@pytest.mark.parametrize("pack", ["default", "robots", "cats"])
@pytest.mark.parametrize("size", [20, 200])
def test_all_emojis_of_a_pack_are_drawn_and_differ(pack: str, size: int) -> None:
    files = {path.stem: path for path in (ROOT / "emojis" / pack).glob("*.svg")}
    drawn = [Emojis(files).image(label, size) for label in files]
    assert all(layer.shape == (size, size, 4) for layer in drawn)
    assert all(0.03 < (layer[..., 3] > 128).mean() < 0.95 for layer in drawn), "something, on nothing"
    assert len({layer.tobytes() for layer in drawn}) == len(files) == 9


def test_a_damaged_emoji_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "happy.svg").write_text("<svg")
    with pytest.raises(StartError, match=r"happy\.svg cannot be drawn"):
        Emojis({"happy": tmp_path / "happy.svg"})
    (tmp_path / "happy.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(StartError, match=r"happy\.png cannot be drawn"):
        Emojis({"happy": tmp_path / "happy.png"})


@pytest.mark.parametrize(("height", "width"), [(480, 640), (48, 48), (2000, 300), (60, 1900), (1, 1), (1500, 2048)])
@pytest.mark.parametrize("count", [0, 1, 2, 10])
@pytest.mark.parametrize("fonts", [True, False])
def test_pictures_of_any_size_with_any_number_of_faces_are_drawn(
    emojis: Emojis, height: int, width: int, count: int, fonts: bool
) -> None:
    canvas = Canvas(width, height, emojis, LABELS, fonts)
    drawn = canvas.draw(picture(height, width), [face(LABELS[n % 7], n + 1) for n in range(count)])
    columns, rows = canvas.size
    assert drawn.shape == (rows, columns, 3) and drawn.dtype == np.uint8
    assert rows % 2 == columns % 2 == 0 and columns < 2200 and 480 < rows < 1100


def test_without_fonts_only_the_text_is_missing(emojis: Emojis) -> None:
    assert render_text("happy", 20, system_fonts=False) is None
    with_words, without = (Canvas(640, 480, emojis, LABELS, fonts).draw(picture(), [face()]) for fonts in (True, False))
    panel = slice(700, None)
    assert (without[:, panel] != bgr(label_colour("happy"))).any(axis=2).mean() > 0.1, "emoji and bars"
    if render_text("happy", 20) is not None:
        assert (with_words != without).any()


def test_drawings_differ_by_label_and_boxes_match_the_faces(emojis: Emojis) -> None:
    drawn = {label: Canvas(640, 480, emojis, LABELS).draw(picture(), [face(label)]) for label in LABELS}
    assert len({image.tobytes() for image in drawn.values()}) == 7
    changed = (drawn["happy"][24:504, 24:664] != 90).any(axis=2)
    rows, columns = np.nonzero(changed[100:, 100:540])  # without the round corners and the tag
    assert abs(rows.max() + 100 - 0.7 * 480) < 6 and abs(columns.max() + 100 - 0.5 * 640) < 6


def test_a_share_that_is_not_the_largest_is_not_named(emojis: Emojis) -> None:
    """While a change is being decided, the name stands alone: the drawing does not depend on the label's share."""
    if render_text("9 %", 20) is None:
        pytest.skip("no fonts")

    def drawn(label: str, confidence: float) -> bytes:
        shown = replace(face(), label=label, confidence=confidence)  # its scores are those of happy
        return Canvas(640, 480, emojis, LABELS).draw(picture(), [shown]).tobytes()

    assert drawn("happy", 0.94) != drawn("happy", 0.95)
    assert drawn("sad", 0.30) == drawn("sad", 0.31)
    assert drawn("unsure", 0.94) == drawn("unsure", 0.95)
    assert named_share(face()) == "94 %"


def test_the_background_of_a_video_changes_gradually(emojis: Emojis) -> None:
    canvas = Canvas(640, 480, emojis, LABELS)
    first = canvas.draw(picture(), [face("happy")], 0.0)[2, 2]
    soon = canvas.draw(picture(), [face("sad")], FADE_S / 5)[2, 2]
    late = canvas.draw(picture(), [face("sad")], 20 * FADE_S)[2, 2]
    assert tuple(late.tolist()) == bgr(label_colour("sad"))
    assert np.abs(soon.astype(int) - first).sum() < 0.5 * np.abs(late.astype(int) - first).sum()


def test_a_frame_of_another_shape_is_shown_whole_and_unstretched(emojis: Emojis) -> None:
    """As in a film whose size changes midway: a circle stays a circle, and the drawing keeps its size."""
    canvas = Canvas(640, 480, emojis, LABELS, fonts=False)
    wide, tall = np.zeros((480, 640, 3), np.uint8), np.zeros((640, 360, 3), np.uint8)
    for each in (wide, tall):
        height, width = each.shape[:2]
        cv2.circle(each, (width // 2, height // 2), 100, (255, 255, 255), -1)
        drawn = canvas.draw(each, [])
        assert drawn.shape[:2] == canvas.size[::-1]
        rows, columns = np.nonzero((drawn[:, : 24 + 640] > 250).all(axis=2))
        assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=2)
        assert np.ptp(rows) == pytest.approx(200 * 480 / height, abs=3)
        black = (drawn[:, : 24 + 640] < 5).all(axis=2)
        assert np.ptp(np.nonzero(black)[1]) + 1 == pytest.approx(width * 480 / height, abs=2)


def test_a_scaled_emoji_keeps_its_aspect_ratio() -> None:
    layer = np.dstack((picture(40, 20), np.full((40, 20), 255, np.uint8)))
    square = fit_square(layer, 80)
    rows, columns = np.nonzero(cv2.inRange(square[..., 3], 250, 255))
    assert np.ptp(rows) == 79 and np.ptp(columns) == 39
