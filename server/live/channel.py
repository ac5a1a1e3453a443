"""The WebSocket as a connection sees it.

Close codes are `websockets.frames.CloseCode`. `ABNORMAL_CLOSURE` stands for a connection that ended without one.
"""

from typing import Protocol

from server.live import protocol

# Key in the state of the ASGI scope. A server that can close a connection without waiting for the client to read puts a
# function there that does so with a close code; other servers do not.
ABORT = "emojify.abort"


class Channel(Protocol):
    """The socket as a session sees it."""

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client is gone."""

    async def send(self, text: str) -> None:
        """Send one text message; returns when the socket has room again."""

    async def close(self, code: int) -> None:
        """Say goodbye."""

    async def cut(self, code: int) -> None:
        """End the connection of a client that does not read; does not wait for it."""


async def refuse(channel: Channel, code: str, message: str, close: int) -> None:
    """Turn a connection away in a way that the page's script can understand: an error, then a close code."""
    await channel.send(protocol.error(None, code, message))
    await channel.close(close)
