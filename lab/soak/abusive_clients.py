"""Five abusive clients at once, each of which changes its attack every few seconds.

The frames of attacks that read answers are counted as those of polite clients: each must be answered, or its connection
must end.
"""

import asyncio
import contextlib
import itertools
import random
import struct
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from lab.bench.clients import Flood, Saturating
from lab.bench.wire import BINARY, HANDSHAKE, PING, TEXT, pack
from lab.soak.frame_counts import FrameCounts
from lab.soak.inputs import expensive_frames, garbage

# Duration of one attack. A slow reader gets longer, because the server waits five seconds for it (--reader-timeout).
ATTACK_S, SLOW_ATTACK_S = 4.0, 9.0
FRAME_BYTES = 512 * 1024  # the server's default limit
HALF_OPEN_COUNT = 20

Attack = Callable[["AbusiveClients"], Awaitable[None]]


class Counted:
    """A mixin that counts the frames of a client of lab.bench; comes first among the base classes."""

    counts: FrameCounts
    connection: Any
    ended: bool
    _taken: dict[int, float]

    def _send(self, taken: float, step: int = 0) -> None:
        self.counts.sent += 1
        super()._send(taken, step)  # type: ignore[misc]

    def _heard(self, text: bytes) -> None:
        try:
            super()._heard(text)  # type: ignore[misc]
        except KeyError:
            self.counts.unexpected += 1

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        self.counts.answered += 1
        self.counts.other[message.get("code") or message.get("reason") or kind] += 1
        super()._answered(kind, message, age, now)  # type: ignore[misc]

    def _closed(self, code: int) -> None:
        if not self.ended:
            self.counts.codes[str(code)] += 1
        self.counts.aborted += len(self._taken)
        self._taken.clear()
        super()._closed(code)  # type: ignore[misc]


class BadFrameSender(Counted, Saturating):
    """Sends a bad frame after every answer."""

    kind = "bad frames"

    def _again(self) -> None:
        if not self.ended:
            self._send(self.now(), random.randrange(len(self._messages)))


class FrameFlood(Counted, Flood):
    """Sends frames as fast as the network takes them, and reads the answers."""

    kind = "frame flood"


class RawSender(Counted, Flood):
    """Sends given bytes as fast as the network takes them; they contain no complete frame."""

    kind = "raw"

    def begin(self) -> None:
        """Send the pieces in turn, without end."""
        self._pieces = itertools.cycle(self._messages)
        super().begin()

    def _room(self) -> None:
        while self.connection.has_room and not self.ended:
            self.connection.send(next(self._pieces))


class NonReader(Counted, Flood):
    """Sends frames and reads nothing after `hello`."""

    kind = "non-reader"

    def begin(self) -> None:
        """Stop reading, then send."""
        self.connection.stop_reading()
        super().begin()


