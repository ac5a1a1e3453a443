"""Five that keep to no rule, each in a way of its own, all at once: what each does changes every few seconds.

Frames of those that read are counted like anybody's: an answer each, or the connection ends.
"""

import asyncio
import contextlib
import itertools
import random
import struct
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from lab.bench.clients import Flood, Greedy
from lab.bench.wire import BINARY, HANDSHAKE, PING, TEXT, pack
from lab.soak.account import Account
from lab.soak.material import bombs, garbage

# How long one kind of abuse goes on. Of a slow reader longer, for the server gives it five seconds (--reader-timeout).
VISIT_S, SLOW_VISIT_S = 4.0, 9.0
FRAME_BYTES = 512 * 1024  # the server's default limit
HALF_OPEN = 20

Visit = Callable[["Abuse"], Awaitable[None]]


class Counted:
    """Keeps an account of the frames of a client of the bench; to be put before its class."""

    account: Account
    connection: Any
    ended: bool
    _taken: dict[int, float]

    def _send(self, taken: float, step: int = 0) -> None:
        self.account.sent += 1
        super()._send(taken, step)  # type: ignore[misc]

    def _heard(self, text: bytes) -> None:
        try:
            super()._heard(text)  # type: ignore[misc]
        except KeyError:
            self.account.strange += 1

    def _answered(self, kind: str, message: Mapping[str, Any], age: float, now: float) -> None:
        self.account.answered += 1
        self.account.other[message.get("code") or message.get("reason") or kind] += 1
        super()._answered(kind, message, age, now)  # type: ignore[misc]

    def _closed(self, code: int) -> None:
        if not self.ended:
            self.account.codes[str(code)] += 1
        self.account.cut += len(self._taken)
        self._taken.clear()
        super()._closed(code)  # type: ignore[misc]


class Sender(Counted, Greedy):
    """Sends something bad for every answer."""

    kind = "sender"

    def _again(self) -> None:
        if not self.ended:
            self._send(self.now(), random.randrange(len(self._messages)))


class Torrent(Counted, Flood):
    """Frames as fast as the network takes them; reads."""

    kind = "torrent"


class Raw(Counted, Flood):
    """Whatever bytes it was given, as fast as the network takes them; no frames."""

    kind = "raw"

    def begin(self) -> None:
        """Open the tap, and another one where the first would never close."""
        self._pieces = itertools.cycle(self._messages)
        super().begin()

    def _room(self) -> None:
        while self.connection.has_room and not self.ended:
            self.connection.send(next(self._pieces))


class Deaf(Counted, Flood):
    """Sends and reads nothing after hello."""

    kind = "deaf"

    def begin(self) -> None:
        """Stop listening, go on talking."""
        self.connection.stop_reading()
        super().begin()


