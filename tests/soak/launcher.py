"""The server as it is, but for one picture: `python -m tests.soak.launcher` takes the options of `python -m server`.

A frame that ends with HANG hangs the thread that works on it, for ever. The server itself has no such door; this one
exists in the soak only.
"""

import sys
import threading

from server.__main__ import main
from server.vision.pipeline import Pipeline
from server.vision.state import State
from server.vision.types import Analysis

HANG = b"hang, please"


def install() -> None:
    """Put the door in."""
    real = Pipeline.analyse

    def analyse(self: Pipeline, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        if jpeg.endswith(HANG):
            threading.Event().wait()
        return real(self, jpeg, received_at, state)

    Pipeline.analyse = analyse  # type: ignore[method-assign]


if __name__ == "__main__":
    install()
    sys.exit(main())
