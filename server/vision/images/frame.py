"""Decodes the JPEG frames of a camera to grey pixels. Limits are checked before anything is decoded."""

import cv2
import numpy as np

from server.vision.arrays import Grey
from server.vision.errors import FrameError
from server.vision.images.jpeg_header import read_size

# The decoder can leave out high frequencies and so halve the picture, a sixth cheaper and without aliasing. Its long
# side keeps at least 1024 px: faces of less than 4 % of it are hardly found anyway, and a larger one still covers the
# 41 px that a face has in the classifier's crop.
MIN_LONG_SIDE_PX = 1024
# Minimum width in the decoded frame of the smallest face that matters: in the classifier's crop a face has 42 px.
MIN_FACE_PX = 44
_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def decode_grey(jpeg: bytes, max_pixels: int, min_face_width: float = 0.0) -> Grey:
    """Decodes a JPEG to luminance, ignoring colour and the EXIF orientation.

    Args:
        jpeg: one whole file; bytes after its end are tolerated.
        max_pixels: a header that claims more is refused before decoding.
        min_face_width: the width of the smallest face that matters, as a share of the frame's width; 0 if any may.

    Returns:
        uint8 [height, width], 0 black; at 1/2, 1/4 or 1/8 of the picture's size where that leaves MIN_LONG_SIDE_PX, or
        MIN_FACE_PX for the smallest face that matters.

    Raises:
        FrameError: the only error for any input.
    """
    width, height = read_size(jpeg)
    if width * height > max_pixels:
        raise FrameError(
            "too_many_pixels",
            f"The frame is {width}x{height}, more than the {max_pixels} pixels allowed here; send a smaller one.",
        )
    max_shrink = max(max(width, height) / MIN_LONG_SIDE_PX, min_face_width * width / MIN_FACE_PX)
    shrink = max(s for s in _REDUCED if s == 1 or s <= max_shrink)
    try:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), _REDUCED[shrink] | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:  # damaged data raises or gives None
        grey = None
    if grey is None:
        raise FrameError("undecodable", "The JPEG's header is fine but its pixels are not; encode the picture again.")
    return grey  # type: ignore[return-value]  # cv2's stubs have no dtype; a grey JPEG is uint8
