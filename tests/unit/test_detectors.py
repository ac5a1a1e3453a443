"""What every face detector of the registry must do. A new detector is tested as soon as it is registered."""

from typing import get_args

import cv2
import numpy as np
import pytest

from server.vision.arrays import Grey
from server.vision.detectors.protocol import Detector
from server.vision.detectors.registry import DETECTORS, DetectorName, make_detector
from server.vision.expression.manifest import load_manifest
from server.vision.pipeline import Pipeline
from server.vision.state import State
from server.vision.types import Box, Certainty, Detection, DetectorState
from tests.support import ROOT
from tests.support.pictures import to_jpeg
from tests.support.portrait import FACE_PX, PARTS, portrait
from tests.unit.scripted_classifier import BrightnessClassifier


@pytest.fixture(scope="module", params=list(DETECTORS))
def detector(request: pytest.FixtureRequest) -> Detector:
    return make_detector(request.param)


@pytest.fixture(scope="module")
def astronaut() -> Grey:
    return portrait()


def strong(faces: list[Detection]) -> list[Detection]:
    return [face for face in faces if face.certainty > Certainty.WEAK]


def test_a_face_is_found_where_it_is(detector: Detector, astronaut: Grey) -> None:
    (face,) = strong(detector.detect(astronaut))
    x, y, width, height = (512 * value for value in face.box)
    assert 0.7 * FACE_PX < width < 1.4 * FACE_PX and 0.7 * FACE_PX < height < 1.4 * FACE_PX
    assert abs(x + width / 2 - PARTS[2, 0]) < 15 and abs(y + height / 2 - PARTS[2, 1]) < 20


def test_values_are_plain_floats_that_json_takes(detector: Detector, astronaut: Grey) -> None:
    (face,) = strong(detector.detect(astronaut))
    points = [value for point in face.landmarks or () for value in point]
    assert all(type(value) is float for value in (*face.box, face.score, *points))
    assert face.landmarks is None or len(face.landmarks) == 6


def test_an_empty_room_has_no_faces(detector: Detector, empty_room: Grey) -> None:
    grey = cv2.cvtColor(empty_room, cv2.COLOR_BGR2GRAY).astype(np.uint8)
    assert detector.detect(grey) == []
    assert detector.detect(np.zeros((480, 640), np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (2, 2000), (2000, 2), (3, 5), (48, 48), (333, 500)])
def test_frames_of_any_shape_are_accepted(detector: Detector, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    found = [*detector.detect(noise), *detector.follow(noise, (), 0.0, None).faces]
    assert all(0 <= face.score <= 1 and isinstance(face.certainty, Certainty) for face in found)


def test_the_frame_is_not_changed_and_the_result_does_not_depend_on_earlier_frames(
    detector: Detector, astronaut: Grey
) -> None:
    before = astronaut.copy()
    first = detector.detect(astronaut)
    detector.detect(np.full((100, 300), 255, np.uint8))
    assert detector.detect(astronaut) == first
    assert np.array_equal(astronaut, before)


def test_a_face_of_a_video_is_found_in_every_frame(detector: Detector, astronaut: Grey) -> None:
    """Another connection's frames in between change nothing: all memory is in the state."""
    tracked: list[Box] = []
    state: DetectorState = None
    for k in range(30):
        result = detector.follow(astronaut, tracked, k / 15, state)
        (face,) = strong(result.faces)
        tracked, state = [face.box], result.state
        detector.follow(np.zeros((48, 64), np.uint8), (), k / 15, None)


def test_a_frame_must_show_the_smallest_tracked_face_at_least(detector: Detector, astronaut: Grey) -> None:
    tracked = [(0.1, 0.1, 0.2, 0.3), (0.6, 0.1, 0.15, 0.2)]
    state = detector.follow(astronaut, (), 0.0, None).state
    for clock in (0.1, 0.9, 5.0):
        assert 0.0 <= detector.min_face_width(tracked, clock, state) <= 0.15
    assert detector.min_face_width((), 0.1, None) == 0.0


def test_a_pipeline_with_it_shows_a_face_with_one_id_and_one_label(detector: Detector, astronaut: Grey) -> None:
    manifest = load_manifest(ROOT / "model")
    pipeline = Pipeline(detector, BrightnessClassifier(manifest), manifest, astronaut.size)
    state, shown = State.initial(), []
    for k in range(10):
        analysis, state = pipeline.analyse(to_jpeg(astronaut), k / 10, state)
        shown.append([(face.id, face.label) for face in analysis.faces])
    assert shown[-1] == [(1, "happy")] and shown[-5:] == shown[-1:] * 5
    picture, _ = pipeline.analyse(to_jpeg(astronaut), 0.0, State.for_picture())
    assert [face.id for face in picture.faces] == [1]


def test_an_unknown_detector_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'yolo'.*blazeface, haar"):
        make_detector("yolo")


def test_the_settings_offer_the_detectors_of_the_registry() -> None:
    assert set(get_args(DetectorName)) <= set(DETECTORS)
