"""The detectors on real photographs: what they find, where, and what they leave alone."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import pytest

from server.vision.detectors.blazeface.detector import BlazeFaceDetector
from server.vision.detectors.blazeface.network import FULL_RANGE, SHORT_RANGE, BlazeFaceNetwork, Window, find_weights
from server.vision.detectors.haar import HaarDetector
from server.vision.detectors.registry import Detector, make_detector
from server.vision.errors import ModelFilesError
from server.vision.expression.align import crop_face
from server.vision.types import ENTER_SCORE, KEEP_SCORE, Box, Detection, Floats, Grey, Search
from tests.unit.test_vision_align import PLACES, SIZE

# The face in scikit-image's astronaut, 512x512: measured by eye.
PARTS = np.array([(196, 99), (245, 100), (218, 121), (218, 143)], np.float32)  # eyes, nose, mouth
FACE_PX = 98

Look: TypeAlias = Callable[[Grey, Window, float], tuple[Floats, Floats]]


@pytest.fixture(scope="module")
def astronaut() -> Grey:
    from skimage.data import astronaut

    grey: Grey = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2GRAY).astype(np.uint8)
    return grey


@pytest.fixture(scope="module", params=["blazeface", "haar"])
def detector(request: pytest.FixtureRequest) -> Detector:
    return make_detector(request.param)


@pytest.fixture(scope="module")
def net() -> BlazeFaceDetector:
    return BlazeFaceDetector()


def view(photograph: Grey, scale: float, turn: float = 0) -> tuple[Grey, Floats]:
    """The photograph around the middle of its face in a frame of 640x480, scaled and turned by degrees.

    With it come the eyes, nose and mouth, pixels of the frame [4, 2].
    """
    matrix = np.asarray(cv2.getRotationMatrix2D((220, 118), turn, scale), np.float64)
    matrix[:, 2] += np.array((320 - 220, 240 - 118))
    frame = cv2.warpAffine(photograph, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return frame.astype(np.uint8), (PARTS @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def landed(face: Detection, frame: Grey, points: Floats) -> Floats:
    """Where points of a frame come to lie in the crop of a face, pixels [n, 2]: one white dot after the other."""
    places = []
    for x, y in points.tolist():
        dot = np.zeros_like(frame)
        cv2.circle(dot, (round(x), round(y)), 5, 255, -1)
        moments = cv2.moments(crop_face(dot, face, PLACES, SIZE))
        places.append((moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]))
    return np.array(places, np.float32)


def sure(faces: list[Detection]) -> list[Detection]:
    return [face for face in faces if face.score >= ENTER_SCORE]


def test_one_face_is_found_where_it_is(detector: Detector, astronaut: Grey) -> None:
    (face,) = sure(detector.detect(astronaut))
    x, y, width, height = (512 * value for value in face.box)
    assert all(type(value) is float for value in (*face.box, face.score))  # it goes into JSON as it is
    assert 0.7 * FACE_PX < width < 1.4 * FACE_PX and width == pytest.approx(height, rel=0.05)
    assert abs(x + width / 2 - PARTS[2, 0]) < 15 and abs(y + height / 2 - PARTS[2, 1]) < 20


def test_an_empty_room_has_no_faces(detector: Detector, empty_room: Grey) -> None:
    grey = cv2.cvtColor(empty_room, cv2.COLOR_BGR2GRAY).astype(np.uint8)
    assert detector.detect(grey) == []
    assert detector.detect(np.zeros((480, 640), np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (2, 2000), (2000, 2), (3, 5), (48, 48), (333, 500)])
def test_frames_of_any_shape_are_looked_at(detector: Detector, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert all(KEEP_SCORE <= face.score <= 1 for face in detector.detect(noise))


def test_a_frame_is_not_changed_and_the_answer_does_not_depend_on_the_last_one(
    detector: Detector, astronaut: Grey
) -> None:
    before = astronaut.copy()
    first = detector.detect(astronaut)
    detector.detect(np.full((100, 300), 255, np.uint8))
    second = detector.detect(astronaut)
    assert np.array_equal(astronaut, before)
    assert [(face.box, face.score) for face in first] == [(face.box, face.score) for face in second]


def test_landmarks_come_in_their_order(net: BlazeFaceDetector, astronaut: Grey) -> None:
    """Eye at the left of the image, eye at the right, nose, mouth, then the ears likewise."""
    (face,) = sure(net.detect(astronaut))
    assert face.landmarks is not None and face.landmarks.shape == (6, 2) and face.landmarks.dtype == np.float32
    assert np.linalg.norm(512 * face.landmarks[:4] - PARTS, axis=1).max() < 0.1 * FACE_PX
    left_ear, right_ear = 512 * face.landmarks[4:, 0]
    assert left_ear < PARTS[0, 0] < PARTS[1, 0] < right_ear


@pytest.mark.parametrize("turn", [30, -30, 60, -60])
def test_a_tilted_face_gives_the_same_crop(net: BlazeFaceDetector, astronaut: Grey, turn: float) -> None:
    """To two pixels of 48 or so, as surely as landmarks are found; faces of FER2013 differ by three."""
    frames = [view(astronaut, 2.2, angle) for angle in (0, turn)]
    upright, tilted = (landed(net.detect(frame)[0], frame, parts) for frame, parts in frames)
    assert np.linalg.norm(upright - tilted, axis=1).max() < 3
    assert np.linalg.norm(tilted - SIZE * PLACES, axis=1).max() < 6


@pytest.mark.parametrize("share", [0.08, 0.1, 0.15, 0.2, 0.4, 0.6])
def test_a_face_is_found_from_afar_and_from_near(net: BlazeFaceDetector, astronaut: Grey, share: float) -> None:
    (face,) = sure(net.detect(view(astronaut, share * 640 / FACE_PX)[0]))
    assert face.box[2] == pytest.approx(share, rel=0.3)


def looks_of(net: BlazeFaceDetector, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Counts the looks of each network from now on."""
    counts = {"following": 0, "near": 0, "far": 0}
    for name in counts:
        network: BlazeFaceNetwork = getattr(net, f"_{name}")

        def count(*arguments: Any, name: str = name, look: Callable[..., Any] = network.look) -> Any:
            counts[name] += 1
            return look(*arguments)

        monkeypatch.setattr(network, "look", count)
    return counts


