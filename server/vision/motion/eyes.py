"""Measures how far an eye is open, with the network that finds the contour of an eye and its iris.

The 468 points see no blink: they lie alike on open and on closed eyes. The weights (Google, Apache-2.0: "MediaPipe
Iris", 2020) are a file of the package that brings BlazeFace.
"""

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from server.vision.arrays import Floats, Grey
from server.vision.expression.align import similarity, warped
from server.vision.mesh.normalise import LEFT_EYE, RIGHT_EYE
from server.vision.model_files import PackagedFile, find_packaged
from server.vision.types import Mesh

WEIGHTS = PackagedFile("iris_landmark.tflite", "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f")
SIZE = 64  # side of the input in pixels
# Side of the input in distances between the corners of the eye, as the network was trained.
SCALE = 2.3
# The contour: points 0 to 8 are the lower lid from the outer to the inner corner, 9 to 15 the upper lid between them.
_LOWER, _UPPER, _OUTER, _INNER = slice(1, 8), slice(9, 16), 0, 8


class EyeNetwork:
    """Measures eyes. Not thread-safe: it owns an interpreter."""

    def __init__(self) -> None:
        """Loads the weights. Raises ModelFilesError when they are missing or damaged."""
        self._network = Interpreter(model_path=str(find_packaged(WEIGHTS)), num_threads=1)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        # The last dimension tells the outputs apart: 71 points of three numbers of the eye, and 5 of the iris.
        outputs = {detail["shape"][-1]: detail["index"] for detail in self._network.get_output_details()}
        self._contour = outputs[3 * 71]
        self._pixels = np.zeros((1, SIZE, SIZE, 3), np.float32)

    def opening(self, crop: Grey) -> float:
        """How far an eye is open, as a share of the distance of its corners: 0.20 to 0.28 open, near 0 closed.

        Args:
            crop: as from `crop_eyes`.
        """
        return contour_opening(self.contour(crop))

    def contour(self, crop: Grey) -> Floats:
        """The points around an eye, float32 [71, 2], in pixels of the crop: the lower lid, the upper lid, and more."""
        cv2.cvtColor(crop * np.float32(1 / 255), cv2.COLOR_GRAY2RGB, dst=self._pixels[0])
        self._network.set_tensor(self._input, self._pixels)
        self._network.invoke()
        points: Floats = self._network.get_tensor(self._contour).reshape(71, 3)[:, :2]
        return points


def contour_opening(contour: Floats) -> float:
    """The mean distance of the lids over the distance of the corners.

    Args:
        contour: float32 [16 or more, 2], the points of the lids in the network's order.
    """
    across = float(np.hypot(*(contour[_INNER] - contour[_OUTER])))
    return float(np.hypot(*(contour[_UPPER] - contour[_LOWER]).T).mean()) / max(across, 1e-6)


def crop_eyes(grey: Grey, mesh: Mesh) -> tuple[Grey, Grey]:
    """The eye at the left of the frame and the mirrored one at its right, uint8 [SIZE, SIZE] each, corners level.

    Args:
        grey: uint8 [height, width], the frame.
        mesh: the points of the face.
    """
    height, width = grey.shape
    points = mesh.points[:, :2] * np.array((width, height), np.float32) - np.float32(0.5)
    left, right = (_crop(grey, points[list(eye)]) for eye in (LEFT_EYE, RIGHT_EYE))
    return left, np.ascontiguousarray(right[:, ::-1])


def _crop(grey: Grey, corners: Floats) -> Grey:
    return warped(grey, similarity(corners, _CORNERS), SIZE)


_CORNERS = np.array(((0.5 - 0.5 / SCALE, 0.5), (0.5 + 0.5 / SCALE, 0.5)), np.float32)  # in the input
