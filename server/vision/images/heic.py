"""HEIC, the kind of an iPhone's photographs, where a decoder for it is installed: `pip install pi-heif`.

No library that serving needs reads it: an iPhone stores a photograph as dozens of tiles, which FFmpeg does not join.
"""

import importlib
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.vision.errors import FrameError, too_many_pixels

DECODERS = ("pi_heif", "pillow_heif")  # the same library without and with encoders


def can_read_heic() -> bool:
    """Whether a decoder is installed."""
    return any(find_spec(name) for name in DECODERS)


def decode_heic(data: bytes, max_pixels: int) -> NDArray[np.uint8]:
    """The main picture of a file, upright, uint8 [height, width, 3 or 4], blue, green, red, perhaps alpha.

    Raises:
        FrameError: it is damaged or has too many pixels, or the decoder cannot be loaded.
    """
    try:
        decoder: Any = importlib.import_module(next(name for name in DECODERS if find_spec(name)))
        file = decoder.open_heif(BytesIO(data), bgr_mode=True)  # 10 bits become 8; libheif turns the picture
        width, height = file.size
        if width * height > max_pixels:
            raise too_many_pixels(width, height, max_pixels)
        return np.asarray(file)
    except (ImportError, OSError, ValueError, RuntimeError, SyntaxError, EOFError) as error:
        raise FrameError("undecodable", f"The HEIC cannot be read: {error}; export it again.") from error
