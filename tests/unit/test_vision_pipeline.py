"""Frames in, smoothed expressions out: all stages together, some with fake detectors and classifiers."""

import dataclasses
import subprocess
import sys
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pytest

from server.vision.arrays import Floats, Grey
from server.vision.errors import FrameError
from server.vision.expression.classifier import Classification
from server.vision.expression.manifest import Manifest, load_manifest
from server.vision.pipeline import MAX_FACES, Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import (
    STAGES,
    UNSURE,
    Analysis,
    Box,
    Certainty,
    Detection,
    DetectionResult,
    DetectorState,
    ExpressionSettings,
)
from tests.support import ROOT
from tests.support.pictures import to_jpeg
from tests.unit.scripted_classifier import BrightnessClassifier

LIMIT = 1_000_000


def grey(level: int) -> bytes:
    """A frame of this mean grey, with the detail without which no expression is named."""
    squares = np.kron([[-24, 24] * 10, [24, -24] * 10] * 8, np.ones((4, 4), int))[:60]
    return to_jpeg(np.clip(level + squares, 0, 255).astype(np.uint8))


JPEG = grey(90)


class Scripted:
    """A detector that finds given faces; it records the tracked boxes that it is given, and counts frames."""

    def __init__(self, *faces: Detection) -> None:
        self.faces = list(faces)
        self.tracked: list[list[Box]] = []

    def detect(self, grey: Grey) -> list[Detection]:
        return self.faces

    def min_face_width(self, tracked: Sequence[Box], clock: float, state: DetectorState) -> float:
        return 0.0

    def follow(self, grey: Grey, tracked: Sequence[Box], clock: float, state: DetectorState) -> DetectionResult:
        self.tracked.append(list(tracked))
        return DetectionResult(self.faces, state + 1 if isinstance(state, int) else 1)


class FixedClassifier:
    """Says the same of every crop: scores float32 [1, labels]."""

    def __init__(self, scores: Floats) -> None:
        self.scores = scores

    def classify(self, crops: Grey) -> Classification:
        return Classification(self.scores.repeat(len(crops), axis=0), np.empty((len(crops), 0), np.float32))


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return load_manifest(ROOT / "model")


def face(x: float, y: float = 0.2, side: float = 0.25, certainty: Certainty = Certainty.CERTAIN) -> Detection:
    return Detection((x, y, side, side), 0.9, certainty=certainty)


def with_fakes(manifest: Manifest, *faces: Detection) -> tuple[Pipeline, Scripted, BrightnessClassifier]:
    detector, classifier = Scripted(*faces), BrightnessClassifier(manifest)
    return Pipeline(detector, classifier, manifest, LIMIT), detector, classifier


def test_the_largest_face_comes_first(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.0, side=0.2), face(0.5, side=0.4), face(0.25, side=0.22))
    analysis, _ = pipeline.analyse(JPEG, 0.0, State.initial())
    assert [f.box[2] for f in analysis.faces] == pytest.approx([0.4, 0.22, 0.2])
    assert [f.id for f in analysis.faces] == [1, 2, 3]


