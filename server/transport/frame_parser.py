"""The WebSocket parser of `websockets`, with a limit on small WebSocket frames.

A ping of 6 bytes costs the server as much work as a WebSocket frame of thousands, and a client can send 100,000 pings a
second. Without a limit the pongs would accumulate for a client that does not read.
"""

import logging
import time
from collections.abc import Callable

from websockets.exceptions import ProtocolError
from websockets.frames import CloseCode, Frame, Opcode
from websockets.server import ServerProtocol

from server.live.token_bucket import TokenBucket

# Bytes from which a fragment is not counted: the smallest fragments that libraries send by themselves have 4096.
MIN_UNCOUNTED_BYTES = 1024

_COUNTED = (Opcode.PING, Opcode.PONG, Opcode.CONT)


class FloodError(ProtocolError):
    """The client sent more pings, pongs and small fragments than `--control-rate` allows."""


class FrameParser(ServerProtocol):
    """The server's side of one WebSocket connection, without I/O."""

    def __init__(self, max_size: int | None, control_rate: float, can_answer_pings: Callable[[], bool]) -> None:
        """Make a parser.

        Args:
            max_size: bytes of the largest message that is accepted.
            control_rate: pings, pongs and small fragments that are accepted a second.
            can_answer_pings: whether there is room in the write buffer for a pong.
        """
        super().__init__(max_size=max_size, logger=logging.getLogger("websockets.server"))
        self._control_rate, self._can_answer_pings = control_rate, can_answer_pings
        self._allowance = TokenBucket(control_rate, control_rate)

    def recv_frame(self, frame: Frame) -> None:
        """Process a WebSocket frame; above the limit fail the connection with 1008 and discard what follows."""
        if (frame.opcode in _COUNTED or not frame.fin) and len(frame.data) < MIN_UNCOUNTED_BYTES:
            if self._allowance.take(time.monotonic()) > 0:
                text = f"more than {self._control_rate:g} pings, pongs and small fragments a second (--control-rate)"
                self.parser_exc = FloodError(text)
                self.fail(CloseCode.POLICY_VIOLATION, text)
                return
            if frame.opcode is Opcode.PING and not self._can_answer_pings():
                return  # a pong for the latest ping is enough (RFC 6455, section 5.5.3)
        super().recv_frame(frame)
