"""Decodes still pictures: local files and uploads.

Camera frames are decoded by `frame`: JPEG only, without rotation. A picture is read as viewers show it: turned upright
as its EXIF data says, and on white where it is transparent. The header is checked before anything is decoded.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from server.vision.arrays import Grey
from server.vision.errors import FrameError, too_many_pixels
from server.vision.images.heic import can_read_heic, decode_heic
from server.vision.images.jpeg_header import Size
from server.vision.images.kinds import (
    AVIF,
    FILE_KINDS,
    HEIC,
    JPEG,
    PHOTO_KINDS,
    PNG,
    WEBP,
    PictureKind,
    kind_of,
    names_of,
)
from server.vision.images.picture_header import (
    avif_orientation,
    first_frame,
    is_deep,
    may_be_transparent,
    size_at_start,
    size_of,
    transparent_grey,
)
from server.vision.images.transparency import on_white, upright

# The limit of OpenCV's decoders (see server/vision/__init__.py): 67 million pixels, 200 MB in colour.
MAX_PIXELS = 2**26
# Larger pictures are shrunk to this long side. A face of 2 % of it still has 40 px, as in the classifier's crop, and a
# screen shows no more.
MAX_LONG_SIDE_PX = 2048

# Larger uploads are shrunk before they are analysed: decoding 64 million pixels takes a second and up to 512 MB.
LARGE_PIXELS = 2**22
JPEG_QUALITY = 95  # of what is shrunk; faces are read as from the original

# A JPEG is shrunk while it is decoded: its pixels never need the memory of its full size.
_REDUCED = {
    True: {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8},
    False: {2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4, 8: cv2.IMREAD_REDUCED_GRAYSCALE_8},
}


def decode_picture(
    data: bytes, max_pixels: int = MAX_PIXELS, kinds: Sequence[PictureKind] = FILE_KINDS
) -> NDArray[np.uint8]:
    """Decodes a whole file, upright, on white, shrunk to MAX_LONG_SIDE_PX, with eight bits a channel.

    Args:
        data: the file.
        max_pixels: a header that claims more is refused before decoding.
        kinds: the kinds to accept, whatever the name of the file says.

    Returns:
        uint8 [height, width, 3], blue, green, red.

    Raises:
        FrameError: the only error for any input.
    """
    return shrunk(_decoded(data, max_pixels, kinds, colour=True))


def decode_picture_grey(
    data: bytes, max_pixels: int = MAX_PIXELS, kinds: Sequence[PictureKind] = FILE_KINDS
) -> Grey:
    """The same without colour, uint8 [height, width], as detection and classification need it."""
    return shrunk(_decoded(data, max_pixels, kinds, colour=False))


def is_large(data: bytes) -> bool:
    """Whether the header of an upload claims more than LARGE_PIXELS."""
    kind = kind_of(data)
    size = size_at_start(data, kind) if kind in PHOTO_KINDS and kind else None
    return size is not None and size.width * size.height > LARGE_PIXELS


def shrink_upload(data: bytes, max_pixels: int) -> bytes:
    """A large upload as a JPEG without colour of at most MAX_LONG_SIDE_PX, upright; see `decode_picture_grey`.

    Half as many pixels are accepted of a PNG with 16 bits a channel: with alpha, OpenCV needs 15 bytes for each, 8 for
    those of a usual PNG.
    """
    if is_deep(data):
        max_pixels //= 2
    grey = decode_picture_grey(data, max_pixels, PHOTO_KINDS)
    return cv2.imencode(".jpg", grey, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))[1].tobytes()


def shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture with its long side at most MAX_LONG_SIDE_PX."""
    scale = MAX_LONG_SIDE_PX / max(picture.shape[:2])
    if scale >= 1:
        return picture
    height, width = (max(1, round(scale * side)) for side in picture.shape[:2])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def picture_size(data: bytes, kinds: Sequence[PictureKind] = FILE_KINDS) -> Size | None:
    """The size that a picture's header claims, as stored; None for a kind whose decoder checks it (TIFF, AVIF ...).

    Raises:
        FrameError: `empty`, `not_picture`, `truncated` or `undecodable`; the only error for any input.
    """
    return size_of(data, accepted_kind(data, kinds))


