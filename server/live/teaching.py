"""The teaching of one connection: what is answered to `example`, `teach` and `forget`, and when."""

from collections.abc import Callable, Sequence

from server.live import protocol
from server.live.latest_frame import LatestFrame
from server.live.protocol import ProtocolError
from server.live.teaching_messages import ExampleRequest, TeachingMessage, TeachMessage
from server.vision.expression.taught_examples import TooManyError
from server.vision.types import HoldResult


class Teaching:
    """Changes what a LatestFrame has been taught, and answers.

    A client reads `smoothed` by the labels of the last `taught`. The frame in service still has the labels from before,
    so the answer is sent after its result.
    """

    def __init__(self, latest: LatestFrame, labels: Sequence[str], send: Callable[[str], None]) -> None:
        """`labels` are those of the model; `send` takes the answers."""
        self._latest, self._labels, self._send = latest, tuple(labels), send
        self._after_frame: list[str] = []

    def receive(self, message: TeachingMessage) -> None:
        """Do what a message asks for. Raises ProtocolError (`too_many`)."""
        if isinstance(message, ExampleRequest):
            if replaced := self._latest.hold(message.seconds):
                self._send(protocol.example(replaced))
            return
        if isinstance(message, TeachMessage):
            self._teach(message)
        else:
            self._latest.taught = self._latest.taught.without(message.label)
        taught = self._latest.taught
        self._after_frame.append(protocol.taught(taught.labels(self._labels), taught.counts(self._labels)))
        if not self._latest.in_service:
            self._send_waiting()

    def frame_done(self, hold: HoldResult | None) -> None:
        """The answer to a frame was sent; `hold` is what it ended."""
        if result := self._latest.answer_hold(hold):
            self._send(protocol.example(result))
        self._send_waiting()

    def _teach(self, message: TeachMessage) -> None:
        try:
            self._latest.taught = self._latest.taught.with_example(message.label, message.example, self._labels)
        except TooManyError as error:
            raise ProtocolError("too_many", str(error)) from None

    def _send_waiting(self) -> None:
        for text in self._after_frame:
            self._send(text)
        self._after_frame.clear()
