"""The tutorial's live loop, one frame at a time, in a process of its own because of TensorFlow's threads.

`python -m lab.bench.tutorial_loop PICTURE` prints `ready`; then, for each line of input, it processes one frame and
prints the milliseconds that it took. As in the tutorial: the frame shrunk to 256x256 (at full size Haar takes four
times as long), converted to grey, Haar with its defaults, the crop resized to 48x48, `model.predict` on one crop. The
model is untrained, since only the time counts.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import numpy as np

# The astronaut's face in the shrunk frame, used where Haar does not find it.
FACE = (84, 32, 45, 60)


def make_loop(picture: Path) -> Callable[[], None]:
    """Make the function that processes one frame as the tutorial does."""
    from model.tutorial import make_tutorial

    frame = cv2.imread(str(picture))
    assert frame is not None
    haar = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"))
    model = make_tutorial(7)

    def loop() -> None:
        small = cv2.resize(frame, (256, 256), interpolation=cv2.INTER_CUBIC)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        found = haar.detectMultiScale(grey)
        x, y, width, height = found[0] if len(found) else FACE
        crop = cv2.resize(grey[y : y + height, x : x + width], (48, 48))
        model.predict(crop[None, :, :, None].astype(np.float32), verbose=0)

    return loop


def main(picture: Path) -> None:
    """Answer each line of standard input with the milliseconds of one frame."""
    loop = make_loop(picture)
    for _ in range(3):  # do not measure the compilation
        loop()
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        loop()
        print(1000 * (time.perf_counter() - started), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
