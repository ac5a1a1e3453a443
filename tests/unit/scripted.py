"""A scripted analyser, for tests of threads, scheduler and connections."""

import asyncio
import threading
from collections.abc import Callable, Coroutine

from server.vision.errors import FrameError
from server.vision.state import State
from server.vision.types import STAGES, Analysis, ExpressionSettings

TUNING = ExpressionSettings(smoothing_s=0.3, margin=0.1, floor=0.4)
PATIENCE = 30  # seconds until a test that hangs fails


class Scripted:
    """Obeys the frame: b"fail" raises, b"bad" is invalid input, b"hang" waits for `release`."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.served: list[bytes] = []

    def warm_up(self) -> None:
        pass

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        self.served.append(jpeg)
        if jpeg == b"fail":
            raise ZeroDivisionError("a fault of a stage")
        if jpeg == b"bad":
            raise FrameError("not_jpeg", "This is not a JPEG; send one.")
        if jpeg == b"hang":
            self.release.wait(PATIENCE)
        return Analysis((), dict.fromkeys(STAGES, 0.0)), state


def run(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run a test's coroutine in an event loop of its own."""

    async def limited() -> None:
        await asyncio.wait_for(work(), PATIENCE)

    asyncio.run(limited())
