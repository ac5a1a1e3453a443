"""BlazeFace on real photographs: what it finds, where, and at what cost."""

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

from server.vision.arrays import Floats, Grey
from server.vision.detectors.blazeface.detector import (
    ALONE_SCORE,
    ENTER_SCORE,
    KEEP_SCORE,
    BlazeFaceDetector,
    Search,
)
from server.vision.detectors.blazeface.network import FULL_RANGE, SHORT_RANGE, BlazeFaceNetwork
from server.vision.detectors.blazeface.windows import Window
from server.vision.errors import ModelFilesError
from server.vision.model_files import find_packaged
from server.vision.types import Box, Detection
from tests.support.portrait import FACE_PX, PARTS, SIZE, TEMPLATE, portrait, posed_portrait, positions_in_crop

Infer: TypeAlias = Callable[[Grey, Window, float], tuple[Floats, Floats]]


@pytest.fixture(scope="module")
def astronaut() -> Grey:
    return portrait()


@pytest.fixture(scope="module")
def net() -> BlazeFaceDetector:
    return BlazeFaceDetector()


def test_landmarks_come_in_their_order(net: BlazeFaceDetector, astronaut: Grey) -> None:
    """Eye at the left of the image, eye at the right, nose, mouth, then the ears likewise."""
    (face,) = strong(net.detect(astronaut))
    assert face.landmarks is not None and len(face.landmarks) == 6
    landmarks = 512 * np.array(face.landmarks)
    assert np.linalg.norm(landmarks[:4] - PARTS, axis=1).max() < 0.1 * FACE_PX
    left_ear, right_ear = landmarks[4:, 0]
    assert left_ear < PARTS[0, 0] < PARTS[1, 0] < right_ear


@pytest.mark.parametrize("turn", [30, -30, 60, -60])
def test_a_tilted_face_gives_the_same_crop(net: BlazeFaceDetector, astronaut: Grey, turn: float) -> None:
    """To some two pixels of 48, the accuracy of landmarks; faces of FER2013 differ by three."""
    frames = [posed_portrait(2.2, angle) for angle in (0, turn)]
    upright, tilted = (positions_in_crop(net.detect(frame)[0], frame, parts) for frame, parts in frames)
    assert np.linalg.norm(upright - tilted, axis=1).max() < 3
    assert np.linalg.norm(tilted - SIZE * TEMPLATE, axis=1).max() < 6


@pytest.mark.parametrize("share", [0.08, 0.1, 0.15, 0.2, 0.4, 0.6])
def test_a_face_is_found_at_sizes_from_8_to_60_percent(net: BlazeFaceDetector, astronaut: Grey, share: float) -> None:
    (face,) = strong(net.detect(posed_portrait(share * 640 / FACE_PX)[0]))
    assert face.box[2] == pytest.approx(share, rel=0.3)


def strong(faces: list[Detection]) -> list[Detection]:
    return [face for face in faces if face.score >= ENTER_SCORE]


