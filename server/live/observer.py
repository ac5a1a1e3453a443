"""What happens to frames and connections, for an observer that counts it. Knows no metrics library."""

from typing import Literal, Protocol

from server.live.messages import DropReason
from server.vision.types import Timing

# The endpoint that a frame came to: the WebSocket, or `POST /api/classify`.
Source = Literal["socket", "http"]

# `disconnected` is never sent to a client: its frames were still unanswered when it disconnected.
LossReason = DropReason | Literal["disconnected"]

# Why a connection was refused: its Host or Origin header, its access token, a handshake without the Upgrade headers,
# its path, or one of two limits.
Refusal = Literal["host", "origin", "token", "upgrade", "path", "clients", "per_address"]

# The settings whose limits end or refuse a connection or a request. Limits on single frames appear among the losses and
# the errors.
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

# The types of text messages.
TextKind = Literal["configure", "example", "teach", "forget"]

# What an error was about: a frame (in `FrameObserver`), a text message, a connection, or a request.
Subject = Literal["text", "connection", "request"]


class FrameObserver(Protocol):
    """Observes the frames of one source.

    Once their connections are closed, frames received = answered + lost + failed.
    """

    def received(self) -> None:
        """A frame was received."""

    def answered(self, faces: int, timing: Timing, queue_ms: float, total_ms: float) -> None:
        """A frame was answered with its faces; `total_ms` is from receipt to answer."""

    def lost(self, reason: LossReason) -> None:
        """A frame was not analysed."""

    def failed(self, code: str) -> None:
        """A frame was answered with an error."""


class Observer(Protocol):
    """Observes connections and frames. Called in the event loop; must return at once and never raise."""

    def frames(self, source: Source) -> FrameObserver:
        """The observer of the frames of this source."""

    def opened(self) -> None:
        """A connection was admitted."""

    def closed(self, code: int) -> None:
        """An admitted connection has ended with this WebSocket close code."""

    def refused(self, reason: Refusal) -> None:
        """A connection was refused."""

    def limited(self, limit: Limit) -> None:
        """A connection or a request was refused or ended because of this limit."""

    def text(self, kind: TextKind) -> None:
        """A valid text message of this type was received."""

    def error(self, subject: Subject, code: str) -> None:
        """A client was sent an error that was not about a frame."""


class NullFrameObserver:
    """Ignores everything."""

    def received(self) -> None:
        """Ignored."""

    def answered(self, faces: int, timing: Timing, queue_ms: float, total_ms: float) -> None:
        """Ignored."""

    def lost(self, reason: LossReason) -> None:
        """Ignored."""

    def failed(self, code: str) -> None:
        """Ignored."""


class NullObserver:
    """Ignores everything."""

    def frames(self, source: Source) -> FrameObserver:
        """An observer that ignores everything."""
        return NullFrameObserver()

    def opened(self) -> None:
        """Ignored."""

    def closed(self, code: int) -> None:
        """Ignored."""

    def refused(self, reason: Refusal) -> None:
        """Ignored."""

    def limited(self, limit: Limit) -> None:
        """Ignored."""

    def text(self, kind: TextKind) -> None:
        """Ignored."""

    def error(self, subject: Subject, code: str) -> None:
        """Ignored."""
