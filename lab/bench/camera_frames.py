"""Synthetic camera frames with a given size and number of faces, with slight motion and noise."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from tests.support.pictures import astronaut_frame, to_jpeg

Picture = npt.NDArray[np.uint8]

# Standard deviation of the noise in grey levels; amplitude of the sway as a share of the frame's width.
NOISE, SWAY = 4.0, 0.012
COLUMNS, ROWS = 5, 2


def frame_with_faces(faces: int, width: int, height: int) -> Picture:
    """A photograph without people, uint8 [height, width, 3] BGR, with up to ten faces pasted in."""
    from skimage.data import coffee

    room = cv2.resize(cv2.cvtColor(coffee(), cv2.COLOR_RGB2BGR), (width, height), interpolation=cv2.INTER_AREA)
    picture = np.asarray(room, np.uint8)
    face = astronaut_frame()[20:260, 200:440]
    columns = min(faces, COLUMNS) if faces > 2 else max(faces, 1)
    rows = ROWS if faces > COLUMNS else 1
    # The face of one person at a laptop fills a third of the width; several people sit further away.
    side = min(round(0.45 * width), width // columns - 2, height // rows - 2)
    for number in range(faces):
        column, row = number % columns, number // columns
        left = round((column + 0.5) * width / columns - side / 2)
        top = round((row + 0.5) * height / rows - side / 2)
        pasted = cv2.resize(face if number % 2 == 0 else face[:, ::-1], (side, side), interpolation=cv2.INTER_AREA)
        picture[top : top + side, left : left + side] = pasted
    return picture


def moving(picture: Picture, frames: int, seed: int = 0) -> list[bytes]:
    """JPEGs of quality 80 of the picture, swaying and with noise; repeated, the sequence has no jump."""
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    around = np.linspace(0, 2 * np.pi, frames, endpoint=False)
    jpegs = []
    for angle in around:
        shift = SWAY * width * np.array((np.sin(angle), 0.5 * np.sin(2 * angle)))
        matrix = np.array(((1, 0, shift[0]), (0, 1, shift[1])), np.float32)
        moved = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        grey_noise = np.float32(NOISE) * rng.standard_normal((height, width, 1), np.float32)
        jpegs.append(to_jpeg((moved + grey_noise).clip(0, 255).astype(np.uint8), 80))
    assert all(one != other for one, other in pairwise(jpegs))
    return jpegs
