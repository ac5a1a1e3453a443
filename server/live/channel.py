"""The socket as the wire sees it, and the codes by which a connection ends."""

from typing import Protocol

from server.live import protocol

# Close code for "done" (RFC 6455, section 7.4.1): here, of a connection that was not used.
NORMAL_CLOSURE = 1000
# Close code for "breaks the rules" (RFC 6455, section 7.4.1).
POLICY = 1008
# Close code for "try again later" (IANA's registry of WebSocket close codes).
TRY_AGAIN_LATER = 1013
# Close code for a message that is too big (RFC 6455, section 7.4.1).
TOO_BIG = 1009
# Stands for a connection that ended without a close code; is never sent (RFC 6455, section 7.4.1).
NO_CLOSE_CODE = 1006
# Close code for "service restart" (IANA's registry of WebSocket close codes).
RESTART = 1012
# Close code for "internal error" (RFC 6455, section 7.4.1).
SERVER_FAULT = 1011


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
