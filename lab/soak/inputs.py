"""What the clients send: photographs, and inputs that could break a decoder or a parser."""

import random
import struct

import cv2
import numpy as np
import numpy.typing as npt

from lab.bench.camera_frames import moving
from tests.support.pictures import astronaut_frame, to_jpeg, two_faces

Image = npt.NDArray[np.uint8]


def photographs() -> list[bytes]:
    """JPEGs of 640x480 px: one face, two faces, a man with a camera, and no face (a cat, a cup of coffee, a rocket)."""
    return [to_jpeg(image) for image in _images()]


def clips(frames: int) -> list[list[bytes]]:
    """The same as clips of a camera: slight motion, noise, JPEGs of quality 80."""
    return [moving(image, frames, seed) for seed, image in enumerate(_images())]


def _images() -> list[Image]:
    from skimage import data

    others = [data.camera(), data.chelsea(), data.coffee(), data.rocket()]
    return [astronaut_frame(), two_faces(), *map(_framed, others)]


def _framed(image: Image) -> Image:
    bgr = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if image.ndim == 2 else cv2.COLOR_RGB2BGR)
    return np.asarray(cv2.resize(bgr, (640, 480), interpolation=cv2.INTER_AREA), np.uint8)


def garbage(rng: random.Random, photograph: bytes, count: int = 50) -> list[bytes]:
    """Undecodable frames: empty, noise, truncated, and a photograph with wrong bytes."""
    return [b"", b"\xff\xd8\xff", *(_damaged(rng, photograph) for _ in range(count))]


def _damaged(rng: random.Random, photograph: bytes) -> bytes:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(1, 20_000))
    if kind == 1:
        return photograph[: rng.randrange(len(photograph))]
    if kind == 2:
        return b"\xff\xd8\xff" + rng.randbytes(rng.randrange(1, 20_000))
    damaged = bytearray(photograph)
    for _ in range(rng.randrange(1, 40)):
        damaged[rng.randrange(2, len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def expensive_frames(max_bytes: int) -> list[bytes]:
    """Frames of at most `max_bytes` bytes that claim a large size or take long to decode."""
    small = to_jpeg(np.full((64, 64, 3), 128, np.uint8))
    return [
        with_claimed_size(small, 20_000, 20_000),
        with_claimed_size(small, 65_535, 65_535),
        many_scans(300),
        most_expensive_frame(max_bytes),
    ]


def with_claimed_size(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header claims another size."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated `count` times; each visits all pixels again."""
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8)
    picture = np.asarray(cv2.GaussianBlur(noise, (0, 0), 9), np.uint8)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 20])
    jpeg = data.tobytes()
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * count + jpeg[-2:]


def most_expensive_frame(max_bytes: int) -> bytes:
    """The most expensive picture within the default limits: 1920x1080 px of noise in at most `max_bytes` bytes."""
    noise = np.random.default_rng(0).integers(0, 255, (1080, 1920, 3), np.uint8)
    for quality in range(60, 0, -5):
        jpeg = to_jpeg(noise, quality)
        if len(jpeg) <= max_bytes:
            return jpeg
    raise ValueError(f"no quality fits into {max_bytes} bytes")