def test_a_known_face_costs_one_fast_look_and_a_search_now_and_then(
    net: BlazeFaceDetector, astronaut: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, _ = view(astronaut, 1.6)
    findings = net.follow(frame, (), 0.0, Search())
    counts = looks_of(net, monkeypatch)
    for k in range(1, 10):
        findings = net.follow(frame, [face.box for face in findings.faces], k / 10, findings.search)
        assert len(findings.faces) == 1
    assert counts == {"following": 9, "near": 0, "far": 0}
    for clock, searched in ((2.0, {"near": 1, "far": 0}), (3.0, {"near": 1, "far": 1})):
        findings = net.follow(frame, [face.box for face in findings.faces], clock, findings.search)
        assert {name: counts[name] for name in searched} == searched
    assert len(findings.faces) == 1 and findings.search == Search(3.0, 3)


@pytest.mark.parametrize("share", [0.12, 0.3])
def test_somebody_who_joins_a_known_face_is_found_soon(net: BlazeFaceDetector, astronaut: Grey, share: float) -> None:
    """A close one within two and a half seconds, one farther off within ten."""
    first, other = view(astronaut, 1.6)[0], view(astronaut, share * 640 / FACE_PX)[0]
    alone = np.concatenate([first[:, 100:540], np.full_like(first, 110)], axis=1)
    both = np.concatenate([first[:, 100:540], other], axis=1)
    findings, found = net.follow(alone, (), 0.0, Search()), []
    for k in range(1, 110):
        frame = alone if k < 10 else both
        findings = net.follow(frame, [face.box for face in findings.faces], k / 10, findings.search)
        found.append(len(findings.faces))
    assert found[:8] == [1] * 8
    assert found[34 if share > 0.2 else 108] == 2


def test_a_frame_between_searches_needs_to_show_the_known_faces_only(net: BlazeFaceDetector) -> None:
    known, lately = [(0.1, 0.1, 0.2, 0.3), (0.6, 0.1, 0.15, 0.2)], Search(5.0, 1)
    assert net.detail(known, 5.5, lately) == 0.15
    assert net.detail(known, 6.0, lately) == net.detail([], 5.1, lately) == net.detail(known, 0.0, Search()) == 0


@pytest.mark.parametrize("share", [0.08, 0.12, 0.3])
def test_a_face_that_comes_into_an_empty_frame_is_found_and_then_followed(
    net: BlazeFaceDetector, astronaut: Grey, share: float
) -> None:
    """Small ones within two seconds, since a video is searched a part at a time."""
    frame, parts = view(astronaut, share * 640 / FACE_PX)
    findings, found = net.follow(np.full_like(frame, 96), (), 0.0, Search()), []
    assert not findings.faces
    for k in range(1, 31):
        findings = net.follow(frame, [face.box for face in findings.faces], k / 10, findings.search)
        found.append(len(findings.faces))
    assert found[20:] == [1] * 10
    assert np.abs(np.asarray(findings.faces[0].box[:2]) * (640, 480) - parts[2]).max() < 640 * share


def test_a_weak_face_is_kept_where_one_is_known_and_nowhere_else(
    net: BlazeFaceDetector, astronaut: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, _ = view(astronaut, 1.6)
    (face,) = net.detect(frame)

    def unsure(look: Look, grey: Grey, window: Window, threshold: float) -> tuple[Floats, Floats]:
        scores, points = look(grey, window, threshold)
        return np.full_like(scores, (KEEP_SCORE + ENTER_SCORE) / 2), points

    for network in (net._near, net._following):
        monkeypatch.setattr(network, "look", partial(unsure, network.look))
    lately = Search(0.0, 1)
    assert len(net.follow(frame, [face.box], 0.1, lately).faces) == 1
    assert net.follow(frame, [], 0.1, lately).faces == []
    assert net.follow(frame, [(0.0, 0.0, 0.1, 0.1)], 0.1, lately).faces == []


def test_faces_side_by_side_stay_two_though_the_look_at_each_shows_both(
    net: BlazeFaceDetector, astronaut: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, medium = view(astronaut, 1.9)[0], view(astronaut, 1.3)[0]
    pair = np.concatenate([large[:, 170:480], medium[:, 235:565]], axis=1)
    findings = net.follow(pair, (), 0.0, Search())
    assert len(findings.faces) == 2
    counts = looks_of(net, monkeypatch)
    assert len(net.follow(pair, [face.box for face in findings.faces], 0.1, findings.search).faces) == 2
    assert counts == {"following": 2, "near": 0, "far": 0}


@pytest.mark.parametrize("share", [0.04, 0.05, 0.07])
def test_a_large_picture_shows_small_faces(net: BlazeFaceDetector, astronaut: Grey, share: float) -> None:
    picture = np.full((960, 1280), 96, np.uint8)
    side = round(512 * share * 1280 / FACE_PX)
    picture[300 : 300 + side, 500 : 500 + side] = cv2.resize(astronaut, (side, side), interpolation=cv2.INTER_AREA)
    (face,) = net.detect(picture)
    assert face.box[2] == pytest.approx(share, rel=0.3)


def test_a_face_at_the_edge_reaches_beyond_the_frame(net: BlazeFaceDetector, astronaut: Grey) -> None:
    cut = np.ascontiguousarray(view(astronaut, 2.0)[0][:, 290:])
    (face,) = sure(net.detect(cut))
    assert face.box[0] < 0.0 < face.box[0] + face.box[2]


def test_the_crop_by_a_box_of_haar_lies_as_the_crop_by_landmarks(astronaut: Grey) -> None:
    """To three pixels of 48; a box knows no tilt."""
    (face,) = sure(HaarDetector().detect(astronaut))
    assert np.linalg.norm(landed(face, astronaut, PARTS) - SIZE * PLACES, axis=1).max() < 6
    assert np.linalg.norm(landed(face, astronaut, PARTS).mean(axis=0) - SIZE * PLACES.mean(axis=0)) < 3


def test_an_unknown_detector_is_named() -> None:
    with pytest.raises(ValueError, match=r"'yolo'.*blazeface, haar"):
        make_detector("yolo")


def test_missing_and_damaged_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for variant in (SHORT_RANGE, FULL_RANGE):
        assert hashlib.sha256(find_weights(variant).read_bytes()).hexdigest() == variant.sha256
    with pytest.raises(ModelFilesError, match=r"damaged.*requirements-weights\.txt"):
        BlazeFaceNetwork(dataclasses.replace(SHORT_RANGE, sha256="0" * 64))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModelFilesError, match=r"missing.*requirements-weights\.txt"):
        BlazeFaceDetector()


def hits(face: Detection, truth: Box, width: int, height: int) -> bool:
    """Whether the middle of the detection lies in the true box, which is in pixels."""
    x, y = (face.box[0] + face.box[2] / 2) * width, (face.box[1] + face.box[3] / 2) * height
    return truth[0] <= x <= truth[0] + truth[2] and truth[1] <= y <= truth[1] + truth[3]


def read(path: Path) -> Grey:
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    return grey.astype(np.uint8)


def test_small_faces_in_crowds_are_found(net: BlazeFaceDetector, photographs: Path) -> None:
    """Of the bare faces of at least 32 px in pictures of 400: 80 %. The fast network alone would find 11 %."""
    found = total = 0
    for name, truth in json.loads((photographs / "faces.json").read_text()).items():
        large = [box for box in truth["faces"] if box[2] >= 32]
        if large:
            grey = read(photographs / "faces" / name)
            faces = sure(net.detect(grey))
            found += sum(any(hits(face, box, grey.shape[1], grey.shape[0]) for face in faces) for box in large)
            total += len(large)
    assert total > 100 and found / total > 0.7


def test_animals_are_hardly_ever_taken_for_people(net: BlazeFaceDetector, photographs: Path) -> None:
    """In 1 % of these hard pictures."""
    animals = [read(path) for path in sorted((photographs / "noface").iterdir())]
    assert len(animals) > 100
    assert sum(bool(sure(net.detect(grey))) for grey in animals) / len(animals) <= 0.03
