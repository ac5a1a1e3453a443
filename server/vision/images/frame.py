"""One JPEG in, grey pixels out, within limits that hold before anything is decoded."""

import cv2
import numpy as np

from server.vision.errors import FrameError
from server.vision.images.jpeg_header import read_size
from server.vision.types import Grey

# The decoder can leave out frequencies and so halve the picture while it unpacks it: a sixth cheaper, and a clean
# way to shrink. Faces of less than 4 % of the long side are hardly found anyway, and at 1024 px such a one still
# covers the 41 px that a face has in the classifier's crop: what is left out would not be seen.
ENOUGH_PX = 1024
# A known face of this width in the decoded frame is enough: in the classifier's crop it has 42 px.
FACE_PX = 44
_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def decode_grey(jpeg: bytes, max_pixels: int, detail: float = 0.0) -> Grey:
    """Decodes a JPEG to luminance, ignoring colour and the EXIF orientation.

    Args:
        jpeg: one whole file; bytes after its end are tolerated.
        max_pixels: more than this in the header is refused before decoding.
        detail: the least width of a face that matters, as a share of the frame's width; 0 when any does.

    Returns:
        uint8 [height, width], 0 black; at 1/2, 1/4 or 1/8 of the picture's size where that leaves 1024 px, or
        FACE_PX of the least face that matters.

    Raises:
        FrameError: whatever the bytes are, nothing else.
    """
    width, height = read_size(jpeg)
    if width * height > max_pixels:
        raise FrameError(
            "too_many_pixels",
            f"The frame is {width}x{height}, more than the {max_pixels} pixels allowed here; send a smaller one.",
        )
    enough = max(max(width, height) / ENOUGH_PX, detail * width / FACE_PX)
    shrink = max(s for s in _REDUCED if s == 1 or enough >= s)
    try:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), _REDUCED[shrink] | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:  # some damages raise, most give None
        grey = None
    if grey is None:
        raise FrameError("undecodable", "The JPEG's header is fine but its pixels are not; encode the picture again.")
    return grey  # type: ignore[return-value]  # the stubs know no dtype; grey JPEG is uint8
