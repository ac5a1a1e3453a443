"""Decodes still pictures, JPEG, PNG or WebP: local files and uploads.

Camera frames are decoded by `frame`: JPEG only, without rotation. A picture is turned upright as its EXIF data says,
which is how viewers show it. Its size is read from its header before anything is decoded.
"""

import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from server.vision.arrays import Grey
from server.vision.errors import FrameError
from server.vision.images.jpeg_header import Size, read_size
from server.vision.images.kinds import JPEG, PNG, WEBP

# The limit of OpenCV's decoders (see server/vision/__init__.py): 67 million pixels, 200 MB in colour.
MAX_PIXELS = 2**26
# Larger pictures are shrunk to this long side. A face of 2 % of it still has 40 px, as in the classifier's crop, and a
# screen shows no more.
MAX_LONG_SIDE_PX = 2048

# Chunks of a PNG. Writers put 8 kB and more of pixels in each, so the largest accepted picture has some 25,000.
MAX_CHUNKS = 50_000


def decode_picture(data: bytes, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """Decodes a whole JPEG, PNG or WebP file, upright, shrunk to MAX_LONG_SIDE_PX; transparency and depth are dropped.

    Args:
        data: the file.
        max_pixels: a header that claims more is refused before decoding.

    Returns:
        uint8 [height, width, 3], blue, green, red.

    Raises:
        FrameError: the only error for any input.
    """
    return shrunk(_decoded(data, max_pixels, cv2.IMREAD_COLOR))


def decode_picture_grey(data: bytes, max_pixels: int = MAX_PIXELS) -> Grey:
    """The same without colour, uint8 [height, width], as detection and classification need it."""
    return shrunk(_decoded(data, max_pixels, cv2.IMREAD_GRAYSCALE))


def shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture with its long side at most MAX_LONG_SIDE_PX."""
    scale = MAX_LONG_SIDE_PX / max(picture.shape[:2])
    if scale >= 1:
        return picture
    height, width = (max(1, round(scale * side)) for side in picture.shape[:2])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def picture_size(data: bytes) -> Size:
    """The size that a picture's header claims, as stored.

    Raises:
        FrameError: `empty`, `not_picture`, `truncated` or `undecodable`; the only error for any input.
    """
    if not data:
        raise FrameError("empty", "The picture has no bytes; send one whole JPEG, PNG or WebP.")
    if JPEG.matches(data):
        return read_size(data)
    if PNG.matches(data):
        return _png_size(data)
    if data[:4] == b"RIFF" and WEBP.matches(data):
        return _webp_size(data)
    raise FrameError("not_picture", "This is not a JPEG, PNG or WebP picture; convert it to one of them.")


def _decoded(data: bytes, max_pixels: int, mode: int) -> Any:
    width, height = picture_size(data)
    if width * height > max_pixels:
        raise FrameError(
            "too_many_pixels",
            f"The picture is {width}x{height}, more than the {max_pixels} pixels allowed here; make it smaller.",
        )
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    except cv2.error:  # damaged data raises or gives None
        pixels = None
    if pixels is None:
        raise FrameError("undecodable", "The picture's header is fine but its pixels are not; save the picture again.")
    return pixels


def _png_size(data: bytes) -> Size:
    """PNG, third edition, 11.2.1: the header chunk comes first; 11.2.4: an empty chunk IEND ends the file.

    The length of every chunk is checked: OpenCV allocates what a chunk claims before it reads it, so 45 bytes that
    claim 4 GB would cost 4 GB.
    """
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise _truncated("PNG", data) if len(data) < 33 else _undecodable("PNG")
    at = len(PNG.signatures[0])
    for _ in range(MAX_CHUNKS):
        length, kind = data[at : at + 4], data[at + 4 : at + 8]
        at += 12 + int.from_bytes(length, "big")  # length, kind, content, checksum
        if len(kind) < 4 or at > len(data):
            raise _truncated("PNG", data)
        if kind == b"IEND":
            return _whole("PNG", *struct.unpack(">II", data[16:24]))
    raise FrameError("undecodable", f"The PNG has more than {MAX_CHUNKS} chunks; save the picture again.")


def _webp_size(data: bytes) -> Size:
    """RFC 9649, 2.5 to 2.7: lossy, lossless and extended files store their size differently."""
    length = int.from_bytes(data[4:8], "little") + 8
    if len(data) < max(30, length - 1):  # some writers omit the last padding byte
        raise _truncated("WebP", data)
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return _whole("WebP", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return _whole("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        return _whole("WebP", *(int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27)))
    raise _undecodable("WebP")


def _whole(kind: str, width: int, height: int) -> Size:
    if not (width and height):
        raise _undecodable(kind)
    return Size(width, height)


def _truncated(kind: str, data: bytes) -> FrameError:
    return FrameError("truncated", f"The {kind} breaks off after {len(data)} bytes; send every byte.")


def _undecodable(kind: str) -> FrameError:
    return FrameError("undecodable", f"The {kind} does not say how large it is; save the picture again.")
