"""Emojify's server: finds faces in camera frames, reads their expressions and answers over a WebSocket.

For programs: `from server import Emojifier` (server/emojifier.py).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.emojifier import Emojifier as Emojifier

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`Emojifier` when it is first asked for (PEP 562): it loads OpenCV, which `--help` need not wait for."""
    if name == "Emojifier":
        from server.emojifier import Emojifier

        return Emojifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
