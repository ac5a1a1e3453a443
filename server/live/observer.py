"""What the wire tells whoever counts: frames, answers and connections. Knows no metrics library."""

from typing import Literal, Protocol

from server.live.protocol import DropReason
from server.vision.types import Timing

# `disconnected` is never said to a client: it is what becomes of the frames of one that is gone.
LossReason = DropReason | Literal["disconnected"]

# The limits of server/settings/ that end or refuse a connection or a request. What a limit costs a single frame shows
# among the losses and the errors.
Limit = Literal[
    "clients",
    "per_address",
    "first_frame",
    "idle",
    "frame_bytes",
    "control_rate",
    "reader_timeout",
    "uploads",
    "http_connections",
    "header_bytes",
    "request_timeout",
]

# What an error was about: one frame, a text message, or the connection as a whole.
Subject = Literal["frame", "text", "connection"]


class Observer(Protocol):
    """Told of everything that happens on the wire, in the event loop; must return at once and never raise.

    Once a connection is closed, its frames received = answered + lost + errors about a frame.
    """

    def opened(self) -> None:
        """A connection was admitted."""

    def closed(self, code: int) -> None:
        """An admitted connection has ended, with this WebSocket close code."""

    def refused(self, code: int) -> None:
        """A connection was turned away: a close code, or 403 when its handshake was already refused."""

    def limited(self, limit: Limit) -> None:
        """A connection or a request was refused or ended for this limit."""

    def received(self) -> None:
        """A frame has come."""

    def answered(self, faces: int, timing: Timing, queue_ms: float, total_ms: float) -> None:
        """A frame was answered with its faces; times in milliseconds, `total_ms` from receipt to answer."""

    def lost(self, reason: LossReason) -> None:
        """A frame was not looked at."""

    def error(self, subject: Subject, code: str) -> None:
        """A client was sent an error."""


class NullObserver:
    """Nobody counts."""

    def opened(self) -> None:
        """Ignore it."""

    def closed(self, code: int) -> None:
        """Ignore it."""

    def refused(self, code: int) -> None:
        """Ignore it."""

    def limited(self, limit: Limit) -> None:
        """Ignore it."""

    def received(self) -> None:
        """Ignore it."""

    def answered(self, faces: int, timing: Timing, queue_ms: float, total_ms: float) -> None:
        """Ignore it."""

    def lost(self, reason: LossReason) -> None:
        """Ignore it."""

    def error(self, subject: Subject, code: str) -> None:
        """Ignore it."""
