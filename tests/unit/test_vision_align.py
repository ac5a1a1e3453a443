"""A face lands where the classifier learned to find it, whatever its place, size and tilt."""

from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.arrays import Floats, Grey
from server.vision.detectors.blazeface.detector import BlazeFaceDetector
from server.vision.expression.align import BOX_IN_CROP, crop_face, similarity
from server.vision.images.frame import decode_grey
from server.vision.types import Detection
from tests.support.portrait import SIZE, TEMPLATE


def doll() -> Grey:
    """A drawn face, uint8 [48, 48], with its eyes, nose and mouth in their places."""
    picture = np.full((SIZE * 8, SIZE * 8), 170, np.uint8)
    for (x, y), grey in zip(TEMPLATE * SIZE * 8, (20, 60, 220, 110), strict=True):
        cv2.circle(picture, (round(float(x)), round(float(y))), SIZE // 2, grey, -1)
    return cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8)


def posed(turn: float, scale: float, x: float, y: float, height: int = 300, width: int = 400) -> tuple[Grey, Detection]:
    """The doll in a frame: turned by degrees, scaled, its middle at x, y; and the detection that fits."""
    matrix = np.asarray(cv2.getRotationMatrix2D((SIZE / 2 - 0.5, SIZE / 2 - 0.5), turn, scale), np.float64)
    matrix[:, 2] += np.array((x - SIZE / 2, y - SIZE / 2))
    frame = cv2.warpAffine(doll(), matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(170,))
    pixels = (TEMPLATE * SIZE - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    return frame.astype(np.uint8), with_landmarks((pixels / (width, height)).tolist())


def with_landmarks(points: list[list[float]]) -> Detection:
    """A detection with these eyes, nose and mouth."""
    return Detection((0, 0, 1, 1), 0.9, tuple((x, y) for x, y in [*points, *points[:2]]))


def difference(a: Grey, b: Grey) -> float:
    """Mean absolute difference in grey levels."""
    return float(np.abs(a.astype(int) - b).mean())


@given(st.floats(-180, 180), st.floats(0.01, 100), st.floats(-1000, 1000), st.floats(-1000, 1000), st.integers(2, 6))
def test_a_similarity_is_recovered(turn: float, scale: float, x: float, y: float, points: int) -> None:
    angle = np.radians(turn)
    rotation = scale * np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    source = np.random.default_rng(points).random((points, 2)).astype(np.float32)
    target = source @ rotation.T + (x, y)
    found = similarity(source, target.astype(np.float32))
    assert found.dtype == np.float32 and found.shape == (2, 3)
    assert source @ found[:, :2].T + found[:, 2] == pytest.approx(target, abs=1e-3 * (scale + abs(x) + abs(y)))


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    """A reflection would fit better, but it would swap left and right."""
    found = similarity(TEMPLATE, TEMPLATE * (-1, 1))
    assert np.linalg.det(found[:, :2]) >= 0


def test_points_in_one_place_do_not_divide_by_zero() -> None:
    assert np.isfinite(similarity(np.ones((4, 2), np.float32), TEMPLATE)).all()
    nowhere = with_landmarks([[0.5, 0.5]] * 4)
    assert crop_face(doll(), nowhere, TEMPLATE, SIZE).shape == (SIZE, SIZE)


def test_a_picture_that_is_in_place_comes_back_as_it_was() -> None:
    crop = crop_face(doll(), with_landmarks(TEMPLATE.tolist()), TEMPLATE, SIZE)
    assert crop.dtype == np.uint8 and crop.shape == (SIZE, SIZE)
    assert difference(crop, doll()) < 0.5


@pytest.mark.parametrize("turn", [0, 30, 60, -45, 180])
@pytest.mark.parametrize("scale", [0.7, 1.0, 2.3, 5.0])
def test_place_size_and_tilt_do_not_matter(turn: float, scale: float) -> None:
    frame, face = posed(turn, scale, 190, 160)
    assert difference(crop_face(frame, face, TEMPLATE, SIZE), doll()) < 4


def test_a_large_face_is_averaged_not_sampled() -> None:
    """Stripes two pixels wide, four pairs of them to a pixel of the crop, must come out as their mean."""
    frame = np.zeros((800, 800), np.uint8)
    frame[:, ::4] = frame[:, 1::4] = 200
    face = with_landmarks(TEMPLATE.tolist())
    crop = crop_face(frame, face, TEMPLATE, SIZE)
    assert float(crop.mean()) == pytest.approx(100, abs=3)
    assert float(crop.std()) < 15  # sampled without averaging it would be 100


def test_what_lies_outside_the_frame_repeats_its_edge() -> None:
    frame = np.full((100, 100), 140, np.uint8)
    face = with_landmarks((TEMPLATE - np.float32(0.5)).tolist())  # three quarters of the face are outside
    assert np.all(crop_face(frame, face, TEMPLATE, SIZE) == 140)


def test_a_box_alone_lands_in_its_own_place() -> None:
    """A white square where the box is must fill BOX_IN_CROP of the crop, and nothing else."""
    frame = np.zeros((300, 400), np.uint8)
    frame[60:160, 120:220] = 255
    crop = crop_face(frame, Detection((0.3, 0.2, 0.25, 1 / 3), 0.9), TEMPLATE, SIZE)
    left, top, width, height = (round(SIZE * value) for value in BOX_IN_CROP)
    assert crop[top + 2 : top + height - 2, left + 2 : left + width - 2].min() == 255
    assert float(crop.mean()) == pytest.approx(255 * BOX_IN_CROP[2] * BOX_IN_CROP[3], rel=0.05)


def test_pictures_of_fer2013_come_back_nearly_unchanged(data_folder: Path) -> None:
    """The crop that BlazeFace's landmarks give of a training picture must lie where the picture lay.

    A single face of FER2013 is off by some three pixels of 48; the middle of them all must not be.
    """
    detector, pad = BlazeFaceDetector(), 24
    landmarks: list[Floats] = []
    aligned: list[Floats] = []
    with ZipFile(data_folder / "fer2013.zip") as archive:
        names = sorted(name for name in archive.namelist() if "/PublicTest_" in name)[::18]
        for name in names:
            picture = np.pad(decode_grey(archive.read(name), SIZE * SIZE), pad, mode="edge")
            frame = cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
            for face in detector.detect(frame)[:1]:
                assert face.landmarks is not None
                found: Floats = ((np.array(face.landmarks[:4]) * (SIZE + 2 * pad) - pad) / SIZE).astype(np.float32)
                matrix = similarity(found, TEMPLATE)
                landmarks.append(found)
                aligned.append((found @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32))
    assert len(landmarks) > 0.9 * len(names)
    assert SIZE * np.abs(np.median(landmarks, axis=0) - TEMPLATE).max() < 1  # pixels of the crop
    distance = SIZE * np.linalg.norm(np.array(aligned) - TEMPLATE, axis=2)
    assert np.median(distance) < 1 and np.percentile(distance, 90) < 3