def accepted_kind(data: bytes, kinds: Sequence[PictureKind] = FILE_KINDS) -> PictureKind:
    """The kind of a file, from its first bytes.

    Raises:
        FrameError: `empty`, or `not_picture` for a kind that is not among `kinds`; names it if it is known.
    """
    if not data:
        raise FrameError("empty", f"The picture has no bytes; send one whole {names_of(kinds)}.")
    kind = kind_of(data)
    if kind in kinds:
        return kind  # type: ignore[return-value]  # mypy does not see that None is not in it
    if kind is None:
        raise FrameError("not_picture", f"This is not a {names_of(kinds)} picture; convert it to one of them.")
    remedy = kind.remedy if kind.remedy and kinds is FILE_KINDS else f"convert it to {names_of(kinds)}"
    raise FrameError("not_picture", f"This is a picture of the kind {kind.name}, which cannot be read here; {remedy}.")


def _decoded(data: bytes, max_pixels: int, kinds: Sequence[PictureKind], colour: bool) -> Any:
    if kinds is FILE_KINDS and kind_of(data) is HEIC and can_read_heic():
        return on_white(decode_heic(data, max_pixels), colour)
    kind = accepted_kind(data, kinds)
    size = size_of(data, kind)
    if size is not None and size.width * size.height > max_pixels:
        raise too_many_pixels(*size, max_pixels)
    pixels: Any = None
    try:
        if may_be_transparent(data, kind):
            pixels = _decoded_with_alpha(data, kind, colour)
        else:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), _mode(size if kind is JPEG else None, colour))
    except cv2.error as error:  # damaged data raises or gives None
        if "CV_IO_MAX_IMAGE" in str(error):  # OpenCV's own limit, for the kinds whose header is not read here
            message = f"The picture has more than {MAX_PIXELS} pixels; make it smaller."
            raise FrameError("too_many_pixels", message) from None
    if pixels is None:
        raise FrameError("undecodable", "The picture's header is fine but its pixels are not; save the picture again.")
    return pixels


def _mode(jpeg: Size | None, colour: bool) -> int:
    shrink = max(jpeg) / MAX_LONG_SIDE_PX if jpeg else 1.0
    reduced = [mode for factor, mode in _REDUCED[colour].items() if factor <= shrink]
    return reduced[-1] if reduced else cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE


def _decoded_with_alpha(data: bytes, kind: PictureKind, colour: bool) -> Any:
    """A picture that may be transparent, on white; None if it cannot be decoded."""
    file = np.frombuffer(first_frame(data) if kind is WEBP else data, np.uint8)
    read: Any = cv2.imdecodeWithMetadata(file, flags=cv2.IMREAD_UNCHANGED)
    pixels, types, metadata = read
    if pixels is None:
        return None
    if pixels.dtype not in (np.uint8, np.uint16):  # numbers without a known white, such as those of a float TIFF
        return cv2.imdecode(file, cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE)
    clear = transparent_grey(data) if kind is PNG and pixels.ndim == 2 else None
    if clear is not None:
        pixels[pixels == clear] = np.iinfo(pixels.dtype).max
    if kind is AVIF:
        quarters, axis = avif_orientation(data)
        turned = np.rot90(on_white(pixels, colour), quarters)
        return np.ascontiguousarray(turned if axis is None else np.flip(turned, axis))
    exif = [item.tobytes() for type, item in zip(types, metadata, strict=True) if type == cv2.IMAGE_METADATA_EXIF]
    return upright(on_white(pixels, colour), exif[0] if exif else b"")
