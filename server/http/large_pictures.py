"""Shrinks large pictures before they are analysed, one at a time, so that they hold up no frame of anybody else.

Decoding 64 million pixels takes a second and hundreds of megabytes. In the inference threads, some uploads at once
would stop all live connections for seconds, and exhaust the memory.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from server.http.problem_details import Problem
from server.vision.errors import FrameError
from server.vision.images.picture import is_large, shrink_upload

# Longer than the decoding of some large pictures, and shorter than the patience of HTTP clients (often 30 s).
WAIT_S = 10.0


class LargePictures:
    """A thread of its own for large pictures."""

    def __init__(self, max_pixels: int) -> None:
        """Refuse pictures of more than `max_pixels`."""
        self._max_pixels = max_pixels
        self._thread = ThreadPoolExecutor(1, "large-pictures")  # starts with the first large picture

    async def shrunk(self, picture: bytes) -> bytes:
        """The picture as it is, or if it is large a smaller one that shows the same.

        Raises:
            Problem: it is damaged or has too many pixels, or others keep the thread busy.
        """
        if not is_large(picture):
            return picture
        shrinking = asyncio.get_running_loop().run_in_executor(
            self._thread, shrink_upload, picture, self._max_pixels
        )
        try:
            return await asyncio.wait_for(shrinking, WAIT_S)
        except TimeoutError:
            text = "Other large pictures are being decoded; try again later, or send a smaller one."
            raise Problem("overload", text, {"retry-after": "5"}) from None
        except FrameError as error:
            raise Problem(error.code, error.message) from None
