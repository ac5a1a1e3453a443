"""Metrics on degraded images: test crops tilted, covered, dark, small, blurred or compressed.

Unlike in augmentation, each change has one strength for all images, so that models can be compared. Random positions
and noise come from a fixed seed.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from model.manifest import ALIGNMENT
from model.metrics import Labels, Probabilities, confusion_matrix, macro_recall

Pixels = npt.NDArray[np.uint8]
Change = Callable[[Pixels, np.random.Generator], Pixels]  # uint8 [n, size, size] to the same shape and type

UNCHANGED = "unchanged"  # the name of the metrics without degradation


def judge_degraded(answer: Callable[[Pixels], Probabilities], pixels: Pixels, labels: Labels) -> dict[str, Any]:
    """Accuracy and macro recall without and with each degradation, as JSON data.

    Args:
        answer: returns probabilities float32 [n, classes] for crops uint8 [n, 48, 48].
        pixels: the test crops.
        labels: int64 [n], none undecided.
    """
    results = {}
    for name in tqdm([UNCHANGED, *DEGRADATIONS], "degraded images", leave=False, disable=None):
        changed = pixels if name == UNCHANGED else degrade(name, pixels)
        confusion = confusion_matrix(answer(changed), labels)
        results[name] = {
            "accuracy": round(float(np.trace(confusion) / max(1, confusion.sum())), 4),
            "macro_recall": round(macro_recall(confusion), 4),
        }
    return results


def degrade(name: str, pixels: Pixels) -> Pixels:
    """Apply a degradation by name to copies of uint8 [n, size, size]; deterministic."""
    return DEGRADATIONS[name](pixels, np.random.default_rng(0))


def print_degraded(results: dict[str, Any]) -> None:
    """Print the metrics, one line for each degradation, with the percentage points lost."""
    print(f"\n{'PrivateTest, degraded':24} {'accuracy':>9} {'lost':>6} {'macro recall':>13} {'lost':>6}")
    clean = results[UNCHANGED]
    for name, row in results.items():
        lost = [100 * (clean[figure] - row[figure]) for figure in ("accuracy", "macro_recall")]
        print(f"{name:24} {row['accuracy']:9.1%} {lost[0]:6.1f} {row['macro_recall']:13.1%} {lost[1]:6.1f}")


def tilt(pixels: Pixels, rng: np.random.Generator, degrees: float) -> Pixels:
    """Rotate each face to a random side, as when the landmarks are not found; the border is replicated."""
    size = pixels.shape[1]
    centre = ((size - 1) / 2, (size - 1) / 2)
    matrices = [np.asarray(cv2.getRotationMatrix2D(centre, side * degrees, 1.0)) for side in (-1, 1)]
    sides = rng.integers(0, 2, len(pixels))
    return _each(
        pixels,
        lambda image, index: cv2.warpAffine(
            image, matrices[sides[index]], (size, size), borderMode=cv2.BORDER_REPLICATE
        ),
    )


def cover_mouth(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Cover everything below the nose with the image's mean grey, like a mask or a hand."""
    return _paint(pixels, top=(ALIGNMENT["nose"][1] + ALIGNMENT["mouth"][1]) / 2, bottom=1.0, left=0.2, right=0.8)


def cover_eyes(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Cover both eyes with a dark band, like sunglasses."""
    eyes = ALIGNMENT["eye_left_of_image"][1]
    return _paint(pixels, top=eyes - 0.08, bottom=eyes + 0.1, left=0.15, right=0.85, grey=20)


def cover_patch(pixels: Pixels, rng: np.random.Generator, share: float) -> Pixels:
    """Cover a random square with a random grey; its side is this share of the crop's."""
    changed, size = pixels.copy(), pixels.shape[1]
    side = round(share * size)
    places, greys = rng.integers(0, size - side + 1, (len(pixels), 2)), rng.integers(0, 256, len(pixels))
    for image, (top, left), grey in zip(changed, places, greys, strict=True):
        image[top : top + side, left : left + side] = grey
    return changed


def dim(pixels: Pixels, rng: np.random.Generator, light: float, noise: float) -> Pixels:
    """Reduce the light to this share and add camera noise (standard deviation in grey levels)."""
    return _clip(pixels * np.float32(light) + noise * rng.standard_normal(pixels.shape, np.float32))


def light_from_side(pixels: Pixels, rng: np.random.Generator, darkest: float) -> Pixels:
    """Light one side of the face fully, decreasing linearly to this share on the other side."""
    ramp = np.linspace(1.0, darkest, pixels.shape[2], dtype=np.float32)
    ramps = np.stack([ramp, ramp[::-1]])[rng.integers(0, 2, len(pixels))]
    return _clip(pixels * ramps[:, None, :])


def shrink(pixels: Pixels, rng: np.random.Generator, size: int) -> Pixels:
    """Shrink the face to this many pixels, and enlarge it again."""
    full = (pixels.shape[2], pixels.shape[1])
    return _each(
        pixels,
        lambda image, _: cv2.resize(cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA), full),
    )


def blur(pixels: Pixels, rng: np.random.Generator, sigma: float) -> Pixels:
    """Apply a Gaussian blur; `sigma` in pixels of the crop."""
    return _each(pixels, lambda image, _: cv2.GaussianBlur(image, (0, 0), sigma))


def compress(pixels: Pixels, rng: np.random.Generator, quality: int) -> Pixels:
    """Compress as a JPEG of this quality."""

    def through(image: Pixels, _: int) -> Any:
        encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)

    return _each(pixels, through)


DEGRADATIONS: dict[str, Change] = {
    "tilt 10 degrees": partial(tilt, degrees=10),
    "tilt 20 degrees": partial(tilt, degrees=20),
    "tilt 30 degrees": partial(tilt, degrees=30),
    "mouth covered": cover_mouth,
    "eyes covered": cover_eyes,
    "patch of a third": partial(cover_patch, share=1 / 3),
    "dim light": partial(dim, light=0.3, noise=4.0),
    "near darkness": partial(dim, light=0.1, noise=6.0),
    "light from one side": partial(light_from_side, darkest=0.1),
    "face of 24 px": partial(shrink, size=24),
    "face of 16 px": partial(shrink, size=16),
    "face of 12 px": partial(shrink, size=12),
    "blur": partial(blur, sigma=1.5),
    "JPEG quality 20": partial(compress, quality=20),
}


def _each(pixels: Pixels, change: Callable[[Pixels, int], Any]) -> Pixels:
    changed = np.empty_like(pixels)
    for index, image in enumerate(pixels):
        changed[index] = change(image, index)
    return changed


def _paint(
    pixels: Pixels, top: float, bottom: float, left: float, right: float, grey: int | None = None
) -> Pixels:
    """Fill a rectangle, in fractions of the crop, with this grey or else with each image's mean."""
    changed, size = pixels.copy(), pixels.shape[1]
    rows, columns = slice(round(top * size), round(bottom * size)), slice(round(left * size), round(right * size))
    changed[:, rows, columns] = pixels.mean(axis=(1, 2), keepdims=True).astype(np.uint8) if grey is None else grey
    return changed


def _clip(pixels: npt.NDArray[np.float32]) -> Pixels:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
