"""Measures the CPU of the server's WebSocket transport compared with uvicorn's, and of a flood.

`python -m lab.bench.transport`. Without a network: bytes are passed in as by the event loop. CPU time, the median of
15 interleaved runs.
"""

import asyncio
import logging
import statistics
import time
from typing import Any

from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from server.transport.websocket_protocol import WebSocketProtocol
from tests.support.raw_socket import BINARY, PING, frame

HANDSHAKE = b"""GET /ws HTTP/1.1\r
Host: localhost\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
\r
"""
RUNS, FRAMES = 15, 300
IN_ONE_READ = 40_000  # frames of 6 bytes in the 256 kB that asyncio reads at once


class Nowhere(asyncio.Transport):
    """A transport that discards everything."""

    def _nothing(self, *_: Any, **__: Any) -> None:
        pass

    set_write_buffer_limits = write = pause_reading = resume_reading = close = abort = write_eof = _nothing

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def is_closing(self) -> bool:
        return False

    def can_write_eof(self) -> bool:
        return True

    def get_write_buffer_size(self) -> int:
        return 0


async def accept(scope: Any, receive: Any, send: Any) -> None:
    """An application that accepts the connection and ignores its messages."""
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.Event().wait()


async def connect(kind: type[WebSocketsSansIOProtocol]) -> WebSocketsSansIOProtocol:
    config = Config(accept, ws_max_size=2**19, ws_per_message_deflate=False, log_config=None)
    protocol = kind(config, ServerState(), {})
    protocol.connection_made(Nowhere())
    protocol.data_received(HANDSHAKE)
    while not protocol.handshake_complete:
        await asyncio.sleep(0)
    return protocol


async def microseconds(protocol: WebSocketsSansIOProtocol, data: bytes) -> float:
    began = time.process_time()
    for _ in range(FRAMES):
        protocol.data_received(data)
        await protocol.receive()
    return (time.process_time() - began) / FRAMES * 1e6


async def main() -> None:
    logging.disable(logging.CRITICAL)
    for size in (15_000, 30_000, 100_000):
        data = frame(BINARY, bytes(size))
        kinds = [await connect(WebSocketsSansIOProtocol), await connect(WebSocketProtocol)]
        runs = [[await microseconds(kind, data) for kind in kinds] for _ in range(RUNS)]
        theirs, ours = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"a frame of {size} bytes: uvicorn's {theirs:.1f} us, ours {ours:.1f} us")
    for name, piece in (("pings", frame(PING)), ("messages of no bytes", frame(BINARY))):
        spent = []
        for kind in (WebSocketsSansIOProtocol, WebSocketProtocol):
            protocol = await connect(kind)
            began = time.process_time()
            protocol.data_received(piece * IN_ONE_READ)
            spent.append((time.process_time() - began) * 1e3)
        print(f"{IN_ONE_READ} {name} in one read: uvicorn's {spent[0]:.1f} ms, ours {spent[1]:.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
