"""Living emojis of the commands: parts of each expression, motion, and stills for labels without a rig."""

from dataclasses import replace

import numpy as np
import pytest

from server.packs.rig import load_rig
from server.render.canvas import Canvas
from server.render.living import LivingEmojis, motion_of, weights_of
from tests.support import ROOT
from tests.unit.test_render import LABELS, face, picture

PACK = ROOT / "emojis" / "default"


@pytest.fixture(scope="module")
def living() -> LivingEmojis:
    return LivingEmojis({path.stem: path for path in PACK.glob("*.svg")}, load_rig(PACK / "rig.json"))


def test_the_shown_expression_leads_and_the_others_take_part() -> None:
    mixed = replace(face("happy"), smoothed=(0, 0, 0, 0.6, 0.4, 0, 0))
    weights = weights_of(mixed, LABELS)
    assert weights["happy"] > 2 * weights["neutral"] > 0 and weights["sad"] == 0
    assert weights_of(replace(mixed, label="unsure"), LABELS) == {"unsure": 1}


def test_a_face_moves_its_emoji(living: LivingEmojis) -> None:
    still = living.of_face(face("neutral"), LABELS, 120)
    outputs = {"mouth_open": (1.0,), "eye_left": (0.0,), "other stage": (7.0, 8.0), "yaw": ()}
    moved = replace(face("neutral"), outputs=outputs)
    assert motion_of(moved) == {"mouth_open": 1.0, "eye_left": 0.0}
    assert (living.of_face(moved, LABELS, 120) != still).any(axis=2).mean() > 0.02
    own = replace(face("neutral"), label="happy dance")
    assert np.array_equal(living.of_face(own, LABELS, 120), living.image("unsure", 120)), "a label that no rig has"


def test_a_drawing_with_a_living_emoji_has_the_size_of_others(living: LivingEmojis) -> None:
    for count in (0, 1, 3):
        canvas = Canvas(640, 480, living, LABELS, fonts=False)
        drawn = canvas.draw(picture(), [face(LABELS[n], n + 1) for n in range(count)])
        assert drawn.shape[:2] == canvas.size[::-1]