class Abuse:
    """All five, at a server on `port`."""

    def __init__(self, port: int, photographs: list[bytes], seed: int = 0) -> None:
        """Make what they send."""
        rng = random.Random(seed)
        self.port, self.account = port, Account()
        self.photographs, self.garbage, self.bombs = photographs, garbage(rng, photographs[0]), bombs(FRAME_BYTES)
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Let them loose."""
        self._tasks = [asyncio.create_task(self._rotate(visits)) for visits in FIVE]

    async def stop(self) -> None:
        """Call them off: more than once, where Python 3.11 loses a cancellation that comes with what was waited for."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            _, left = await asyncio.wait(self._tasks, timeout=0.5)
            self._tasks = list(left)

    async def _rotate(self, visits: tuple[Visit, ...]) -> None:
        for visit in itertools.cycle(visits):
            self.account.other[f"visit: {visit.__name__}"] += 1
            try:
                await visit(self)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):  # the server ended it, or is away
                await asyncio.sleep(0.2)

    async def drive(self, kind: type[Counted], data: list[bytes], seconds: float = VISIT_S, raw: bool = False) -> None:
        """One client of this kind for some seconds; one whose connection ends comes again at once."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            client: Any = kind(self.port, data)  # type: ignore[call-arg]
            client.account = self.account
            if raw:
                client._messages = data
            try:
                await loop.create_connection(lambda client=client: client.connection, "127.0.0.1", self.port)  # type: ignore[misc]
                self.account.connections += 1
                async with asyncio.timeout(left):
                    while not client.ended:
                        await asyncio.sleep(0.05)
            except TimeoutError:
                pass
            finally:
                client.end()
                client.connection.abort()


async def spoilt_pictures(abuse: Abuse) -> None:
    """Binary messages that are no JPEG, or only half of one."""
    await abuse.drive(Sender, abuse.garbage)


async def spoilt_texts(abuse: Abuse) -> None:
    """Text that is no JSON, is deep, or is long."""
    texts = [b"{", b"[" * 4000, b'{"type": "configure", "floor": "\\ud800"}', b'{"type": 1e999}', b"x" * 4097, b""]
    await abuse.drive(Raw, [pack(TEXT, text) for text in texts], raw=True)


async def spoilt_frames(abuse: Abuse) -> None:
    """WebSocket frames against RFC 6455: a reserved opcode, no mask, a continuation of nothing, bad UTF-8."""
    for data in (b"\x83\x80" + bytes(4), b"\x82\x05hello", pack(0, b"x"), pack(TEXT, b"\xff\xfe"), pack(8, b"x")):
        # Many in a piece: one by one they would keep busy who sends them, on one of the server's cores.
        await abuse.drive(Raw, [data * 512], VISIT_S / 5, raw=True)


async def costly_pictures(abuse: Abuse) -> None:
    """Headers that lie, hundreds of scans, and the dearest picture that is allowed."""
    await abuse.drive(Sender, abuse.bombs)


async def long_messages(abuse: Abuse) -> None:
    """One byte more than is allowed, whole and in parts, and a claim of 2^62 bytes: 1009."""
    for data in (
        [pack(BINARY, bytes(FRAME_BYTES + 1))],
        [b"\x02" + pack(0, bytes(100_000))[1:], *[b"\x00" + pack(0, bytes(100_000))[1:]] * 6],
        [struct.pack("!BBQ", 0x82, 0xFF, 2**62) + bytes(4)],
    ):
        await abuse.drive(Raw, data, VISIT_S / 3, raw=True)


async def long_uploads(abuse: Abuse) -> None:
    """POSTs of a picture that claims too much, and of more bytes than are read."""
    for body in (abuse.bombs[0], bytes(2**24)):
        await _post(abuse, body, len(body))
        await _post(abuse, body[:1000], 10**12)


async def flood_of_frames(abuse: Abuse) -> None:
    """Photographs, without regard for credits."""
    await abuse.drive(Torrent, abuse.photographs)


async def flood_of_pings(abuse: Abuse) -> None:
    """Pings, each to be answered."""
    await abuse.drive(Raw, [pack(PING, bytes(8)) * 64], raw=True)


async def flood_of_nothing(abuse: Abuse) -> None:
    """One message in empty parts that never ends."""
    first, more = b"\x02\x80" + bytes(4), (b"\x00\x80" + bytes(4)) * 200
    await abuse.drive(Raw, [first + more, *[more] * 10_000], raw=True)


async def slow_reader(abuse: Abuse) -> None:
    """Sends frames and reads no answer: it is cut."""
    await abuse.drive(Deaf, abuse.photographs[:1], SLOW_VISIT_S)


async def vanishing(abuse: Abuse) -> None:
    """Comes, shows one frame, and is gone without a word, again and again."""
    for _ in range(20):
        await abuse.drive(Torrent, abuse.photographs[:1], VISIT_S / 20)


async def half_open(abuse: Abuse) -> None:
    """Half a handshake each, or none, and patience."""
    hello = HANDSHAKE.format(port=abuse.port).encode()
    starts = itertools.cycle((b"", hello[:20], hello[:-2], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))
    async with contextlib.AsyncExitStack() as stack:
        for start in itertools.islice(starts, HALF_OPEN):
            _, writer = await asyncio.open_connection("127.0.0.1", abuse.port)
            stack.callback(writer.transport.abort)
            writer.write(start)
            abuse.account.other["half-open connections"] += 1
        await asyncio.sleep(VISIT_S)


async def _post(abuse: Abuse, body: bytes, length: int) -> None:
    head = f"POST /api/classify HTTP/1.1\r\nHost: localhost:{abuse.port}\r\nContent-Type: image/jpeg\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", abuse.port)
    try:
        writer.write(f"{head}Content-Length: {length}\r\n\r\n".encode() + body)
        async with asyncio.timeout(VISIT_S):
            status = (await reader.readline()).split(b" ")[1].decode()
        abuse.account.other[f"upload answered {status}"] += 1
    except (TimeoutError, IndexError):
        abuse.account.other["upload without an answer"] += 1
    finally:
        writer.transport.abort()


FIVE: tuple[tuple[Visit, ...], ...] = (
    (spoilt_pictures, spoilt_texts, spoilt_frames),
    (costly_pictures, long_messages, long_uploads),
    (flood_of_frames, flood_of_pings, flood_of_nothing),
    (slow_reader,),
    (vanishing, half_open),
)


def names() -> Iterator[str]:
    """Of all kinds of abuse."""
    return (visit.__name__ for visits in FIVE for visit in visits)
