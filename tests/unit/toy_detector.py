"""A new detector, made as docs/extending.md says: a plugin of pytest that registers it."""

from collections.abc import Sequence

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.detectors import registry
from server.vision.types import Box, Detection, DetectionResult, DetectorState
from tests.support.portrait import portrait


class ToyDetector:
    """Finds one face only, by template matching: that of the astronaut in her photograph."""

    def __init__(self) -> None:
        self._face = portrait()[72:170, 170:268]

    def detect(self, grey: Grey) -> list[Detection]:
        height, width = grey.shape
        if height < 98 or width < 98:
            return []
        _, best, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(grey, self._face, cv2.TM_CCOEFF_NORMED))
        if not np.isfinite(best) or not 0.8 < best < 1.1:
            return []
        return [Detection((x / width, y / height, 98 / width, 98 / height), min(1.0, best))]

    def min_face_width(self, tracked: Sequence[Box], clock: float, state: DetectorState) -> float:
        return 0.0

    def follow(self, grey: Grey, tracked: Sequence[Box], clock: float, state: DetectorState) -> DetectionResult:
        return DetectionResult(self.detect(grey), state)


class BlindDetector(ToyDetector):
    """Finds nobody."""

    def detect(self, grey: Grey) -> list[Detection]:
        return []


registry.DETECTORS["toy"] = "tests.unit.toy_detector:ToyDetector"
registry.DETECTORS["blind"] = "tests.unit.toy_detector:BlindDetector"
