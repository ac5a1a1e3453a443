"""A film for the fake camera: photographs of faces in turn, each frame with its number in a corner.

All faces have their eyes and mouth in the same place, so that the server keeps one track and the label must change by
itself. The number is read by the page (feel.js), which then knows when the camera showed which frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from server import Emojifier
from tests.support.camera import write_camera

WIDTH, HEIGHT, FPS = 640, 480, 30
# The number's bits, the lowest first, are squares along the upper edge from the left: white is 1.
BITS, SQUARE = 10, 16
# Where the eye at the left, the eye at the right and the mouth are, in pixels: a face of 30 % of the width.
PLACES = np.array([(280, 210), (360, 210), (320, 295)], np.float32)
NOISE = 3.0  # grey levels, standard deviation: frames of a real camera differ

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Film:
    """A camera file, played in a loop.

    Attributes:
        path: the y4m file.
        labels: the expression of each part, in order.
        part_frames: frames of a part.
    """

    path: Path
    labels: tuple[str, ...]
    part_frames: int


def make_film(path: Path, pictures: Sequence[Path], seconds: float) -> Film:
    """Write a film that shows each picture for `seconds`.

    Raises:
        ValueError: a picture has no face, two pictures in a row have the same expression, or the film is too long to
            number its frames.
    """
    part_frames = round(seconds * FPS)
    if part_frames * len(pictures) > 2**BITS:
        raise ValueError(f"the film has {part_frames * len(pictures)} frames; at most {2**BITS} can be numbered")
    emojifier = Emojifier()
    frames = [_aligned(emojifier, file) for file in pictures]
    labels = tuple(emojifier.analyse(frame).faces[0].label for frame in frames)
    if any(label == labels[index - 1] for index, label in enumerate(labels)):
        raise ValueError(f"pictures in a row must differ in their expression; these are {', '.join(labels)}")
    rng = np.random.default_rng(7)
    # A few patterns of noise, used in turn: one for each frame would take minutes.
    noises = [rng.normal(0, NOISE, (HEIGHT, WIDTH, 1)).astype(np.float32) for _ in range(7)]
    numbered = [
        with_number(_noisy(frame, noises[k % len(noises)]), index * part_frames + k)
        for index, frame in enumerate(frames)
        for k in range(part_frames)
    ]
    return Film(write_camera(path, *numbered), labels, part_frames)


def make_tilting_film(path: Path, picture: Path, seconds: float, degrees: float) -> tuple[float, ...]:
    """Write a film of one face that tilts to and fro, once in `seconds`; returns the tilt of each frame, clockwise.

    Raises:
        ValueError: the picture has no face.
    """
    frame = _aligned(Emojifier(), picture)
    middle = (float(PLACES[:, 0].mean()), float(PLACES[:, 1].mean()))
    rng = np.random.default_rng(7)
    count = round(seconds * FPS)
    tilts = tuple(degrees * float(np.sin(2 * np.pi * k / count)) for k in range(count))
    frames = []
    for k, tilt in enumerate(tilts):
        turn = cv2.getRotationMatrix2D(middle, -tilt, 1)
        turned = cv2.warpAffine(frame, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        noise = rng.normal(0, NOISE, (HEIGHT, WIDTH, 1)).astype(np.float32)
        frames.append(with_number(_noisy(np.asarray(turned, np.uint8), noise), k))
    write_camera(path, *frames)
    return tilts


def _aligned(emojifier: Emojifier, file: Path) -> Picture:
    """The picture as a camera frame with its face in its place."""
    pixels = cv2.imread(str(file))
    if pixels is None:
        raise ValueError(f"{file} is not a picture")
    picture = np.asarray(pixels, np.uint8)
    faces = emojifier.analyse(picture).faces
    if not faces or faces[0].landmarks is None:
        raise ValueError(f"there is no face in {file}")
    points = np.array([faces[0].landmarks[i] for i in (0, 1, 3)], np.float32) * (picture.shape[1], picture.shape[0])
    matrix, _ = cv2.estimateAffinePartial2D(points.astype(np.float32), PLACES)
    frame = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(frame, np.uint8)


def _noisy(frame: Picture, noise: npt.NDArray[np.float32]) -> Picture:
    return (frame + noise).clip(0, 255).astype(np.uint8)


def with_number(frame: Picture, number: int) -> Picture:
    """The frame, with its number written into it."""
    for bit in range(BITS):
        frame[:SQUARE, bit * SQUARE : (bit + 1) * SQUARE] = 255 * (number >> bit & 1)
    return frame
