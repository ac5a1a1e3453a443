"""Synthetic webcam clips: a still face that moves about as one before a laptop does, with a webcam's noise.

Everything follows from the seed, so the same clip comes again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from server.vision.arrays import Grey
from tests.support.pictures import to_jpeg

WIDTH, HEIGHT = 640, 480
FACE_PX = 230  # side of a FER2013 crop in the frame; the face in it is 200 px, 31 % of the width
# How far a person sways, one standard deviation, and in which time: measured on nobody, chosen to look real.
SWAY_S = 1.0
SHIFT_PX, TURN_DEGREES, SCALE, BRIGHTNESS = 8.0, 2.5, 0.03, 0.06
NOISE = 4.0  # grey levels, standard deviation, before JPEG at quality 80


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture in a frame, uint8 [HEIGHT, WIDTH], and the middle of the face in it, in pixels."""

    frame: Grey
    middle: tuple[float, float]


def crop_scene(crop: Grey, middle: tuple[float, float] = (WIDTH / 2, HEIGHT / 2), side: int = FACE_PX) -> Scene:
    """A FER2013 crop, enlarged with its aspect, before a plain wall that its edges fade into."""
    enlarged = cv2.resize(crop, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    ramp = np.minimum(np.arange(side) + 1, np.arange(side)[::-1] + 1) / (side / 16)
    mask = np.minimum.outer(ramp.clip(0, 1), ramp.clip(0, 1)).astype(np.float32)
    wall = np.full((HEIGHT, WIDTH), 128, np.float32)
    left, top = round(middle[0] - side / 2), round(middle[1] - side / 2)
    part = wall[top : top + side, left : left + side]
    part += mask * (enlarged - part)
    return Scene(wall.astype(np.uint8), middle)


def astronaut_scene() -> Scene:
    """Eileen Collins (NASA, public domain), her face 25 % of the frame's width."""
    from skimage.data import astronaut

    grey = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2GRAY)
    matrix = np.array([(1.6, 0, WIDTH / 2 - 1.6 * 220), (0, 1.6, HEIGHT / 2 - 1.6 * 118)], np.float32)
    frame = cv2.warpAffine(grey, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return Scene(frame.astype(np.uint8), (WIDTH / 2, HEIGHT / 2))


def play(scene: Scene, seconds: float, fps: float, seed: int) -> Iterator[tuple[float, bytes]]:
    """The frames of a clip with the times at which they come, which waver by a few milliseconds."""
    rng = np.random.default_rng(seed)
    sway = rng.standard_normal(5)
    keep = np.exp(-1 / (fps * SWAY_S))
    for k in range(round(seconds * fps)):
        sway = keep * sway + np.sqrt(1 - keep**2) * rng.standard_normal(5)
        yield k / fps + rng.uniform(0, 0.01), to_jpeg(_moved(scene, sway, rng))


def _moved(scene: Scene, sway: npt.NDArray[np.float64], rng: np.random.Generator) -> Grey:
    """The scene shifted, turned, scaled and lit as the five numbers say, with fresh noise."""
    x, y, turn, scale, light = sway
    matrix = cv2.getRotationMatrix2D(scene.middle, TURN_DEGREES * turn, 1 + SCALE * scale)
    matrix[:, 2] += (SHIFT_PX * x, SHIFT_PX * y)
    moved = cv2.warpAffine(scene.frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    noise = np.float32(NOISE) * rng.standard_normal((HEIGHT, WIDTH), np.float32)
    return (moved * np.float32(1 + BRIGHTNESS * light) + noise).clip(0, 255).astype(np.uint8)
