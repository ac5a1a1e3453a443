"""WebSocket frames as `websockets` reads them, with a bound on those that cost more than they carry.

A ping of 6 bytes costs the server as much work as a frame of thousands, and has no other limit: a client can send a
hundred thousand a second. Answers to pings are bytes to be sent, and to a client that does not read they would pile up.
"""

import time
from collections.abc import Callable

from websockets.exceptions import ProtocolError
from websockets.frames import CloseCode, Frame, Opcode
from websockets.server import ServerProtocol

# Fragments of so many bytes or more pay for their work; the smallest that a library sends by itself is of 4096.
PAYS = 1024

_PIECES = (Opcode.PING, Opcode.PONG, Opcode.CONT)


class FloodError(ProtocolError):
    """More pings, pongs and small fragments than are allowed."""


class Frames(ServerProtocol):
    """The server's side of one connection; `has_room` tells whether answers to pings still find room."""

    control_rate = 100.0
    has_room: Callable[[], bool] = staticmethod(lambda: True)
    _allowance = 0.0
    _counted_at = float("-inf")

    def recv_frame(self, frame: Frame) -> None:
        """Take in a frame; over the limit the connection fails with 1008 and the rest is thrown away."""
        if (frame.opcode in _PIECES or not frame.fin) and len(frame.data) < PAYS:
            if not self._allowed(time.monotonic()):
                text = f"more than {self.control_rate:g} pings, pongs and small fragments a second (--control-rate)"
                self.parser_exc = FloodError(text)
                self.fail(CloseCode.POLICY_VIOLATION, text)
                return
            if frame.opcode is Opcode.PING and not self.has_room():
                return  # unread as yet: it is not owed an answer to each (RFC 6455, 5.5.3)
        super().recv_frame(frame)

    def _allowed(self, now: float) -> bool:
        """A token bucket of a second's worth."""
        gained = (now - self._counted_at) * self.control_rate
        self._allowance = min(self.control_rate, self._allowance + gained)
        self._counted_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True
