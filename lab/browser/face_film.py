"""A film for the fake camera: a face tilts, turns, nods, opens its mouth, blinks, winks, raises its brows and smiles.

Made from a person's neutral and smiling portrait (../shared/data/people/london: Face Research Lab London Set, DeBruine
and Jones 2017, doi 10.6084/m9.figshare.5047666, CC BY 4.0). The 468 points of both are moved, the pictures are warped
with them triangle by triangle, and dissolved into each other for a smile. Each frame has its number (film.py).
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay  # type: ignore[import-untyped]

from lab.browser.film import FPS, HEIGHT, NOISE, WIDTH, Picture, with_number
from server import Emojifier
from server.vision.mesh.network import FaceMeshNetwork
from server.vision.types import Detection
from tests.support.camera import write_camera

Points = npt.NDArray[np.float32]

# Points of MediaPipe's canonical face model (https://github.com/google-ai-edge/mediapipe, face_landmarks_connections).
LIDS = {  # the eye at the left of the frame, at the right: points of the upper lid, each with the one below it
    "blink_left": ((246, 7), (161, 163), (160, 144), (159, 145), (158, 153), (157, 154), (173, 155)),
    "blink_right": ((466, 249), (388, 390), (387, 373), (386, 374), (385, 380), (384, 381), (398, 382)),
}
BROWS = (70, 63, 105, 66, 107, 46, 53, 52, 65, 55, 300, 293, 334, 296, 336, 276, 283, 282, 295, 285)
INNER_LIP = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
LOWER_LIP = (
    324, 318, 402, 317, 14, 87, 178, 88, 95, 146, 91, 181, 84, 17, 314, 405, 321, 375, 325, 307, 77, 90, 180, 85, 16,
    315, 404, 320, 96, 89, 179, 86, 15, 316, 403, 319,
)  # fmt: skip
CHIN = (
    152, 148, 176, 149, 150, 377, 400, 378, 379, 200, 199, 175, 208, 428, 201, 421, 83, 18, 313, 32, 262, 171, 396, 140,
    369, 194, 418, 182, 406, 204, 424, 106, 335, 43, 273,
)  # fmt: skip
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
# Rings around the face, in sizes of its oval, and how much of a turn each takes part in: ears and hair, then nothing.
RING_SIZES, RING_SHARES = (1.25, 1.6, 2.1), (0.75, 0.4, 0.1)


@dataclass(frozen=True, slots=True)
class Pose:
    """How the face is: angles in degrees (yaw to the right of the frame, pitch up, roll clockwise), else 0 to 1."""

    yaw: float = 0
    pitch: float = 0
    roll: float = 0
    mouth: float = 0
    smile: float = 0
    blink_left: float = 0
    blink_right: float = 0
    brows: float = 0


REST = Pose()
# Name, what the face does at the end of it, and how long it takes to get there, in seconds; then it goes back to rest.
MOVES: tuple[tuple[str, Pose, float], ...] = (
    ("tilt left", Pose(roll=-22), 0.45),
    ("tilt right", Pose(roll=22), 0.45),
    ("turn left", Pose(yaw=-18), 0.45),
    ("turn right", Pose(yaw=18), 0.45),
    ("look up", Pose(pitch=14), 0.4),
    ("look down", Pose(pitch=-14), 0.4),
    ("open mouth", Pose(mouth=1), 0.3),
    ("blink", Pose(blink_left=1, blink_right=1), 0.1),
    ("wink", Pose(blink_right=1), 0.2),
    ("raise brows", Pose(brows=1), 0.3),
    ("smile", Pose(smile=1), 0.5),
    ("smile and tilt", Pose(smile=1, roll=15, mouth=0.4), 0.5),
)
HOLD_S = {"blink": 0.07}
USUAL_HOLD_S = 0.5
PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class FaceFilm:
    """A camera file, played in a loop.

    Attributes:
        path: the y4m file.
        poses: of the face in each frame.
        peaks: for each move its name and the last frame of its hold.
    """

    path: Path
    poses: tuple[Pose, ...]
    peaks: tuple[tuple[str, int], ...]


def make_face_film(path: Path, person: Path) -> FaceFilm:
    """Write the film of the person whose folder has `neutral.jpg` and `happy.jpg`; takes half a minute.

    Raises:
        ValueError: a picture is missing or has no face.
    """
    poses, peaks = script()
    face = MadeFace(person)
    made = cache(face.picture)  # a movement comes back the way it went
    rng = np.random.default_rng(7)
    noises = [rng.normal(0, NOISE, (HEIGHT, WIDTH, 1)).astype(np.float32) for _ in range(7)]
    frames = (
        with_number((made(pose) + noises[k % len(noises)]).clip(0, 255).astype(np.uint8), k)
        for k, pose in enumerate(poses)
    )
    return FaceFilm(write_camera(path, *frames), poses, peaks)


def script() -> tuple[tuple[Pose, ...], tuple[tuple[str, int], ...]]:
    """The pose of each frame, and the moves with the last frames of their holds."""
    poses = [REST] * round(1.5 * FPS)
    peaks = []
    for name, end, seconds in MOVES:
        there = [between(end, smoothly(k / (seconds * FPS))) for k in range(1, math.ceil(seconds * FPS) + 1)]
        hold = max(1, round(HOLD_S.get(name, USUAL_HOLD_S) * FPS))
        peaks.append((name, len(poses) + len(there) + hold - 1))
        poses += [*there, *[end] * hold, *reversed(there), *[REST] * round(PAUSE_S * FPS)]
    return tuple(poses), tuple(peaks)


def between(end: Pose, share: float) -> Pose:
    """A share of the way from rest to a pose."""
    return Pose(*(share * value for value in dataclasses.astuple(end)))


def smoothly(share: float) -> float:
    """The movement with the least jerk, 0 to 1."""
    t = min(1.0, max(0.0, share))
    return t**3 * (10 - 15 * t + 6 * t * t)


class MadeFace:
    """Two portraits of a person that can be posed."""

    def __init__(self, person: Path) -> None:
        """Finds the face's points in both. Raises ValueError if one is missing or has no face."""
        self._frames = [_read(person / f"{name}.jpg") for name in ("neutral", "happy")]
        self._points = [_points(frame) for frame in self._frames]
        neutral = self._points[0]
        self._triangles = Delaunay(_with_surroundings(neutral)[:, :2]).simplices

    def picture(self, pose: Pose) -> npt.NDArray[np.float32]:
        """A camera frame, float32 [HEIGHT, WIDTH, 3], BGR."""
        neutral, happy = self._points
        face = neutral + np.float32(pose.smile) * (happy - neutral)
        target = _posed(face, pose)
        frame = self._warped(0, target)
        if pose.smile > 0:
            frame += np.float32(pose.smile) * (self._warped(1, target) - frame)
        for side, pairs in LIDS.items():
            _close(frame, target, pairs, getattr(pose, side))
        if pose.mouth > 0.02:
            # What the portraits do not show: the mouth's inside.
            inside = np.zeros((HEIGHT, WIDTH, 1), np.float32)
            cv2.fillPoly(inside, [target[list(INNER_LIP), :2].round().astype(np.int32)], 1)
            inside = cv2.GaussianBlur(inside, (5, 5), 0)[..., None] * min(1.0, pose.mouth * 3)
            frame = frame * (1 - inside) + inside * np.array((28, 20, 62), np.float32)
        middle = neutral[[33, 263, 152], :2].mean(axis=0)
        turn = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), -pose.roll, 1)
        return np.asarray(cv2.warpAffine(frame, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), np.float32)

    def _warped(self, index: int, target: Points) -> npt.NDArray[np.float32]:
        """One of the pictures with its points, those around included, at `target` (float32 [n, 3])."""
        source = _with_surroundings(self._points[index])[:, :2]
        which = np.zeros((HEIGHT, WIDTH), np.int32)
        matrices = np.zeros((len(self._triangles), 2, 3), np.float32)
        for k, corners in enumerate(self._triangles):
            to = target[corners, :2]
            if abs(np.linalg.det(np.c_[to, np.ones(3)])) < 0.5:
                continue
            matrices[k] = cv2.getAffineTransform(to, source[corners])
            cv2.fillConvexPoly(which, to.round().astype(np.int32), k)
        rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
        each = matrices[which]
        x = each[..., 0, 0] * columns + each[..., 0, 1] * rows + each[..., 0, 2]
        y = each[..., 1, 0] * columns + each[..., 1, 1] * rows + each[..., 1, 2]
        frame = cv2.remap(self._frames[index], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(frame, np.float32)


def _posed(points: Points, pose: Pose) -> Points:
    """The points, float32 [468, 3] in pixels, after all but the roll."""
    moved = points.copy()
    eyes = float(np.hypot(*(points[263] - points[33])[:2]))
    moved = _with_surroundings(moved)
    still = moved.copy()
    moved[list(BROWS), 1] -= np.float32(0.11 * eyes * pose.brows)
    for region, way in ((LOWER_LIP, 0.3), (CHIN, 0.24)):
        moved[list(region), 1] += np.float32(way * eyes * pose.mouth)
    corners = moved[[78, 308]].mean(axis=0)
    half = np.abs(moved[308, 0] - moved[78, 0]) / 2
    for index in LOWER_LIP:  # an open mouth is round: its corners stay
        aside = min(1.0, abs(float(moved[index, 0] - corners[0])) / float(half))
        moved[index, 1] -= np.float32(0.3 * eyes * pose.mouth * aside**4)
    yaw, pitch = math.radians(pose.yaw), math.radians(pose.pitch)
    axis = points[list(OVAL)].mean(axis=0) + np.array((0, 0, 0.6 * eyes), np.float32)
    about_y = np.array(((math.cos(yaw), 0, -math.sin(yaw)), (0, 1, 0), (math.sin(yaw), 0, math.cos(yaw))))
    about_x = np.array(((1, 0, 0), (0, math.cos(pitch), math.sin(pitch)), (0, -math.sin(pitch), math.cos(pitch))))
    turned = (moved - axis) @ (about_x @ about_y).T + axis
    # The rings around the face go a part of its way.
    shares = np.zeros((len(moved), 1), np.float32)
    shares[:468] = 1
    for k, share in enumerate(RING_SHARES):
        shares[468 + k * len(OVAL) : 468 + (k + 1) * len(OVAL)] = share
    return np.asarray(still + shares * (turned - still), np.float32)


def _close(frame: npt.NDArray[np.float32], points: Points, pairs: Sequence[tuple[int, int]], share: float) -> None:
    """Draw an eyelid over an eye: the portraits have none that is closed."""
    if share <= 0:
        return
    upper, lower = (points[[pair[k] for pair in pairs], :2] for k in (0, 1))
    tall = float((lower - upper)[:, 1].max())
    above = upper - np.array((0, 0.3 * tall), np.float32)
    lid = upper + np.float32(share) * (lower + np.array((0, 0.15 * tall), np.float32) - upper)
    skin = 0.92 * np.median([frame[int(y + 1.5 * tall), int(x)] for x, y in lower], axis=0)
    inside = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.fillPoly(inside, [np.concatenate((above, lid[::-1])).round().astype(np.int32)], 1)
    mask = np.asarray(cv2.GaussianBlur(inside, (3, 3), 0), np.float32)[..., None]
    frame *= 1 - mask
    frame += mask * skin
    cv2.polylines(frame, [lid.round().astype(np.int32)], False, (30, 34, 46), 2, cv2.LINE_AA)


def _with_surroundings(points: Points) -> Points:
    """The points with rings around the face that move less, and the frame's edge, which does not move."""
    oval = points[list(OVAL)]
    middle = oval.mean(axis=0)
    rings = [middle + np.float32(size) * (oval - middle) for size in RING_SIZES]
    edge = [(x, y, 0) for x in (0, WIDTH // 3, 2 * WIDTH // 3, WIDTH - 1) for y in (0, HEIGHT - 1)]
    edge += [(x, y, 0) for x in (0, WIDTH - 1) for y in (HEIGHT // 3, 2 * HEIGHT // 3)]
    return np.concatenate((points, *rings, np.array(edge, np.float32))).astype(np.float32)


def _read(file: Path) -> Picture:
    """A portrait as a camera frame: its upper part in the frame's shape."""
    pixels = cv2.imread(str(file))
    if pixels is None:
        raise ValueError(f"{file} is not a picture")
    height = round(pixels.shape[1] * HEIGHT / WIDTH)
    top = round(0.07 * pixels.shape[0])
    return np.asarray(cv2.resize(pixels[top : top + height], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _tools() -> tuple[Emojifier, FaceMeshNetwork]:
    return Emojifier(), FaceMeshNetwork()


def _points(frame: Picture) -> Points:
    """float32 [468, 3], in pixels; z from the camera on, the middle of the head about 0."""
    emojifier, network = _tools()
    faces = emojifier.analyse(frame).faces
    if not faces or faces[0].landmarks is None:
        raise ValueError("there is no face in a portrait")
    detection = Detection(box=faces[0].box, score=1.0, landmarks=faces[0].landmarks)
    mesh = network.measure(np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8), detection)
    if mesh is None:
        raise ValueError("the points of a portrait cannot be measured")
    return np.asarray(mesh.points * (WIDTH, HEIGHT, WIDTH), np.float32)


