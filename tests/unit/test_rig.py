"""Rigs: what a rig.json may contain, how outlines get the same points, and what is drawn in key poses."""

import copy
import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.packs.packs import load_pack
from server.packs.rig import MAX_BYTES, BrokenRigError, load_rig
from server.packs.rig.compile import compile_rig
from server.packs.rig.drawing import Rig
from server.packs.rig.outline import curves, divided, ellipse, parse_path, there_and_back
from server.packs.rig.schema import MOTION_RESTS, read_fields
from server.render.layers import Pixels, render_svg
from server.render.rig import rig_svg
from server.render.stills import still
from tests.support import ROOT
from tests.unit.test_packs import LABELS, make_pack

PACKS = sorted(path.parent for path in (ROOT / "emojis").glob("*/rig.json"))
every_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
SMALL: dict[str, Any] = {
    "format": 1,
    "expressions": ["happy", "sad"],
    "ball": [64, 64, 50, 50],
    "colours": {"skin": {"happy": "#ffcc00", "sad": "#0066ff"}},
    "layers": [
        {
            "name": "face",
            "shapes": [
                {"id": "head", "path": [64, 64, 50, 50], "fill": "skin"},
                {
                    "id": "mouth", "path": {"happy": "M40 80Q64 110 88 80", "sad": [64, 90, 10, 8]}, "fill": "#000000",
                    "moves": {"mouth_open": {"to": [64, 90, 20, 20]}},
                },
            ],
        }
    ],
}  # fmt: skip


def small(*path: str | int, value: Any) -> dict[str, Any]:
    """SMALL with another value at a place."""
    changed = copy.deepcopy(SMALL)
    at: Any = changed
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return changed


MOUTH = ("layers", 0, "shapes", 1)
FAULTS = [
    (small("format", value=2), "format"),
    (small("script", value="alert(1)"), "script: Extra inputs are not permitted"),
    (small("colours", "skin", value="url(https://evil.example)"), "colours.skin"),
    (small("colours", "skin", value={"happy": "#ffcc00"}), "lacks a value for sad"),
    (small("expressions", value=["happy", "happy"]), "each may be named once"),
    (small("ball", value=[0, 0, 0, 0]), "ball"),
    (small(*MOUTH, "href", value="https://evil.example"), "href: Extra inputs"),
    (small(*MOUTH, "path", value="M0 0 L1e9 1"), "layers.0.shapes.1.path"),
    (small(*MOUTH, "path", value="M0 0"), "mouth: a path has at least one line or curve"),
    (small(*MOUTH, "path", value="M0 0L1 1M2 2L3 3"), "one part"),
    (small(*MOUTH, "path", value="M0 0L1"), "L takes 2 numbers"),
    (small(*MOUTH, "path", value="M0 0L900 1"), "within 512 units"),
    (small(*MOUTH, "path", value="M0 0" + "L1 1" * 47), "least common multiple may be 48"),
    (small(*MOUTH, "path", value={"happy": [1, 2, 3, 4]}), "mouth: it lacks a value for sad"),
    (small(*MOUTH, "path", value={"*": [1, 2, 3, 4], "bored": [1, 2, 3, 4]}), "no expression bored"),
    (small(*MOUTH, "path", value=[1, 2, math.inf, 4]), "layers.0.shapes.1.path"),
    (small(*MOUTH, "fill", value="javascript:alert(1)"), "layers.0.shapes.1.fill"),
    (small(*MOUTH, "fill", value="red"), "there is no colour red"),
    (small(*MOUTH, "opacity", value=1.5), "opacity"),
    (small(*MOUTH, "clip", value="nothing"), "no shape nothing before it"),
    (small(*MOUTH, "clip", value="mouth"), "no shape mouth before it"),
    (small(*MOUTH, "like", value="gone"), "no shape gone"),
    (small(*MOUTH, "like", value="mouth"), "like itself"),
    (small(*MOUTH, "mirror", value=True), "mirror needs like"),
    (small(*MOUTH, "id", value="head"), "another shape has the same id"),
    (small(*MOUTH, "moves", value={"wave": {"shift": [1, 1]}}), "moves"),
    (small(*MOUTH, "moves", value={"-eye_left": {"shift": [1, 1]}}), "does not go below"),
    (small(*MOUTH, "moves", value={"yaw": {"bend": [3, 1e-300]}}), "bend.1"),
    (small("layers", value=[]), "layers"),
    ([], "the file"),
    ("rig", "the file"),
]


