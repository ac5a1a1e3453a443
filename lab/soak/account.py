"""What became of every frame: each has exactly one answer, or its connection ended."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Account:
    """Of all connections of some clients, from first to last.

    Attributes:
        connections: that were opened.
        sent: frames.
        answered: frames with a result, a drop or an error.
        cut: frames whose connection ended before their answer.
        strange: answers to a frame that had one already, or was never sent.
        lost: frames without an answer on a connection that goes on, counted at the end.
        codes: close codes, and HTTP statuses of refused handshakes, by who ended: only those of the server.
        other: whatever else an abusive client did, by what it was.
    """

    connections: int = 0
    sent: int = 0
    answered: int = 0
    cut: int = 0
    strange: int = 0
    lost: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}
