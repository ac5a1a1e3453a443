"""The pictures that tests and measurements share."""

import cv2
import numpy as np
import numpy.typing as npt


def astronaut_frame() -> npt.NDArray[np.uint8]:
    """A real photograph as a camera frame, uint8 [480, 640, 3] BGR: Eileen Collins smiles (NASA, public domain)."""
    from skimage.data import astronaut

    photograph = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2BGR)
    frame = np.full((480, 640, 3), 96, np.uint8)
    frame[:, 80:560] = cv2.resize(photograph, (480, 480), interpolation=cv2.INTER_AREA)
    return frame


def to_jpeg(image: npt.NDArray[np.uint8], quality: int = 80) -> bytes:
    """Encode a BGR or grey image as a browser would."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def two_faces() -> npt.NDArray[np.uint8]:
    """A camera frame with two faces, uint8 [480, 640, 3] BGR: the astronaut, and smaller, her mirror image."""
    frame = astronaut_frame()
    face = frame[20:260, 200:440]
    pair = np.full_like(frame, 96)
    pair[60:420, 10:370] = cv2.resize(face, (360, 360), interpolation=cv2.INTER_CUBIC)
    pair[150:390, 390:630] = face[:, ::-1]
    return pair
