"""Follows the motion of faces: measures points and eyes, and knows when the eyes need no measuring."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.motion.eyes import EyeNetwork, crop_eyes
from server.vision.motion.followed import FollowedFace
from server.vision.motion.measured import Seen, SeenEye
from server.vision.motion.measures import measure
from server.vision.motion.values import Motion
from server.vision.types import Mesh

# Points with a lower score are not believed: something covers the face.
MIN_SCORE = 0.5
# A look at an eye: the middle of its crop, at a quarter of its side, which averages the noise away.
_LOOK = (slice(20, 48), slice(8, 56))
_LOOK_SIZE = (12, 7)
# Mean difference of two looks, in standard deviations of the first, up to which an eye has not changed. A webcam's
# noise makes up to 0.165, a lid that closes by half 0.22 and more (50 eyes).
MAX_DIFFERENCE = 0.17
# An unchanged eye is measured again after this, in seconds: slow changes must not add up unseen.
REFRESH_S = 0.5


class MeasuredFace(NamedTuple):
    """A face of a frame: its track id, its points, and how certain it is that it is at rest (0 to 1)."""

    id: int
    mesh: Mesh
    neutral: float


class MotionFollower:
    """Measures motion. Not thread-safe: it owns an interpreter; what is remembered of a face lies in FollowedFace."""

    def __init__(self) -> None:
        """Loads the weights. Raises ModelFilesError when they are missing or damaged."""
        self._network = EyeNetwork()

    def follow(
        self, grey: Grey, faces: Sequence[MeasuredFace], before: Mapping[int, FollowedFace], clock: float
    ) -> dict[int, tuple[FollowedFace, Motion]]:
        """One more frame: the faces whose points are believed, by track id, with their motion values.

        Args:
            grey: uint8 [height, width], the frame.
            faces: in it.
            before: what is known of faces of the frames before.
            clock: seconds of the connection's clock.
        """
        followed: dict[int, tuple[FollowedFace, Motion]] = {}
        for face in faces:
            if face.mesh.score >= MIN_SCORE:
                known = before.get(face.id) or FollowedFace.new()
                pose, shape = measure(face.mesh, grey.shape)
                eyes = self._eyes(grey, face.mesh, known, clock)
                followed[face.id] = known.step(Seen(pose, shape, eyes, face.neutral), clock)
        return followed

    def _eyes(self, grey: Grey, mesh: Mesh, before: FollowedFace, clock: float) -> tuple[SeenEye, SeenEye]:
        crops = crop_eyes(grey, mesh)
        if before.eyes is None:
            left, right = (self._measured(crop, _look(crop), clock) for crop in crops)
            return left, right
        eyes: list[SeenEye] = []
        # One of both eyes is refreshed in a frame, the older one.
        oldest = min(before.eyes, key=lambda eye: eye.at)
        for eye, crop in zip(before.eyes, crops, strict=True):
            look = _look(crop)
            due = eye is oldest and clock - eye.at >= REFRESH_S
            eyes.append(self._measured(crop, look, clock) if due or _has_changed(eye, look) else eye)
        return eyes[0], eyes[1]

    def _measured(self, crop: Grey, look: Grey, clock: float) -> SeenEye:
        return SeenEye(self._network.opening(crop), look.tobytes(), clock)


def _look(crop: Grey) -> Grey:
    return np.asarray(cv2.resize(crop[_LOOK], _LOOK_SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _has_changed(eye: SeenEye, look: Grey) -> bool:
    before = np.frombuffer(eye.look, np.uint8).reshape(look.shape)
    (_,), (deviation,) = (values.ravel().tolist() for values in cv2.meanStdDev(before))
    return float(cv2.norm(before, look, cv2.NORM_L1)) > MAX_DIFFERENCE * deviation * look.size
