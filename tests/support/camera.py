"""A fake camera: Chromium plays an uncompressed video file in place of one."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt


def write_camera(path: Path, *pictures: npt.NDArray[np.uint8], repeats: int = 1) -> Path:
    """Write BGR pictures uint8 [480, 640, 3] as a y4m file that Chromium plays in a loop at 30 frames a second.

    The format: one text header, then each frame as the word FRAME and its planes Y, U, V
    (https://wiki.multimedia.cx/index.php/YUV4MPEG2).
    """
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420\n")
        for picture in pictures:
            planes = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)
            file.write((b"FRAME\n" + planes.tobytes()) * repeats)
    return path
