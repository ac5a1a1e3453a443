"""The answer to a frame, whatever endpoint it came to: made from what inference returned, and counted."""

import time

from server.live import protocol
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.observer import FrameObserver
from server.vision.errors import FrameError


class FrameAnswers:
    """Answers the frames of one source, and tells the observer what became of each."""

    def __init__(self, observer: FrameObserver) -> None:
        """`observer` is that of the source."""
        self._observer = observer

    def received(self) -> None:
        """A frame was received."""
        self._observer.received()

    def answer(self, frame: Frame, inference: InferenceResult | None) -> str | FrameError:
        """The `result` message as JSON, or the error; `inference` is None after the deadline."""
        if inference is None:
            return self._fail(FrameError("timeout", "Inference took too long and was aborted; send another frame."))
        analysis = inference.answer
        if isinstance(analysis, FrameError):
            return self._fail(analysis)
        queue_ms = (inference.started_at - frame.received_at) * 1000
        total_ms = (time.monotonic() - frame.received_at) * 1000
        self._observer.answered(len(analysis.faces), analysis.timing, queue_ms, total_ms)
        return protocol.result(frame.number, analysis, queue_ms, total_ms)

    def dropped(self, drop: Drop) -> None:
        """A frame was dropped."""
        self._observer.lost(drop.reason)

    def close(self, latest: LatestFrame) -> None:
        """The client has disconnected: its frames will not be answered."""
        latest.closed = True
        for frame in (latest.in_service, latest.waiting):
            if frame is not None:
                self._observer.lost("disconnected")

    def _fail(self, error: FrameError) -> FrameError:
        self._observer.failed(error.code)
        return error