def test_a_crowd_is_cut_to_its_largest_faces(manifest: Manifest) -> None:
    crowd = [face(k % 8 / 8, k // 8 / 8, 0.05 + k / 1000) for k in range(30)]
    pipeline, _, classifier = with_fakes(manifest, *crowd)
    analysis, _ = pipeline.analyse(JPEG, 0.0, State.initial())
    assert len(analysis.faces) == MAX_FACES and classifier.given == [MAX_FACES]
    assert min(f.box[2] for f in analysis.faces) == pytest.approx(0.05 + 20 / 1000)


def test_a_face_is_learned_at_rest_and_only_when_asked_for(manifest: Manifest) -> None:
    at_rest, faint_smile = np.full((2, 1, 7), 0.0005, np.float32)
    happy, neutral = manifest.labels.index("happy"), manifest.labels.index("neutral")
    at_rest[0, neutral] = 0.997
    faint_smile[0, [happy, neutral]] = 0.38, 0.6175
    labels = {}
    for adapt in (False, True):
        classifier = FixedClassifier(at_rest)
        pipeline = Pipeline(Scripted(face(0.3)), classifier, manifest, LIMIT)
        state = State.initial(ExpressionSettings(adapt=adapt))
        for second in range(40):
            classifier.scores = faint_smile if second > 35 else at_rest
            analysis, state = pipeline.analyse(JPEG, float(second), state)
        labels[adapt] = analysis.faces[0].label
        assert bool(state.rests) == adapt
    assert labels == {False: "neutral", True: "happy"}
    _, state = pipeline.analyse(JPEG, 100.0, state)
    assert {id: rest.seconds for id, rest in state.rests.items()} == {2: 0.0}, "a new track is somebody else"


def test_without_faces_nothing_is_classified(manifest: Manifest) -> None:
    pipeline, _, classifier = with_fakes(manifest)
    analysis, _ = pipeline.analyse(JPEG, 0.0, State.initial())
    assert analysis.faces == () and classifier.given == []


def test_a_weak_detection_without_a_track_is_not_classified(manifest: Manifest) -> None:
    pipeline, detector, classifier = with_fakes(manifest, face(0.3, certainty=Certainty.WEAK))
    analysis, state = pipeline.analyse(JPEG, 0.0, State.initial())
    assert analysis.faces == () and classifier.given == []
    detector.faces = [face(0.3)]
    _, state = pipeline.analyse(JPEG, 0.1, state)
    detector.faces = [face(0.3, certainty=Certainty.WEAK)]
    analysis, _ = pipeline.analyse(JPEG, 0.2, state)
    assert [f.id for f in analysis.faces] == [1]


def test_a_likely_face_is_neither_shown_nor_classified_before_it_is_confirmed(manifest: Manifest) -> None:
    pipeline, _, classifier = with_fakes(manifest, face(0.3, certainty=Certainty.LIKELY))
    first, state = pipeline.analyse(JPEG, 0.0, State.initial())
    second, _ = pipeline.analyse(JPEG, 0.1, state)
    assert first.faces == () and [f.id for f in second.faces] == [1] and classifier.given == [1]


def test_a_picture_shows_likely_faces_at_once(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.3, certainty=Certainty.LIKELY))
    assert [f.id for f in pipeline.analyse(JPEG, 0.0, State.for_picture())[0].faces] == [1]


class ToyStage:
    """Two outputs: the middle of the face, and how many grey levels its crop has."""

    name = "toy"

    def run(self, grey: Grey, detection: Detection, crop: Grey) -> Mapping[str, tuple[float, ...]]:
        x, y, width, height = detection.box
        return {"middle": (x + width / 2, y + height / 2), "levels": (float(len(np.unique(crop))),)}


def test_the_outputs_of_further_stages_are_named_values_of_each_face(manifest: Manifest) -> None:
    faces = Scripted(face(0.1), face(0.6))
    pipeline = Pipeline(faces, BrightnessClassifier(manifest), manifest, LIMIT, output_stages=[ToyStage()])
    analysis, _ = pipeline.analyse(JPEG, 0.0, State.initial())
    assert [f.outputs["middle"][0] for f in analysis.faces] == pytest.approx([0.225, 0.725])
    assert all(set(f.outputs) == {"middle", "levels"} for f in analysis.faces)


def test_without_further_stages_a_face_has_no_outputs(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    assert pipeline.analyse(JPEG, 0.0, State.initial())[0].faces[0].outputs == {}


def test_a_box_is_clamped_to_the_frame_in_the_answer_only(manifest: Manifest) -> None:
    landmarks = ((-0.05, -0.05),) * 6
    pipeline, _, _ = with_fakes(manifest, Detection((-0.1, 0.8, 0.5, 0.5), 0.9, landmarks))
    analysis, state = pipeline.analyse(JPEG, 0.0, State.initial())
    assert analysis.faces[0].box == pytest.approx((0.0, 0.8, 0.4, 0.2))
    assert analysis.faces[0].landmarks == landmarks
    assert state.tracks.alive[0].box == (-0.1, 0.8, 0.5, 0.5)


def test_scores_are_of_the_frame_and_smoothed_ones_of_the_past_too(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    first, state = pipeline.analyse(grey(230), 0.0, State.initial())
    second, _ = pipeline.analyse(grey(25), 0.1, state)
    happy = manifest.labels.index("happy")
    assert first.faces[0].label == second.faces[0].label == "happy"
    assert first.faces[0].scores == pytest.approx(first.faces[0].smoothed)
    assert second.faces[0].scores[happy] == pytest.approx(0.1, abs=0.01)
    assert second.faces[0].smoothed[happy] == pytest.approx(
        0.1 + 0.8 * np.exp(-0.1 / ExpressionSettings().smoothing_s), abs=0.01
    )
    assert second.faces[0].confidence == second.faces[0].smoothed[happy]


def test_below_the_floor_the_face_is_unsure(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    analysis, _ = pipeline.analyse(grey(128), 0.0, State.initial(ExpressionSettings(floor=0.6)))
    assert analysis.faces[0].label == UNSURE
    assert analysis.faces[0].confidence == max(analysis.faces[0].smoothed)


def test_a_calibrated_face_is_neutral_from_the_next_frame_on(manifest: Manifest) -> None:
    """The raw scores stay the frame's own; what is made of them is of the corrected ones; undone at once too."""
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    first, state = pipeline.analyse(grey(25), 0.0, State.initial())
    sad_at_rest = first.faces[0].scores
    calibrated, state = pipeline.analyse(grey(25), 0.1, state.with_settings(ExpressionSettings(resting=sad_at_rest)))
    bright, _ = pipeline.analyse(grey(230), 5.0, state)
    undone, _ = pipeline.analyse(grey(25), 0.2, state.with_settings(ExpressionSettings()))
    (before,), (after,), (laughing,), (again,) = first.faces, calibrated.faces, bright.faces, undone.faces
    assert before.label == again.label == "sad" and after.label == "neutral" and laughing.label == "happy"
    assert after.id == before.id and after.scores == before.scores
    assert after.confidence == after.smoothed[manifest.labels.index("neutral")] > 0.5


def test_expressiveness_is_in_the_label_and_not_in_the_scores(manifest: Manifest) -> None:
    """A resting face stays neutral at every expressiveness."""
    row = tuple({"sad": 0.45, "neutral": 0.55}.get(label, 0.0) for label in manifest.labels)
    rest = np.asarray([row], np.float32)
    pipeline = Pipeline(Scripted(face(0.3)), FixedClassifier(rest), manifest, LIMIT)
    for expressiveness, label in ((0.0, "neutral"), (1.0, "sad"), (-1.0, "neutral")):
        settings = ExpressionSettings(expressiveness=expressiveness)
        (read,) = pipeline.analyse(grey(25), 0.0, State.initial(settings))[0].faces
        at_rest = State.initial(dataclasses.replace(settings, resting=row))
        (calibrated,) = pipeline.analyse(grey(25), 0.0, at_rest)[0].faces
        assert (read.label, calibrated.label) == (label, "neutral")
        assert read.scores == calibrated.scores == pytest.approx(row)


def test_a_model_without_neutral_reads_on_as_before(manifest: Manifest) -> None:
    other = dataclasses.replace(manifest, labels=tuple(label.replace("neutral", "calm") for label in manifest.labels))
    pipeline, _, _ = with_fakes(other, face(0.3))
    settings = ExpressionSettings(resting=(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    assert pipeline.analyse(grey(25), 0.0, State.initial(settings))[0].faces[0].label == "sad"


def test_the_detector_is_told_where_known_faces_should_be_by_now(manifest: Manifest) -> None:
    pipeline, detector, _ = with_fakes(manifest, face(0.1))
    state = State.initial()
    for k in range(5):
        detector.faces = [face(0.1 + 0.02 * k)]
        _, state = pipeline.analyse(JPEG, k / 10, state)
    assert detector.tracked[0] == [] and state.detector == 5
    (expected,) = detector.tracked[4]
    assert expected[0] == pytest.approx(0.18, abs=0.01)


def test_the_state_before_is_left_as_it_was(manifest: Manifest) -> None:
    """The same frame on the same state gives the same answer: a dropped or failed frame costs nothing else."""
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    _, state = pipeline.analyse(grey(230), 0.0, State.initial())
    kept = dataclasses.replace(state, expressions=dict(state.expressions))
    once, twice = (pipeline.analyse(grey(25), 0.1, state) for _ in range(2))
    assert state == kept
    assert once[0].faces == twice[0].faces and once[1] == twice[1]


def test_expressions_expire_with_their_tracks(manifest: Manifest) -> None:
    pipeline, detector, _ = with_fakes(manifest, face(0.3))
    _, state = pipeline.analyse(grey(230), 0.0, State.initial())
    detector.faces = []
    for k in range(1, 9):
        _, state = pipeline.analyse(grey(230), k / 10, state)
    assert not state.expressions and not state.tracks.alive


def test_a_clock_that_jumps_back_changes_nothing_for_the_faces(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    state, labels = State.initial(), []
    for received_at in (1000.0, 1000.1, 1000.1, 3.0, 3.0, 3.1):
        analysis, state = pipeline.analyse(grey(230), received_at, state)
        labels.append((analysis.faces[0].id, analysis.faces[0].label))
    assert labels == [(1, "happy")] * 6


def test_a_bad_frame_is_a_frame_error(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest)
    for data, code in ((b"", "empty"), (b"hello", "not_jpeg"), (JPEG[:-9], "truncated")):
        with pytest.raises(FrameError) as caught:
            pipeline.analyse(data, 0.0, State.initial())
        assert caught.value.code == code
    with pytest.raises(FrameError, match="too_many_pixels"):
        pipeline.analyse(to_jpeg(np.zeros((1100, 1000), np.uint8)), 0.0, State.initial())


def test_every_stage_is_timed(manifest: Manifest) -> None:
    pipeline, _, _ = with_fakes(manifest, face(0.3))
    timing = pipeline.analyse(JPEG, 0.0, State.initial())[0].timing
    assert tuple(timing) == STAGES and all(value > 0 for value in timing.values())


@pytest.fixture(scope="module", params=["blazeface", "haar"])
def real(request: pytest.FixtureRequest, manifest: Manifest) -> Pipeline:
    pipeline = make_pipeline(request.param, "litert", manifest, LIMIT)
    pipeline.warm_up()
    return pipeline


def smoothed(pipeline: Pipeline, jpeg: bytes) -> Analysis:
    state = State.initial()
    for k in range(5):
        analysis, state = pipeline.analyse(jpeg, k / 10, state)
    return analysis


def test_the_astronaut_smiles(real: Pipeline, smiling_jpeg: bytes) -> None:
    (happy,) = smoothed(real, smiling_jpeg).faces
    assert happy.label == "happy" and happy.id == 1 and happy.confidence > 0.6
    assert sum(happy.scores) == pytest.approx(1, abs=0.03)


def test_an_empty_room_has_no_faces(real: Pipeline, empty_jpeg: bytes) -> None:
    assert smoothed(real, empty_jpeg).faces == ()


def test_a_large_frame_gives_the_same_places(manifest: Manifest, smiling: Grey, smiling_jpeg: bytes) -> None:
    """It is decoded at half of its size, which fractions do not show."""
    large_jpeg = to_jpeg(cv2.resize(smiling, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).astype(np.uint8))
    pipeline = make_pipeline("blazeface", "litert", manifest, 16 * LIMIT)
    (small,), (large,) = smoothed(pipeline, smiling_jpeg).faces, smoothed(pipeline, large_jpeg).faces
    assert large.label == small.label and large.box == pytest.approx(small.box, abs=0.02)


class CropShape:
    name = "crop shape"

    def run(self, grey: Grey, detection: Detection, crop: Grey) -> Mapping[str, tuple[float, ...]]:
        return {"shape": crop.shape}


def test_the_crop_is_as_large_as_the_manifest_says(manifest: Manifest) -> None:
    large = dataclasses.replace(manifest, size=64)
    pipeline = Pipeline(Scripted(face(0.3)), BrightnessClassifier(large), large, LIMIT, output_stages=[CropShape()])
    (found,) = pipeline.analyse(JPEG, 0.0, State.initial())[0].faces
    assert found.outputs["shape"] == (64, 64)


def test_importing_the_package_limits_the_pictures_that_opencv_decodes() -> None:
    """In a process of its own: OpenCV reads the limit once."""
    code = "import os, server.vision.pipeline; assert os.environ['OPENCV_IO_MAX_IMAGE_PIXELS']"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
