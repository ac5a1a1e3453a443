"""A classifier for tests that need no model."""

import numpy as np

from server.vision.arrays import Grey
from server.vision.expression.classifier import Classification
from server.vision.expression.manifest import Manifest


class BrightnessClassifier:
    """Calls bright crops happy and dark ones sad; it records how many crops it was given."""

    def __init__(self, manifest: Manifest) -> None:
        self.happy, self.sad = manifest.labels.index("happy"), manifest.labels.index("sad")
        self.given: list[int] = []

    def classify(self, crops: Grey) -> Classification:
        self.given.append(len(crops))
        scores = np.zeros((len(crops), 7), np.float32)
        scores[:, self.happy] = crops.mean(axis=(1, 2)) / 255
        scores[:, self.sad] = 1 - scores[:, self.happy]
        return Classification(scores, np.empty((len(crops), 0), np.float32))
