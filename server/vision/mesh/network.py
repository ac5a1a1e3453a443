"""Measures the 468 points of a face.

The weights (Google, Apache-2.0: "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", Kartynnik et
al. 2019) are a file of the package that brings BlazeFace. The order of the points is that of MediaPipe's canonical face
model.
"""

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from server.vision.arrays import Floats, Grey
from server.vision.expression.align import similarity, warped
from server.vision.model_files import PackagedFile, find_packaged
from server.vision.types import Detection, Mesh

WEIGHTS = PackagedFile("face_landmark.tflite", "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493")
SIZE = 192  # side of the input in pixels
# Side of the input in long sides of the face's box: a quarter of margin on each side, as the network was trained.
SCALE = 1.5


class FaceMeshNetwork:
    """Measures points. Not thread-safe: it owns an interpreter."""

    def __init__(self) -> None:
        """Loads the weights. Raises ModelFilesError when they are missing or damaged."""
        self._network = Interpreter(model_path=str(find_packaged(WEIGHTS)), num_threads=1)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        # The last dimension tells the outputs apart: 468 points of three numbers, or one score.
        outputs = {detail["shape"][-1]: detail["index"] for detail in self._network.get_output_details()}
        self._points, self._logit = outputs[3 * 468], outputs[1]
        self._pixels = np.zeros((1, SIZE, SIZE, 3), np.float32)

    def measure(self, grey: Grey, detection: Detection) -> Mesh | None:
        """The points of one face; None for a detection without landmarks, by which the face is turned upright.

        Args:
            grey: uint8 [height, width], the frame.
            detection: the face.
        """
        if detection.landmarks is None:
            return None
        height, width = grey.shape
        frame = np.array((width, height), np.float32)
        matrix = _to_input(detection, frame)
        crop = warped(grey, matrix, SIZE)
        # The input is RGB from 0 to 1. Grey in all three channels moves a point by 0.7 % of the distance of the eyes.
        cv2.cvtColor(crop * np.float32(1 / 255), cv2.COLOR_GRAY2RGB, dst=self._pixels[0])
        self._network.set_tensor(self._input, self._pixels)
        self._network.invoke()
        points = self._network.get_tensor(self._points).reshape(468, 3) / np.float32(SIZE)
        back = cv2.invertAffineTransform(matrix)
        points[:, :2] = (points[:, :2] @ back[:, :2].T + back[:, 2] + np.float32(0.5)) / frame
        points[:, 2] *= np.hypot(back[0, 0], back[1, 0]) / width
        logit = float(self._network.get_tensor(self._logit).ravel()[0])
        return Mesh(points, float(1 / (1 + np.exp(-logit))))


def _to_input(detection: Detection, frame: Floats) -> Floats:
    """float32 [2, 3]: from pixels of the frame to fractions of the input, in which the eyes are level."""
    x, y, width, height = detection.box
    centre = np.array((x + width / 2, y + height / 2), np.float32) * frame
    side = SCALE * max(width * frame[0], height * frame[1])
    left, right = np.array((detection.landmarks or ())[:2], np.float32) * frame
    across = right - left
    across *= side / 2 / max(float(np.hypot(*across)), 1e-6)
    source = np.array((centre - across, centre + across), np.float32) - np.float32(0.5)
    return similarity(source, _SIDES)


_SIDES = np.array(((0, 0.5), (1, 0.5)), np.float32)  # the middles of the input's left and right edge
