"""Counts of what happened to frames: each is answered exactly once, or its connection ended."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class FrameCounts:
    """Counts over all connections of some clients.

    Attributes:
        connections: connections opened.
        sent: frames sent.
        answered: frames with a result, a drop or an error.
        aborted: frames whose connection ended before their answer.
        unexpected: answers to a frame that was already answered or never sent.
        lost: frames without an answer on a connection that is still open, counted at the end.
        codes: close codes, and HTTP statuses of refused handshakes, of connections that the server ended.
        other: further events of abusive clients, by name.
    """

    connections: int = 0
    sent: int = 0
    answered: int = 0
    aborted: int = 0
    unexpected: int = 0
    lost: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}
