"""Images of Pillow as pixels. Pillow is not needed here: who has an image has imported it."""

import sys
from typing import TYPE_CHECKING, TypeGuard

import cv2
import numpy as np
from numpy.typing import NDArray

from server.vision.errors import FrameError, too_many_pixels
from server.vision.images.picture import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

# Modes of 16 or 32 bits, which Pillow would clip at 255. 16 bits of grey are the usual content.
DEEP_GREY = ("I", "I;16", "I;16B", "I;16L")


def is_pillow_image(picture: object) -> "TypeGuard[Image]":
    """Whether it is an image of Pillow."""
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(picture, module.Image)


def pixels_of_pillow(image: "Image") -> NDArray[np.uint8]:
    """The pixels of an image of any mode, upright as its EXIF data says; of an animation, those of the current picture.

    Returns:
        uint8 [height, width, 4], blue, green, red, alpha; or uint8 [height, width].

    Raises:
        FrameError: it is too large, or its file is damaged.
    """
    from PIL import ImageOps

    if image.width * image.height > MAX_PIXELS:
        raise too_many_pixels(image.width, image.height, MAX_PIXELS)
    try:
        upright = ImageOps.exif_transpose(image)
        if upright.mode in DEEP_GREY:
            return (np.asarray(upright).clip(0, 65535) / 257).round().astype(np.uint8)
        rgba = np.asarray(upright.convert("RGBA"))
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises for damaged files
        raise FrameError("undecodable", f"Pillow cannot read the picture: {error}; save the picture again.") from error
    return cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA).astype(np.uint8, copy=False)
