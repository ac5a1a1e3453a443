"""Random changes of a training image that leave its expression as it is."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Augmentation:
    """How far an image may be changed; lengths in pixels of the 48 px crop.

    The geometry covers what the live alignment leaves over (landmark noise of a few per cent) and the
    spread of FER2013's own registration (0.08 of the crop).
    """

    degrees: float = 15.0
    scale: tuple[float, float] = (0.87, 1.15)
    shift: float = 4.0
    contrast: tuple[float, float] = (0.65, 1.35)
    brightness: float = 32.0
    side_light: float = 0.25  # share of images lit from one side, as by a window beside the desk
    blur: float = 0.2  # share of images blurred, as a webcam out of focus or a face enlarged from afar
    noise: float = 0.15  # share of images with sensor noise
    cutout: float = 0.4  # share of images with a grey patch, as a hand or hair before the face
    cutout_size: tuple[int, int] = (8, 17)

    def stronger(self, factor: float) -> "Augmentation":
        """Turn, scale, place, light and cover changed `factor` times as much; blur and noise as they are."""
        return replace(
            self,
            degrees=self.degrees * factor,
            scale=_spread(self.scale, factor),
            shift=self.shift * factor,
            contrast=_spread(self.contrast, factor),
            brightness=self.brightness * factor,
            cutout=min(1.0, self.cutout * factor),
        )


def augment_batch(pixels: Pixels, rng: np.random.Generator, how: Augmentation) -> npt.NDArray[np.float32]:
    """Changed copies of uint8 [n, 48, 48] as float32 [n, 48, 48, 1], still raw grey 0..255."""
    out = np.empty((*pixels.shape, 1), np.float32)
    for index, image in enumerate(pixels):
        out[index, :, :, 0] = augment(image, rng, how)
    return out


def augment(image: Pixels, rng: np.random.Generator, how: Augmentation) -> npt.NDArray[np.float32]:
    """One changed copy of uint8 [h, w] as float32 [h, w] within 0..255."""
    moved: npt.NDArray[np.float32] = _move(image, rng, how).astype(np.float32)
    if rng.random() < how.blur:
        moved = np.asarray(cv2.GaussianBlur(moved, (0, 0), rng.uniform(0.4, 1.4)), np.float32)
    moved = (moved - 128) * np.float32(rng.uniform(*how.contrast))
    moved += np.float32(128 + rng.uniform(-how.brightness, how.brightness))
    if rng.random() < how.side_light:
        moved *= _side_light(image.shape[0], rng)
    if rng.random() < how.noise:
        moved = np.asarray(moved + rng.normal(0, rng.uniform(2, 12), moved.shape), np.float32)
    if rng.random() < how.cutout:
        _cut(moved, rng, how)
    return np.clip(moved, 0, 255)


def mix_up(
    images: npt.NDArray[np.float32], targets: npt.NDArray[np.float32], alpha: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Each image [n, h, w, 1] blended with another of the batch, and its targets [n, classes] by the same share.

    Zhang et al., 2018, arXiv 1710.09412; a share for each image, drawn from Beta(alpha, alpha).
    """
    share = rng.beta(alpha, alpha, len(images)).astype(np.float32)
    other = rng.permutation(len(images))
    weight = share[:, None, None, None]
    blended = weight * images + (1 - weight) * images[other]
    return blended, share[:, None] * targets + (1 - share[:, None]) * targets[other]


def _spread(limits: tuple[float, float], factor: float) -> tuple[float, float]:
    """Limits around 1, `factor` times as far from it, but never below a tenth."""
    low, high = limits
    return max(0.1, 1 + (low - 1) * factor), 1 + (high - 1) * factor


def _move(image: Pixels, rng: np.random.Generator, how: Augmentation) -> Pixels:
    """Mirror, turn, scale and shift by one warp; what comes in at the edges repeats the border."""
    size = image.shape[0]
    centre = (size - 1) / 2
    turn, zoom = rng.uniform(-how.degrees, how.degrees), rng.uniform(*how.scale)
    matrix = np.asarray(cv2.getRotationMatrix2D((centre, centre), turn, zoom), np.float64)
    if rng.random() < 0.5:  # a mirrored face keeps its expression: x becomes (size - 1) - x
        matrix = matrix @ np.array([[-1, 0, size - 1], [0, 1, 0], [0, 0, 1]], float)
    matrix[:, 2] += rng.uniform(-how.shift, how.shift, 2)
    warped = cv2.warpAffine(image, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _side_light(size: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """A brightness factor [size, size] that falls off across the face in a random direction."""
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.6)
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    across = np.float32(np.cos(angle)) * ramp[None, :] + np.float32(np.sin(angle)) * ramp[:, None]
    return (1 + np.float32(depth) * across).astype(np.float32)


def _cut(image: npt.NDArray[np.float32], rng: np.random.Generator, how: Augmentation) -> None:
    """Paint one rectangle in a random grey, in place."""
    height, width = rng.integers(*how.cutout_size, size=2)
    top = rng.integers(0, image.shape[0] - height + 1)
    left = rng.integers(0, image.shape[1] - width + 1)
    image[top : top + height, left : left + width] = rng.uniform(0, 255)