class AbusiveClients:
    """All five, connected to a server on `port`."""

    def __init__(self, port: int, photographs: list[bytes], seed: int = 0) -> None:
        """Prepare what they send."""
        rng = random.Random(seed)
        self.port, self.counts = port, FrameCounts()
        self.photographs = photographs
        self.garbage = garbage(rng, photographs[0])
        self.expensive_frames = expensive_frames(FRAME_BYTES)
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Start all attacks."""
        self._tasks = [asyncio.create_task(self._rotate(attacks)) for attacks in ATTACKS]

    async def stop(self) -> None:
        """Cancel all attacks; repeatedly, since Python 3.11 loses a cancellation that meets the awaited event."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            _, left = await asyncio.wait(self._tasks, timeout=0.5)
            self._tasks = list(left)

    async def _rotate(self, attacks: tuple[Attack, ...]) -> None:
        for attack in itertools.cycle(attacks):
            self.counts.other[f"attack: {attack.__name__}"] += 1
            try:
                await attack(self)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):  # the server closed the connection or is down
                await asyncio.sleep(0.2)

    async def run_client(
        self, kind: type[Counted], data: list[bytes], seconds: float = ATTACK_S, raw: bool = False
    ) -> None:
        """Run one client of this kind; it reconnects at once when its connection ends."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            client: Any = kind(self.port, data)  # type: ignore[call-arg]
            client.counts = self.counts
            if raw:
                client._messages = data
            try:
                await loop.create_connection(lambda client=client: client.connection, "127.0.0.1", self.port)  # type: ignore[misc]
                self.counts.connections += 1
                async with asyncio.timeout(left):
                    while not client.ended:
                        await asyncio.sleep(0.05)
            except TimeoutError:
                pass
            finally:
                client.end()
                client.connection.abort()


async def damaged_pictures(clients: AbusiveClients) -> None:
    """Binary messages that are not JPEGs, or are truncated."""
    await clients.run_client(BadFrameSender, clients.garbage)


async def damaged_texts(clients: AbusiveClients) -> None:
    """Text that is not JSON, is deeply nested, or is too long."""
    texts = [b"{", b"[" * 4000, b'{"type": "configure", "floor": "\\ud800"}', b'{"type": 1e999}', b"x" * 4097, b""]
    await clients.run_client(RawSender, [pack(TEXT, text) for text in texts], raw=True)


async def illegal_frames(clients: AbusiveClients) -> None:
    """WebSocket frames that violate RFC 6455: reserved opcode, no mask, continuation without a start, bad UTF-8."""
    for data in (b"\x83\x80" + bytes(4), b"\x82\x05hello", pack(0, b"x"), pack(TEXT, b"\xff\xfe"), pack(8, b"x")):
        # 512 in one write: one by one they would occupy the sender, which shares the server's cores.
        await clients.run_client(RawSender, [data * 512], ATTACK_S / 5, raw=True)


async def expensive_pictures(clients: AbusiveClients) -> None:
    """False sizes in headers, hundreds of scans, and the most expensive picture within the limits."""
    await clients.run_client(BadFrameSender, clients.expensive_frames)


async def long_messages(clients: AbusiveClients) -> None:
    """Messages one byte too long, whole and in fragments, and one that claims 2^62 bytes: close code 1009."""
    for data in (
        [pack(BINARY, bytes(FRAME_BYTES + 1))],
        [b"\x02" + pack(0, bytes(100_000))[1:], *[b"\x00" + pack(0, bytes(100_000))[1:]] * 6],
        [struct.pack("!BBQ", 0x82, 0xFF, 2**62) + bytes(4)],
    ):
        await clients.run_client(RawSender, data, ATTACK_S / 3, raw=True)


async def long_uploads(clients: AbusiveClients) -> None:
    """POSTs of a picture with a false size, and of more bytes than the server reads."""
    for body in (clients.expensive_frames[0], bytes(2**24)):
        await _post(clients, body, len(body))
        await _post(clients, body[:1000], 10**12)


async def flood_of_frames(clients: AbusiveClients) -> None:
    """Photographs, sent regardless of credits."""
    await clients.run_client(FrameFlood, clients.photographs)


async def flood_of_pings(clients: AbusiveClients) -> None:
    """Pings, each of which the server must answer."""
    await clients.run_client(RawSender, [pack(PING, bytes(8)) * 64], raw=True)


async def flood_of_empty_fragments(clients: AbusiveClients) -> None:
    """One message of empty fragments that never ends."""
    first, more = b"\x02\x80" + bytes(4), (b"\x00\x80" + bytes(4)) * 200
    await clients.run_client(RawSender, [first + more, *[more] * 10_000], raw=True)


async def slow_reader(clients: AbusiveClients) -> None:
    """A client that sends frames and reads no answer; the server aborts it."""
    await clients.run_client(NonReader, clients.photographs[:1], SLOW_ATTACK_S)


async def disconnecting_clients(clients: AbusiveClients) -> None:
    """Clients that connect, send frames for 0.2 s and drop the connection without a close frame."""
    for _ in range(20):
        await clients.run_client(FrameFlood, clients.photographs[:1], ATTACK_S / 20)


async def half_open_connections(clients: AbusiveClients) -> None:
    """Connections that stay open with half a handshake, or none."""
    hello = HANDSHAKE.format(port=clients.port).encode()
    starts = itertools.cycle((b"", hello[:20], hello[:-2], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))
    async with contextlib.AsyncExitStack() as stack:
        for start in itertools.islice(starts, HALF_OPEN_COUNT):
            _, writer = await asyncio.open_connection("127.0.0.1", clients.port)
            stack.callback(writer.transport.abort)
            writer.write(start)
            clients.counts.other["half-open connections"] += 1
        await asyncio.sleep(ATTACK_S)


async def _post(clients: AbusiveClients, body: bytes, length: int) -> None:
    head = f"POST /api/classify HTTP/1.1\r\nHost: localhost:{clients.port}\r\nContent-Type: image/jpeg\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", clients.port)
    try:
        writer.write(f"{head}Content-Length: {length}\r\n\r\n".encode() + body)
        async with asyncio.timeout(ATTACK_S):
            status = (await reader.readline()).split(b" ")[1].decode()
        clients.counts.other[f"upload answered {status}"] += 1
    except (TimeoutError, IndexError):
        clients.counts.other["upload not answered"] += 1
    finally:
        writer.transport.abort()


ATTACKS: tuple[tuple[Attack, ...], ...] = (
    (damaged_pictures, damaged_texts, illegal_frames),
    (expensive_pictures, long_messages, long_uploads),
    (flood_of_frames, flood_of_pings, flood_of_empty_fragments),
    (slow_reader,),
    (disconnecting_clients, half_open_connections),
)


def names() -> Iterator[str]:
    """The names of all attacks."""
    return (attack.__name__ for attacks in ATTACKS for attack in attacks)
