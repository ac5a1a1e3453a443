"""Generated images for the tests of the model package."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def picture(seed: int) -> Pixels:
    """Noise, uint8 [48, 48]: the same for the same seed, and for no other."""
    return np.random.default_rng(seed).integers(0, 256, (48, 48), np.uint8)


def write(folder: Path, name: str, image: Pixels) -> None:
    """Write a picture; as PNG, which keeps pixels exactly, so that repeats can be told."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(cv2.imencode(".png", image)[1].tobytes())
