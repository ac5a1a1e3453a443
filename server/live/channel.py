"""The WebSocket as a connection sees it.

Close codes are `websockets.frames.CloseCode`. `ABNORMAL_CLOSURE` stands for a connection that ended without one.
"""

from typing import Protocol

from server.live import protocol

# Key in the state of the ASGI scope. A server that can close a connection without waiting for the client to read puts a
# function there that does so with a close code; other servers do not.
ABORT = "emojify.abort"


class Channel(Protocol):
    """A WebSocket after its handshake."""

    async def receive(self) -> bytes | str | None:
        """The next message; None when the client has disconnected."""

    async def send(self, text: str) -> None:
        """Send one text message; returns when the send buffer has room again."""

    async def close(self, code: int) -> None:
        """Send a close frame; waits for room in the send buffer."""

    async def abort(self, code: int) -> None:
        """Close the connection of a client that does not read; does not wait for room."""


async def refuse(channel: Channel, code: str, message: str, close: int) -> None:
    """Send an error, then close. A refusal before the handshake would not show its reason to the page's script."""
    await channel.send(protocol.error(None, code, message))
    await channel.close(close)
