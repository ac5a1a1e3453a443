"""The motion values of made faces: each moves by what it means, in the direction that it promises."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.arrays import Floats
from server.vision.motion.eyes import contour_opening
from server.vision.motion.followed import FollowedFace
from server.vision.motion.measured import Measures, Pose, Seen, SeenEye, Shape
from server.vision.motion.measures import measure
from server.vision.motion.values import LOWEST, USUAL, Motion
from server.vision.types import Mesh

FRAME = (480, 640)
FPS = 25.0
OPEN, SHUT = 0.25, 0.04
# The points of the brows but for their inner ends, from the left and from the right.
_OUTER_LEFT, _OUTER_RIGHT = (70, 63, 105, 66, 46, 53, 52, 65), (300, 293, 334, 296, 276, 283, 282, 295)
REST = Measures(*(usual.middle for usual in USUAL))
AHEAD = Pose(0.0, REST.pitch, 0.0)


def made_face(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0, raised: float = 0.0, smile: float = 0.0) -> Mesh:
    """A face of a few points, one distance between the eyes large, turned by degrees: in its own axes first the pitch.

    The brows are raised, and the corners of the mouth, by so many distances between the eyes.
    """
    points = np.zeros((468, 3), np.float32)
    for at, (x, y, z) in {
        (33, 263): (0.72, 0.0, 0.1),
        (133, 362): (0.28, 0.0, 0.0),
        (127, 356): (1.1, 0.1, 0.6),
        (234, 454): (1.1, 0.4, 0.6),
        (93, 323): (1.05, 0.7, 0.5),
        (116, 345): (0.8, 0.5, 0.2),
        (109, 338): (0.2, -0.9, 0.0),
        (98, 327): (0.2, 0.8, 0.0),
        (97, 326): (0.1, 0.8, 0.0),
        (61, 291): (0.4, 1.2 - smile, 0.0),
        (82, 312): (0.1, 1.2, 0.0),
        (87, 317): (0.1, 1.23, 0.0),
        **dict.fromkeys(zip(_OUTER_LEFT, _OUTER_RIGHT, strict=True), (0.5, -0.3 - raised, 0.0)),
        (107, 336): (0.22, -0.3 - raised, 0.0),
        (55, 285): (0.22, -0.3 - raised, 0.0),
    }.items():
        points[at[0]], points[at[1]] = (-x, y, z), (x, y, z)
    for index, y in ((10, -1), (151, -0.8), (9, -0.5), (2, 0.8), (13, 1.2), (14, 1.23), (0, 1.15)):
        points[index] = (0, y, 0.0)
    yaw, pitch, roll = (math.radians(angle) for angle in (yaw, pitch, roll))
    about_x = np.array(((1, 0, 0), (0, math.cos(pitch), math.sin(pitch)), (0, -math.sin(pitch), math.cos(pitch))))
    about_y = np.array(((math.cos(yaw), 0, -math.sin(yaw)), (0, 1, 0), (math.sin(yaw), 0, math.cos(yaw))))
    about_z = np.array(((math.cos(roll), -math.sin(roll), 0), (math.sin(roll), math.cos(roll), 0), (0, 0, 1)))
    turned = points @ (about_z @ about_y @ about_x).T * 70 + np.array((300, 240, 0))
    return Mesh((turned / np.array((FRAME[1], FRAME[0], FRAME[1]))).astype(np.float32), 1.0)


def seen(
    pose: Pose = AHEAD,
    eyes: tuple[float, float] | None = (OPEN, OPEN),
    neutral: float = 1.0,
    **shape: float,
) -> Seen:
    """A face at the usual rest, except for what is named."""
    at_rest = Shape(*REST[1:7])
    pair = None if eyes is None else (SeenEye(eyes[0], b"", 0.0), SeenEye(eyes[1], b"", 0.0))
    return Seen(pose, at_rest._replace(**shape), pair, neutral)


def after(*parts: tuple[float, Seen], face: FollowedFace | None = None) -> tuple[FollowedFace, list[Motion]]:
    """The face and its values after parts of so many seconds each, frame by frame."""
    face = face or FollowedFace.new()
    shown: list[Motion] = []
    for seconds, frame in parts:
        for _ in range(round(seconds * FPS)):
            face, motion = face.step(frame, face.at + 1 / FPS)
            shown.append(motion)
    return face, shown


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll"), [(0, 0, 0), (30, 0, 0), (-30, 0, 0), (0, 20, 0), (0, -20, 0), (0, 0, 35), (25, -15, -30)]
)
def test_a_turned_head_has_its_angles_and_keeps_its_shape(yaw: float, pitch: float, roll: float) -> None:
    pose, shape = measure(made_face(yaw, pitch, roll), FRAME)
    assert [math.degrees(angle) for angle in pose] == pytest.approx([yaw, pitch, roll], abs=0.1)
    assert shape == pytest.approx(measure(made_face(), FRAME)[1], abs=1e-3)


def test_the_nose_goes_where_the_head_turns() -> None:
    """The signs, by what they mean in the frame: right, up, clockwise."""
    ahead = _out_of_face(made_face())
    assert (_out_of_face(made_face(yaw=20)) - ahead)[0] > 0.1
    assert (_out_of_face(made_face(pitch=20)) - ahead)[1] < -0.1
    tilted = made_face(roll=20).points
    assert tilted[263, 1] > tilted[33, 1], "the eye at the right lies lower"


def _out_of_face(mesh: Mesh) -> Floats:
    """The direction in which a nose points, in the frame: x to the right, y down, z away from the camera."""
    points = mesh.points * np.array((FRAME[1], FRAME[0], FRAME[1]), np.float32)
    normal = np.cross(points[263] - points[33], points[2] - points[10])
    return np.asarray(-normal / np.linalg.norm(normal), np.float32)


def test_mouth_and_brows_are_measured_in_distances_of_the_eyes() -> None:
    rest, raised, smiling = (measure(made_face(**how), FRAME)[1] for how in ({}, {"raised": 0.1}, {"smile": 0.05}))
    assert rest == pytest.approx(Shape(0.03, 0.8, -0.025 + 0.01, 0.3, 0.3, 0.44), abs=1e-4)
    assert raised == pytest.approx(rest._replace(brow_left=0.4, brow_right=0.4), abs=1e-4)
    assert smiling == pytest.approx(rest._replace(corners=rest.corners + 0.05), abs=1e-4)


@pytest.mark.parametrize(
    ("change", "raised", "lowered"),
    [
        ({"gap": 0.4}, {"mouth_open"}, set()),
        ({"width": 1.0}, {"mouth_width"}, set()),
        ({"width": 0.62}, {"mouth_pucker"}, {"mouth_width"}),
        ({"corners": 0.05}, {"mouth_smile"}, set()),
        ({"corners": -0.08}, set(), {"mouth_smile"}),
        ({"brow_left": 0.4}, {"brow_left"}, set()),
        ({"brow_right": 0.4}, {"brow_right"}, set()),
        ({"brow_left": 0.23, "brow_right": 0.23, "brow_distance": 0.42}, {"brow_frown"}, {"brow_left", "brow_right"}),
        ({"eyes": (SHUT, OPEN)}, set(), {"eye_left"}),
        ({"eyes": (OPEN, SHUT)}, set(), {"eye_right"}),
        ({"pose": Pose(0.5, REST.pitch, 0.0)}, {"yaw"}, set()),
        ({"pose": Pose(-0.5, REST.pitch, 0.0)}, set(), {"yaw"}),
        ({"pose": Pose(0.0, REST.pitch + 0.3, 0.0)}, {"pitch"}, set()),
        ({"pose": Pose(0.0, REST.pitch, -0.4)}, set(), {"roll"}),
    ],
)
def test_each_movement_moves_its_own_values(change: dict[str, object], raised: set[str], lowered: set[str]) -> None:
    face, at_rest = after((2.0, seen()))
    assert at_rest[-1] == pytest.approx(Motion(*(float(name.startswith("eye")) for name in Motion._fields)), abs=0.05)
    _, shown = after((0.4, seen(**change, neutral=0.0)), face=face)  # type: ignore[arg-type]
    moved = {name: now - before for name, now, before in zip(Motion._fields, shown[-1], at_rest[-1], strict=True)}
    assert {name for name, by in moved.items() if by > 0.25} == raised
    assert {name for name, by in moved.items() if by < -0.25} == lowered


def test_a_blink_of_150_ms_is_seen() -> None:
    face, _ = after((1.0, seen()))
    _, blink = after((0.16, seen(eyes=(SHUT, SHUT))), (0.2, seen()), face=face)
    assert min(motion.eye_left for motion in blink) < 0.2 and blink[-1].eye_left > 0.9
    assert all(motion.eye_left == motion.eye_right for motion in blink)


def test_a_wink_closes_one_eye_and_a_turned_head_shows_the_near_one_twice() -> None:
    face, _ = after((1.0, seen()))
    _, wink = after((0.4, seen(eyes=(OPEN, SHUT))), face=face)
    assert wink[-1].eye_left > 0.9 and wink[-1].eye_right < 0.1
    _, far = after((0.4, seen(Pose(0.8, REST.pitch, 0.0), (OPEN, SHUT))), face=face)
    assert far[-1].eye_left > 0.9 and far[-1].eye_right > 0.9


def test_a_face_is_known_after_a_second_and_a_grimace_does_not_change_that() -> None:
    """Brows that are high by nature are no surprise; brows that are raised for ten seconds are."""
    face, shown = after((1.0, seen(brow_left=0.37, brow_right=0.37)))
    assert abs(shown[-1].brow_left) < 0.06
    _, raised = after((10.0, seen(brow_left=0.47, brow_right=0.47, neutral=0.2)), face=face)
    assert raised[-1].brow_left > 0.75


def test_a_smile_held_for_two_minutes_stays_one() -> None:
    """Even where it is read as neutral all the time: the rest stays within what is usual."""
    face, _ = after((2.0, seen()))
    _, shown = after((120.0, seen(corners=0.05, width=1.0)), face=face)
    assert shown[-1].mouth_smile > 0.5 and shown[-1].mouth_width > 0.4


def test_the_first_frame_of_a_face_is_measured_against_what_is_usual() -> None:
    """So a single picture has values too."""
    face, (first, *_) = after((0.04, seen(gap=0.23, corners=0.007)))
    assert first.mouth_open == pytest.approx(0.5) and first.mouth_smile == pytest.approx(0.5)
    assert face.rest.seconds == 0


def test_without_eyes_they_count_as_open() -> None:
    assert after((0.1, seen(eyes=None)))[1][-1].eye_left == 1.0


def test_a_state_is_never_changed() -> None:
    face, _ = after((1.0, seen()))
    before = (face.rest, face.filtered, face.at)
    after((1.0, seen(gap=0.4)), face=face)
    assert (face.rest, face.filtered, face.at) == before


@given(st.lists(st.floats(-10, 10), min_size=9, max_size=9), st.floats(-3, 3), st.floats(0.001, 100))
def test_values_stay_in_their_ranges(numbers: list[float], angle: float, elapsed: float) -> None:
    frame = Seen(Pose(angle, numbers[0], angle), Shape(*numbers[1:7]), (SeenEye(numbers[7], b"", 0.0),) * 2, 0.5)
    face, _ = FollowedFace.new().step(seen(), 1.0)
    face, motion = face.step(frame, 1.0 + elapsed)
    assert all(low <= value <= 1 for low, value in zip(LOWEST, motion, strict=True))
    assert all(usual.low <= value <= usual.high for usual, value in zip(USUAL, face.rest.values, strict=True))


def test_the_opening_of_an_eye_is_the_mean_gap_over_its_width() -> None:
    contour = np.zeros((71, 2), np.float32)
    contour[:9, 0] = np.linspace(10, 50, 9)
    contour[9:16, 0] = contour[1:8, 0]
    contour[:9, 1], contour[9:16, 1] = 40, 32
    assert contour_opening(contour) == pytest.approx(0.2)
    assert contour_opening(np.zeros((71, 2), np.float32)) == 0