def inferences_of(net: BlazeFaceDetector, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Counts the inferences of each network from now on."""
    counts = {"follower": 0, "short_range": 0, "full_range": 0}
    for name in counts:
        network: BlazeFaceNetwork = getattr(net, f"_{name}")

        def count(*arguments: Any, name: str = name, infer: Callable[..., Any] = network.infer) -> Any:
            counts[name] += 1
            return infer(*arguments)

        monkeypatch.setattr(network, "infer", count)
    return counts


def test_a_tracked_face_costs_one_fast_inference_and_a_search_at_intervals(
    net: BlazeFaceDetector, astronaut: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, _ = posed_portrait(1.6)
    result = net.follow(frame, (), 0.0, Search())
    counts = inferences_of(net, monkeypatch)
    for k in range(1, 10):
        result = net.follow(frame, [face.box for face in result.faces], k / 10, result.state)
        assert len(result.faces) == 1
    assert counts == {"follower": 9, "short_range": 0, "full_range": 0}
    for clock, searched in ((2.0, {"short_range": 1, "full_range": 0}), (3.0, {"short_range": 1, "full_range": 1})):
        result = net.follow(frame, [face.box for face in result.faces], clock, result.state)
        assert {name: counts[name] for name in searched} == searched
    assert len(result.faces) == 1 and result.state == Search(3.0, 3)


@pytest.mark.parametrize("share", [0.12, 0.3])
def test_a_second_face_is_found_soon(net: BlazeFaceDetector, astronaut: Grey, share: float) -> None:
    """A close one within 2.5 s, a distant one within 10 s."""
    first, other = posed_portrait(1.6)[0], posed_portrait(share * 640 / FACE_PX)[0]
    alone = np.concatenate([first[:, 100:540], np.full_like(first, 110)], axis=1)
    both = np.concatenate([first[:, 100:540], other], axis=1)
    result, found = net.follow(alone, (), 0.0, Search()), []
    for k in range(1, 110):
        frame = alone if k < 10 else both
        result = net.follow(frame, [face.box for face in result.faces], k / 10, result.state)
        found.append(len(result.faces))
    assert found[:8] == [1] * 8
    assert found[34 if share > 0.2 else 108] == 2


def test_a_frame_between_searches_needs_to_show_the_tracked_faces_only(net: BlazeFaceDetector) -> None:
    tracked, recent = [(0.1, 0.1, 0.2, 0.3), (0.6, 0.1, 0.15, 0.2)], Search(5.0, 1)
    assert net.min_face_width(tracked, 5.5, recent) == 0.15
    assert net.min_face_width(tracked, 6.0, recent) == 0
    assert net.min_face_width([], 5.1, recent) == 0
    assert net.min_face_width(tracked, 0.0, Search()) == 0


@pytest.mark.parametrize("share", [0.08, 0.12, 0.3])
def test_a_face_that_appears_in_an_empty_frame_is_found_and_then_followed(
    net: BlazeFaceDetector, astronaut: Grey, share: float
) -> None:
    """Small ones within 2 s, since a video is searched one window at a time."""
    frame, parts = posed_portrait(share * 640 / FACE_PX)
    result, found = net.follow(np.full_like(frame, 96), (), 0.0, Search()), []
    assert not result.faces
    for k in range(1, 31):
        result = net.follow(frame, [face.box for face in result.faces], k / 10, result.state)
        found.append(len(result.faces))
    assert found[20:] == [1] * 10
    assert np.abs(np.asarray(result.faces[0].box[:2]) * (640, 480) - parts[2]).max() < 640 * share


def test_a_weak_face_is_found_where_one_is_tracked_and_nowhere_else(
    net: BlazeFaceDetector, astronaut: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, _ = posed_portrait(1.6)
    (face,) = net.detect(frame)

    def weakened(infer: Infer, grey: Grey, window: Window, threshold: float) -> tuple[Floats, Floats]:
        scores, points = infer(grey, window, threshold)
        return np.full_like(scores, (KEEP_SCORE + ENTER_SCORE) / 2), points

    for network in (net._short_range, net._follower):
        monkeypatch.setattr(network, "infer", partial(weakened, network.infer))
    recent = Search(0.0, 1)
    assert len(net.follow(frame, [face.box], 0.1, recent).faces) == 1
    assert net.follow(frame, [], 0.1, recent).faces == []
    assert net.follow(frame, [(0.0, 0.0, 0.1, 0.1)], 0.1, recent).faces == []


def test_two_faces_side_by_side_stay_two_though_each_window_shows_both(
    net: BlazeFaceDetector, astronaut: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, medium = posed_portrait(1.9)[0], posed_portrait(1.3)[0]
    pair = np.concatenate([large[:, 170:480], medium[:, 235:565]], axis=1)
    result = net.follow(pair, (), 0.0, Search())
    assert len(result.faces) == 2
    counts = inferences_of(net, monkeypatch)
    assert len(net.follow(pair, [face.box for face in result.faces], 0.1, result.state).faces) == 2
    assert counts == {"follower": 2, "short_range": 0, "full_range": 0}


@pytest.mark.parametrize("share", [0.04, 0.05, 0.07])
def test_a_large_picture_shows_small_faces(net: BlazeFaceDetector, astronaut: Grey, share: float) -> None:
    picture = np.full((960, 1280), 96, np.uint8)
    side = round(512 * share * 1280 / FACE_PX)
    picture[300 : 300 + side, 500 : 500 + side] = cv2.resize(astronaut, (side, side), interpolation=cv2.INTER_AREA)
    (face,) = net.detect(picture)
    assert face.box[2] == pytest.approx(share, rel=0.3)


def test_a_face_at_the_edge_reaches_beyond_the_frame(net: BlazeFaceDetector, astronaut: Grey) -> None:
    cut = np.ascontiguousarray(posed_portrait(2.0)[0][:, 290:])
    (face,) = strong(net.detect(cut))
    assert face.box[0] < 0.0 < face.box[0] + face.box[2]


@pytest.fixture(scope="module")
def tight(net: BlazeFaceDetector, astronaut: Grey) -> Grey:
    """The photograph cut inside of the box of her face: BlazeFace misses it without a border."""
    x, y, width, height = (512 * value for value in net.detect(astronaut)[0].box)
    inset = 0.08 * width
    cut = astronaut[round(y + inset) : round(y + height - inset), round(x + inset) : round(x + width - inset)]
    return cv2.resize(cut, (400, 400), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def test_a_face_that_fills_the_picture_is_found_and_reaches_beyond_it(net: BlazeFaceDetector, tight: Grey) -> None:
    scores, _ = net._short_range.infer(tight, Window(0, 0, 400, 400), ENTER_SCORE)
    assert not (scores >= ALONE_SCORE).any()
    (face,) = net.detect(tight)
    x, y, width, height = face.box
    assert x < 0.05 and y < 0.05 and x + width > 0.95 and y + height > 0.95 and 0.9 < width < 1.5
    assert face.landmarks is not None
    (left_eye, right_eye), mouth = face.landmarks[:2], face.landmarks[3]
    assert 0 < left_eye[0] < 0.5 < right_eye[0] < 1 and left_eye[1] < 0.5 < mouth[1]


def test_a_face_that_fills_the_frame_of_a_video_is_found_soon_and_followed(net: BlazeFaceDetector, tight: Grey) -> None:
    result, found = net.follow(np.full_like(tight, 96), (), 0.0, None), []
    for k in range(1, 31):
        result = net.follow(tight, [face.box for face in result.faces], k / 10, result.state)
        found.append(len(result.faces))
    assert found[7:] == [1] * 23


def test_the_border_costs_two_inferences_a_second_at_most(
    net: BlazeFaceDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = np.full((480, 640), 96, np.uint8)
    result = net.follow(empty, (), 0.0, None)
    windows: list[Window] = []
    infer = net._short_range.infer

    def record(grey: Grey, window: Window, threshold: float) -> tuple[Floats, Floats]:
        windows.append(window)
        return infer(grey, window, threshold)

    monkeypatch.setattr(net._short_range, "infer", record)
    for k in range(1, 41):
        result = net.follow(empty, (), k / 10, result.state)
    assert 4 <= sum(window.left < 0 for window in windows) <= 8


def test_missing_and_damaged_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for variant in (SHORT_RANGE, FULL_RANGE):
        assert hashlib.sha256(find_packaged(variant).read_bytes()).hexdigest() == variant.sha256
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
    """Of the bare faces of at least 32 px in pictures of 400: 80 %. The short-range network alone would find 11 %."""
    found = total = 0
    for name, truth in json.loads((photographs / "faces.json").read_text()).items():
        large = [box for box in truth["faces"] if box[2] >= 32]
        if large:
            grey = read(photographs / "faces" / name)
            faces = strong(net.detect(grey))
            found += sum(any(hits(face, box, grey.shape[1], grey.shape[0]) for face in faces) for box in large)
            total += len(large)
    assert total > 100 and found / total > 0.7


def test_animals_are_rarely_taken_for_people(net: BlazeFaceDetector, photographs: Path) -> None:
    """In 1 % of these hard pictures."""
    animals = [read(path) for path in sorted((photographs / "noface").iterdir())]
    assert len(animals) > 100
    assert sum(bool(strong(net.detect(grey))) for grey in animals) / len(animals) <= 0.03
