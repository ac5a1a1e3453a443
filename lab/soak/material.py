"""What is sent: real photographs by the good, and by the bad what a decoder or a parser could choke on."""

import random
import struct

import cv2
import numpy as np
import numpy.typing as npt

from lab.bench.crowd import moving
from tests.support.pictures import astronaut_frame, to_jpeg, two_faces

Image = npt.NDArray[np.uint8]


def photographs() -> list[bytes]:
    """JPEGs of 640x480: one face, two, a man with a camera, none (a cat, a cup of coffee, a rocket)."""
    return [to_jpeg(image) for image in _images()]


def films(frames: int) -> list[list[bytes]]:
    """The same, each as a camera sees it that stands before it: it sways and has noise, JPEGs of quality 80."""
    return [moving(image, frames, seed) for seed, image in enumerate(_images())]


def _images() -> list[Image]:
    from skimage import data

    others = [data.camera(), data.chelsea(), data.coffee(), data.rocket()]
    return [astronaut_frame(), two_faces(), *map(_framed, others)]


def _framed(image: Image) -> Image:
    bgr = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if image.ndim == 2 else cv2.COLOR_RGB2BGR)
    return np.asarray(cv2.resize(bgr, (640, 480), interpolation=cv2.INTER_AREA), np.uint8)


def garbage(rng: random.Random, photograph: bytes, count: int = 50) -> list[bytes]:
    """Nothing that a decoder likes: noise, nothing, halves, and a photograph with wrong bytes in it."""
    return [b"", b"\xff\xd8\xff", *(_spoilt(rng, photograph) for _ in range(count))]


def _spoilt(rng: random.Random, photograph: bytes) -> bytes:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(1, 20_000))
    if kind == 1:
        return photograph[: rng.randrange(len(photograph))]
    if kind == 2:
        return b"\xff\xd8\xff" + rng.randbytes(rng.randrange(1, 20_000))
    spoilt = bytearray(photograph)
    for _ in range(rng.randrange(1, 40)):
        spoilt[rng.randrange(2, len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def bombs(most: int) -> list[bytes]:
    """Small to send and large to read: frames of at most `most` bytes that claim or cost much."""
    small = to_jpeg(np.full((64, 64, 3), 128, np.uint8))
    return [claiming(small, 20_000, 20_000), claiming(small, 65_535, 65_535), many_scans(300), heaviest(most)]


def claiming(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header claims another size than it has."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes `count` times: each visits the whole picture anew."""
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8)
    picture = np.asarray(cv2.GaussianBlur(noise, (0, 0), 9), np.uint8)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 20])
    jpeg = data.tobytes()
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * count + jpeg[-2:]


def heaviest(most: int) -> bytes:
    """The dearest picture that is allowed by the default limits: 1920x1080 pixels of noise in `most` bytes."""
    noise = np.random.default_rng(0).integers(0, 255, (1080, 1920, 3), np.uint8)
    for quality in range(60, 0, -5):
        jpeg = to_jpeg(noise, quality)
        if len(jpeg) <= most:
            return jpeg
    raise ValueError(f"no quality fits into {most} bytes")
