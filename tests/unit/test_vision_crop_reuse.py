"""A face that has not moved is not looked for, and one that has is."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import pytest

from server.vision.arrays import Grey
from server.vision.crop_reuse import MAX_REPEATS, may_reuse, shows_same
from server.vision.detectors.blazeface.detector import BlazeFaceDetector
from server.vision.expression.manifest import load_manifest
from server.vision.pipeline import Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import Box, Detection, DetectionResult, DetectorState, SeenFace
from tests.support import ROOT
from tests.support.clips import HEIGHT, WIDTH, Scene, astronaut_scene, play
from tests.support.pictures import to_jpeg

FACE = Detection((0.4, 0.4, 0.2, 0.2), 0.9)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return astronaut_scene()


class CountingPipeline:
    """A pipeline with the real networks, and how often its detector ran."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        follow: Callable[..., DetectionResult] = BlazeFaceDetector.follow

        def counted(
            net: BlazeFaceDetector, grey: Grey, tracked: Sequence[Box], clock: float, state: DetectorState
        ) -> DetectionResult:
            self.count += 1
            return follow(net, grey, tracked, clock, state)

        monkeypatch.setattr(BlazeFaceDetector, "follow", counted)
        self.pipeline: Pipeline = make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), WIDTH * HEIGHT)
        self.state = State.initial()
        self.clock = 0.0

    def show(self, frame: Grey) -> Any:
        """The faces of the next frame, a fifteenth of a second later."""
        self.clock += 1 / 15
        analysis, self.state = self.pipeline.analyse(to_jpeg(frame), self.clock, self.state)
        return analysis.faces


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> CountingPipeline:
    return CountingPipeline(monkeypatch)


def moved(scene: Scene, pixels: float) -> Grey:
    matrix = np.array([(1, 0, pixels), (0, 1, 0)], np.float32)
    return np.asarray(cv2.warpAffine(scene.frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def test_the_detector_runs_in_every_third_frame_of_a_still_face(counting: CountingPipeline, scene: Scene) -> None:
    seen = [counting.show(scene.frame) for _ in range(12)]
    assert all(len(faces) == 1 and faces[0].id == 1 and faces[0].label == "happy" for faces in seen)
    assert counting.count == 12 // (1 + MAX_REPEATS)


def test_a_face_that_moves_is_followed_at_once(counting: CountingPipeline, scene: Scene) -> None:
    first = [counting.show(scene.frame) for _ in range(2)][-1][0].box[0]
    for step in range(1, 8):
        (face,) = counting.show(moved(scene, 12 * step))
        assert face.box[0] - first == pytest.approx(12 * step / WIDTH, abs=0.01)
    assert counting.count == 1 + 7


def test_a_face_that_leaves_is_missing_in_the_same_frame(counting: CountingPipeline, scene: Scene) -> None:
    for _ in range(2):
        assert counting.show(scene.frame)
    assert not counting.show(np.full_like(scene.frame, 120))


def test_the_noise_of_a_webcam_is_not_a_movement(counting: CountingPipeline, scene: Scene) -> None:
    rng = np.random.default_rng(0)
    for _ in range(9):
        noisy = scene.frame + np.float32(4) * rng.standard_normal(scene.frame.shape, np.float32)
        assert counting.show(noisy.clip(0, 255).astype(np.uint8))
    assert counting.count == 3


def test_a_face_that_sways_is_seen_in_every_frame(counting: CountingPipeline, scene: Scene) -> None:
    for clock, jpeg in play(scene, 4.0, 15.0, seed=3):
        analysis, counting.state = counting.pipeline.analyse(jpeg, clock, counting.state)
        assert [face.id for face in analysis.faces] == [1]


def test_a_crop_without_contrast_is_never_reused() -> None:
    dark = np.full((48, 48), 3, np.uint8)
    assert not shows_same(SeenFace(FACE, dark.tobytes()), dark)


def test_all_faces_must_have_been_detected_lately() -> None:
    crop = bytes(48 * 48)
    fresh, tired = SeenFace(FACE, crop), SeenFace(FACE, crop, MAX_REPEATS)
    assert may_reuse({1: fresh, 2: fresh}, [1, 2])
    assert not may_reuse({1: fresh}, [1, 2])
    assert not may_reuse({1: fresh, 2: tired}, [1, 2])
    assert not may_reuse({}, [])
