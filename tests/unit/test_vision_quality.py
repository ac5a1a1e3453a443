"""How well a face can be seen: light, width, turn and detail."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from server.vision.arrays import Grey
from server.vision.detectors.registry import make_detector
from server.vision.expression.align import crop_face
from server.vision.expression.manifest import load_manifest
from server.vision.pipeline import make_pipeline
from server.vision.quality import MAX_TURN, MIN_DETAIL, is_readable, quality
from server.vision.state import State
from server.vision.types import UNSURE, Detection, ExpressionSettings, Quality
from tests.support import ROOT
from tests.support.pictures import to_jpeg

CROP = np.full((48, 48), 51, np.uint8)
BOX = (0.3, 0.2, 0.25, 0.3)
SHAPE = (480, 640)
EYES_AND_NOSE = ((0.4, 0.4), (0.5, 0.4), (0.45, 0.5))


def face(*points: tuple[float, float]) -> Detection:
    return Detection(BOX, 0.9, (*points, *[(0.5, 0.5)] * (6 - len(points))))


def test_light_is_the_mean_grey_and_width_that_of_the_box() -> None:
    seen = quality(CROP, face(*EYES_AND_NOSE), BOX, SHAPE)
    assert seen.light == pytest.approx(0.2) and seen.width == 0.25


@pytest.mark.parametrize(
    ("nose_x", "turn"), [(0.45, 0.0), (0.5, 0.5), (0.4, -0.5), (0.475, 0.25), (0.9, 1.0), (0.0, -1.0)]
)
def test_turn_tells_the_side_and_how_far(nose_x: float, turn: float) -> None:
    left, right, _ = EYES_AND_NOSE
    assert quality(CROP, face(left, right, (nose_x, 0.5)), BOX, SHAPE).turn == pytest.approx(turn, abs=1e-5)


@pytest.mark.parametrize("degrees", [-40, -15, 15, 40])
def test_a_tilted_head_is_not_a_turned_one(degrees: float) -> None:
    """Even in a frame that is wider than high, where fractions of it are no distances."""
    tilt = cv2.getRotationMatrix2D((288.0, 192.0), degrees, 1.0)
    points = np.array(EYES_AND_NOSE) * (640, 480)
    tilted = (points @ tilt[:, :2].T + tilt[:, 2]) / (640, 480)
    assert quality(CROP, face(*map(tuple, tilted)), BOX, SHAPE).turn == pytest.approx(0.0, abs=1e-4)


def test_without_landmarks_or_with_eyes_on_one_spot_there_is_no_turn() -> None:
    assert quality(CROP, Detection(BOX, 0.9), BOX, SHAPE).turn is None
    assert quality(CROP, face((0.4, 0.4), (0.4, 0.4), (0.5, 0.5)), BOX, SHAPE).turn is None


def test_a_real_face_gets_darker_and_smaller(smiling: Grey) -> None:
    """The photograph as it is, darkened, and before a wider scene."""
    pipeline = make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), 10**7)

    def seen(image: Grey) -> Quality:
        (found,) = pipeline.analyse(to_jpeg(image), 0.0, State.for_picture())[0].faces
        assert found.quality.width == found.box[2]
        return found.quality

    as_it_is, wider = seen(smiling), cv2.copyMakeBorder(smiling, 0, 0, 160, 160, cv2.BORDER_REPLICATE)
    assert 0.3 < as_it_is.light < 0.8 and abs(as_it_is.turn or 0.0) < 0.15
    assert seen((smiling // 4).astype(np.uint8)).light == pytest.approx(as_it_is.light / 4, abs=0.03)
    assert seen(wider.astype(np.uint8)).width == pytest.approx(as_it_is.width * 640 / 960, rel=0.1)


@pytest.mark.parametrize("floor", [0.4, 0.0])
def test_a_blurred_or_flat_face_is_unsure(floor: float) -> None:
    """And its scores stay the model's: only the label and the smoothed scores say that it cannot be read."""
    pipeline = make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), 10**7)
    photo = cv2.imread(str(ROOT / "web" / "static" / "samples" / "astronaut.jpg"), cv2.IMREAD_GRAYSCALE)
    assert photo is not None
    grey = photo.astype(np.uint8)
    flat = (110 + grey // 12).astype(np.uint8)
    blurred = cv2.GaussianBlur(grey, (0, 0), 6.0).astype(np.uint8)
    for image, label in ((grey, "happy"), (blurred, UNSURE), (flat, UNSURE)):
        state = State.for_picture(ExpressionSettings(floor=floor))
        (face,) = pipeline.analyse_grey(image, 0.0, state)[0].faces
        assert face.label == label, face.quality
        if label == UNSURE:
            assert face.quality.detail < MIN_DETAIL
            assert max(face.smoothed) == min(face.smoothed) and max(face.scores) > 0.2


def test_a_head_that_is_turned_too_far_is_not_read() -> None:
    assert is_readable(Quality(0.5, 0.3, MAX_TURN, 20.0)) and not is_readable(Quality(0.5, 0.3, -0.56, 20.0))
    assert is_readable(Quality(0.5, 0.3, None, 20.0)), "a detector without landmarks cannot tell"


def test_turned_people_in_photographs_are_told_from_those_who_look_straight(photographs: Path) -> None:
    """The turn of all faces in the photographs: in mirrored ones it is the opposite, and most people look ahead."""
    detector, manifest = make_detector("blazeface"), load_manifest(ROOT / "model")
    turns: list[float | None] = []
    mirrored: list[float | None] = []
    for path in sorted((photographs / "faces").glob("*.jpg"))[:40]:
        grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert grey is not None
        for image, found in ((grey, turns), (np.ascontiguousarray(grey[:, ::-1]), mirrored)):
            faces = detector.detect(image.astype(np.uint8))
            biggest = max(faces, key=lambda face: face.box[2], default=None)
            template, size = manifest.template_points, manifest.size
            crop = crop_face(image.astype(np.uint8), biggest, template, size) if biggest else CROP
            found.append(quality(crop, biggest, biggest.box, image.shape).turn if biggest else None)
    pairs = [(a, b) for a, b in zip(turns, mirrored, strict=True) if a is not None and b is not None]
    assert len(pairs) >= 10
    assert np.median([abs(a + b) for a, b in pairs]) < 0.1
    assert np.median([abs(a) for a, _ in pairs]) < 0.3 < max(abs(a) for a, _ in pairs)