@pytest.mark.parametrize(("content", "reason"), FAULTS, ids=range(len(FAULTS)))
def test_a_faulty_rig_is_refused_with_the_place_and_the_reason(tmp_path: Path, content: Any, reason: str) -> None:
    (tmp_path / "rig.json").write_text(json.dumps(content))
    with pytest.raises(BrokenRigError) as caught:
        load_rig(tmp_path / "rig.json")
    assert reason in str(caught.value) and str(caught.value).isprintable() and len(str(caught.value)) <= 330


def test_what_is_no_json_or_no_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rig.json"
    for content in ("{", "[" * 100_000, '{"format": NaN}', "\ufeff{}"):
        path.write_text(content)
        with pytest.raises(BrokenRigError):
            load_rig(path)
    path.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(BrokenRigError, match="more than 256 kB"):
        load_rig(path)
    path.unlink()
    path.symlink_to(ROOT / "emojis" / "default" / "rig.json")
    with pytest.raises(BrokenRigError, match="not a regular file"):
        load_rig(path)


def test_a_pack_with_a_broken_rig_is_shown_by_its_pictures(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = make_pack(tmp_path / "own", "happy.svg")
    (folder / "rig.json").write_text(json.dumps(small("format", value=2)))
    pack = load_pack(folder, LABELS)
    assert pack.rig is None and "rig" not in pack.about() and set(pack.emojis) == {"happy"}
    assert "own is shown by its pictures: rig.json: format: " in caplog.text
    (folder / "rig.json").write_text(json.dumps(SMALL))
    assert load_pack(folder, LABELS).about()["rig"] == "/emojis/own/rig.json"


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(["*", "M0 0L9 9"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
places = st.sampled_from(
    [("format",), ("expressions",), ("ball",), ("colours",), ("layers",), ("layers", 0, "pose"), ("layers", 0, "moves"),
     (*MOUTH, "path"), (*MOUTH, "moves"), (*MOUTH, "fill"), (*MOUTH, "width"), (*MOUTH, "dash"), (*MOUTH, "clip")]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(place=places, value=json_values)
def test_anything_in_any_place_is_taken_or_refused(place: tuple[str | int, ...], value: Any) -> None:
    """Nothing else is raised, and what is taken can be drawn."""
    try:
        rig = compile_rig(read_fields(small(*place, value=value)))
    except ValueError as error:
        assert str(error).isprintable()
        return
    assert "nan" not in rig_svg(rig, {"happy": 0.5, "sad": 0.5}, {"mouth_open": 0.5})


def test_outlines_are_divided_without_a_change_of_shape() -> None:
    round_one = ellipse(64, 64, 20, 10)
    for parts in (4, 8, 12):
        points = np.array(divided(round_one, parts)).reshape(-1, 2)
        assert len(points) == 3 * parts + 1
        on = points[::3]
        assert np.abs(((on - 64) / (20, 10)) ** 2 @ (1, 1) - 1).max() < 0.001
    line, closed = parse_path("M0 0H30V40")
    assert not closed and curves(line) == 2 and there_and_back(line)[-2:] == (0, 0)
    with_z, closed = parse_path("M0 0H30V40Z")
    assert closed and curves(with_z) == 3 and with_z[-2:] == (0, 0)


def test_a_mirrored_eye_closes_by_the_other_value_and_maps_add_up() -> None:
    shapes = [
        {"id": "left", "path": [40, 60, 5, 8], "fill": "#000000", "moves": {"eye_left": {"scale": [1, 0]}}},
        {"id": "right", "like": "left", "mirror": True, "path": {"sad": [90, 60, 2, 2]}},
    ]
    rig = compile_rig(read_fields(small("layers", 0, "shapes", value=shapes)))
    left, right = rig.shapes
    assert [move.by for move in left.moves] == ["eye_left"] and [move.by for move in right.moves] == ["eye_right"]
    assert right.points.values[0][:2] == (93.0, 60.0), "it begins at its right end"
    assert right.points.values[1][:2] == (92.0, 60.0), "and so does that which it has itself: no blend folds over"


@every_pack
def test_the_pictures_of_a_pack_are_the_stills_of_its_rig(pack: Path) -> None:
    """If this fails: python -m server.render.stills."""
    rig = load_rig(pack / "rig.json")
    assert {f"{label}.svg" for label in rig.labels} == {path.name for path in pack.glob("*.svg")}
    for label in rig.labels:
        assert (pack / f"{label}.svg").read_text() == still(rig, label), label


@every_pack
def test_a_still_looks_like_its_blend(pack: Path) -> None:
    """Stills have the short outlines; the page draws the divided ones."""
    rig = load_rig(pack / "rig.json")
    for label in rig.labels:
        short = render_svg(still(rig, label), 96, 96).astype(int)
        other = next(each for each in rig.labels if each != label)
        full = render_svg(rig_svg(rig, {label: 1, other: 1e-9}), 96, 96).astype(int)
        assert (np.abs(short - full).max(axis=2) > 100).mean() < 0.004, label


@every_pack
def test_every_blend_and_every_motion_is_a_drawing(pack: Path) -> None:
    rig = load_rig(pack / "rig.json")
    random = np.random.default_rng(7)
    for _ in range(12):
        weights = dict(zip(rig.labels, random.dirichlet(np.full(len(rig.labels), 0.3)).tolist(), strict=True))
        motion = {name: float(random.uniform(-1.5, 1.5)) for name in MOTION_RESTS}
        svg = rig_svg(rig, weights, motion)
        assert "nan" not in svg and "inf" not in svg
        assert 0.2 < (render_svg(svg, 64, 64)[..., 3] > 128).mean() < 0.95
    unknown = {"bored": 1.0, "happy": math.nan}
    assert rig_svg(rig, unknown, {"yaw": math.nan, "roll": math.inf}) == rig_svg(rig, {"neutral": 1})


def drawn(rig: Rig, label: str = "neutral", /, **motion: float) -> Pixels:
    return render_svg(rig_svg(rig, {label: 1}, motion), 128, 128)


def ink(pixels: Pixels, rows: slice, columns: slice) -> int:
    """Sum of the darkness of a part of a drawing."""
    return int((255 - pixels[rows, columns, :3].astype(int)).sum())


MOUTH_AREA = (slice(84, 116), slice(44, 84))
LEFT_EYE, RIGHT_EYE = (slice(55, 84), slice(26, 60)), (slice(55, 84), slice(68, 102))


@pytest.mark.parametrize("name", ["default", "cats"])
def test_an_open_mouth_is_dark_inside(name: str) -> None:
    rig = load_rig(ROOT / "emojis" / name / "rig.json")
    closed, half, wide = (ink(drawn(rig, mouth_open=value), *MOUTH_AREA) for value in (0, 0.5, 1))
    assert closed < half < wide


def test_the_mouth_of_the_robot_opens() -> None:
    rig = load_rig(ROOT / "emojis" / "robots" / "rig.json")
    assert np.array_equal(drawn(rig, mouth_open=1)[97, 64, :3] < 60, [True] * 3), "dark in the middle of it"
    assert not (drawn(rig)[95, 64, :3] < 60).all()


@every_pack
def test_each_eye_closes_by_itself(pack: Path) -> None:
    rig = load_rig(pack / "rig.json")
    for label in set(rig.labels) - {"unsure", "no-face", "disgust"}:
        opened, left, right = drawn(rig, label), drawn(rig, label, eye_left=0), drawn(rig, label, eye_right=0)
        for closed, own, other in ((left, LEFT_EYE, RIGHT_EYE), (right, RIGHT_EYE, LEFT_EYE)):
            change = np.abs(closed.astype(int) - opened).max(axis=2) > 60
            assert change[own].mean() > 0.03 and change[other].mean() < 0.01, label


@every_pack
def test_a_turned_face_shifts_its_features_and_keeps_its_outline(pack: Path) -> None:
    rig = load_rig(pack / "rig.json")

    def place(**motion: float) -> tuple[float, float]:
        """The middle of what differs between an open and a closed mouth."""
        change = (drawn(rig, "neutral", **motion).astype(int) - drawn(rig, "neutral", mouth_open=1, **motion))[70:]
        rows, columns = np.nonzero(np.abs(change).max(axis=2) > 60)
        return float(columns.mean()), float(rows.mean())

    ahead, right, left, up, down = (place(), place(yaw=1), place(yaw=-1), place(pitch=1), place(pitch=-1))
    assert left[0] + 4 < ahead[0] < right[0] - 4
    assert up[1] + 1 < ahead[1] < down[1] - 1
    shapes = [drawn(rig)[..., 3] > 128, drawn(rig, yaw=1)[..., 3] > 128]
    assert (shapes[0][40:] ^ shapes[1][40:]).mean() < 0.03


@every_pack
def test_brows_move_and_the_head_tilts(pack: Path) -> None:
    rig = load_rig(pack / "rig.json")
    rest = drawn(rig)
    moved = (("brow_left", 1), ("brow_left", -1), ("brow_frown", 1), ("mouth_smile", 1), ("mouth_pucker", 1))
    for name, value in moved:
        assert (drawn(rig, "neutral", **{name: value}) != rest).any(axis=2).mean() > 0.002, name
    clockwise = cv2.getRotationMatrix2D((rig.pivot[0], rig.pivot[1]), -rig.roll / 2, 1)
    turned = cv2.warpAffine(rest[..., 3], clockwise, (128, 128)) > 128
    assert ((drawn(rig, roll=0.5)[..., 3] > 128) ^ turned).mean() < 0.03
