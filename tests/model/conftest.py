"""Fixtures of the tests that need TensorFlow; `make check` leaves this folder out."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from model.labels import LABELS


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FER2013 in small: images that differ by label in brightness and pattern, two for training, one a test split."""
    folder = tmp_path_factory.mktemp("fer2013")
    rng = np.random.default_rng(0)
    for index, label in enumerate(LABELS):
        for name in ("Training_a", "Training_b", "PublicTest_a", "PrivateTest_a"):
            place = folder / ("train" if name.startswith("Training") else "test") / label
            place.mkdir(parents=True, exist_ok=True)
            stripes = 30 * index + 25 * (np.indices((48, 48))[index % 2] // 6 % 2)
            image = np.clip(stripes + rng.integers(0, 20, (48, 48)), 0, 255).astype(np.uint8)
            cv2.imwrite(str(place / f"{name}{index}.png"), image)
    return folder
