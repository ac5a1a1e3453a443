"""One JPEG in, grey pixels out, within limits that hold before anything is decoded."""

import cv2
import numpy as np

from server.vision.errors import FrameError
from server.vision.jpeg import read_size
from server.vision.types import Grey

# The decoder can leave out frequencies and so halve the picture while it unpacks it: a sixth cheaper, and a clean
# way to shrink. Faces of less than 4 % of the long side are hardly found anyway, and at 1024 px such a one still
# covers the 41 px that a face has in the classifier's crop: what is left out would not be seen.
ENOUGH_PX = 1024
_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def decode_grey(jpeg: bytes, max_pixels: int) -> Grey:
    """Decodes a JPEG to luminance, ignoring colour and the EXIF orientation.

    Args:
        jpeg: one whole file; bytes after its end are tolerated.
        max_pixels: more than this in the header is refused before decoding.

    Returns:
        uint8 [height, width], 0 black; a picture of 2048 px and more comes at 1/2, 1/4 or 1/8 of its size.

    Raises:
        FrameError: whatever the bytes are, nothing else.
    """
    width, height = read_size(jpeg)
    if width * height > max_pixels:
        raise FrameError(
            "too_many_pixels",
            f"The frame is {width}x{height}, more than the {max_pixels} pixels allowed here; send a smaller one.",
        )
    shrink = max(s for s in _REDUCED if s == 1 or max(width, height) >= s * ENOUGH_PX)
    try:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), _REDUCED[shrink] | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:  # some damages raise, most give None
        grey = None
    if grey is None:
        raise FrameError("undecodable", "The JPEG's header is fine but its pixels are not; encode the picture again.")
    return grey  # type: ignore[return-value]  # the stubs know no dtype; grey JPEG is uint8
