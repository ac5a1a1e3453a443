"""Each frame has one answer, whatever a client sends, unless the client has disconnected."""

import json
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.live.metrics_client import Scrape, wait_for_sum
from tests.live.test_protocol import bad_frames
from tests.support.raw_socket import BINARY, CLOSE, CONT, PING, PONG, TEXT, Raw, frame
from tests.support.running_server import Client, RunningServer

FRAMES = [*bad_frames(b""), "good", "empty room"]
OTHERS = ["text", "bad text", "ping", "pong"]
ENDS = ["close frame", "half-close", "reset", "vanish", "in the middle of a frame", "in the middle of a message"]

steps = st.lists(st.tuples(st.sampled_from(FRAMES + OTHERS), st.sampled_from([1, 1, 2, 3])), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def unlimited() -> Iterator[RunningServer]:
    """A server without a practical frame rate limit, so that floods are decoded instead of dropped."""
    running = RunningServer("--fps", "1000")
    yield running
    running.end()


@pytest.fixture(scope="module")
def beside(unlimited: RunningServer) -> Iterator[Client]:
    """A well-behaved client that stays connected."""
    with unlimited.connect() as client:
        client.expect("hello")
        yield client


def message(data: bytes, pieces: int) -> bytes:
    """A binary message in so many fragments, with a ping between each two."""
    size = max(1, -(-len(data) // pieces))
    parts = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    last = len(parts) - 1
    frames = [frame(CONT if at else BINARY, part, fin=at == last) for at, part in enumerate(parts)]
    return frame(PING, b"between").join(frames)


class Storm:
    """The bytes of a list of steps, with their numbers of frames and answers."""

    def __init__(self, steps: list[tuple[str, int]], good: bytes, empty: bytes) -> None:
        bad = bad_frames(good)
        pictures = {"good": good, "empty room": empty, **{name: frame for name, (frame, _) in bad.items()}}
        texts = {"text": b"{}", "bad text": b"\x7b"}
        self.frames = sum(name in pictures for name, _ in steps)
        self.answers = self.frames + sum(name in texts for name, _ in steps)
        self.bytes = b"".join(
            message(pictures[name], pieces)
            if name in pictures
            else frame(TEXT, texts[name])
            if name in texts
            else frame(PING if name == "ping" else PONG, b"x")
            for name, pieces in steps
        )


def read_messages(raw: Raw, count: int) -> list[dict[str, object]]:
    """The next messages; pongs between them are ignored."""
    messages: list[dict[str, object]] = []
    while len(messages) < count:
        got = raw.next()
        assert got is not None, "the connection ended"
        opcode, data = got
        assert opcode in (TEXT, PONG), (opcode, data)
        if opcode == TEXT:
            messages.append(json.loads(data))
    return messages


FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(steps)
def test_every_binary_message_gets_exactly_one_answer(
    unlimited: RunningServer, beside: Client, smiling_jpeg: bytes, empty_jpeg: bytes, steps: list[tuple[str, int]]
) -> None:
    storm = Storm(steps, smiling_jpeg, empty_jpeg)
    with Raw(unlimited) as raw:
        read_messages(raw, 1)  # hello
        raw.send(storm.bytes)
        answers = read_messages(raw, storm.answers)
        numbers = [answer["frame"] for answer in answers if answer.get("frame") is not None]
        assert sorted(map(str, numbers)) == sorted(str(number + 1) for number in range(storm.frames))
        raw.send(frame(TEXT, b'{"type": "configure"}'))
        assert read_messages(raw, 1)[0]["type"] == "configured", "and nothing is left over"
    assert beside.ask(smiling_jpeg)["type"] in ("result", "dropped")


@FEW
@given(steps, st.sampled_from(ENDS))
@example([("good", 1)] * 3, "half-close")
@example([("good", 2)] * 3, "reset")
def test_every_frame_of_a_client_that_disconnects_is_counted(
    unlimited: RunningServer,
    beside: Client,
    smiling_jpeg: bytes,
    empty_jpeg: bytes,
    steps: list[tuple[str, int]],
    end: str,
) -> None:
    storm = Storm(steps, smiling_jpeg, empty_jpeg)
    with Raw(unlimited) as raw:
        raw.send(storm.bytes)
        if end == "close frame":
            raw.send(frame(CLOSE, struct.pack(">H", 1000)))
        if end == "in the middle of a frame":
            raw.send(frame(BINARY, smiling_jpeg)[:3000])
        if end == "in the middle of a message":
            raw.send(frame(BINARY, smiling_jpeg[:3000], fin=False))
        if end == "half-close":
            raw.socket.shutdown(socket.SHUT_WR)
        if end in ("close frame", "half-close"):
            heard = raw.until_closed()[1]
            numbers = [answer["frame"] for answer in heard if answer.get("frame") is not None]
            assert len(numbers) == len(set(numbers)) and set(numbers) <= set(range(1, storm.frames + 1))
        if end == "reset":
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert beside.ask(smiling_jpeg)["type"] in ("result", "dropped")
    scrape = wait_for_sum(unlimited, 1, "connections_open")
    assert scrape.sum("frames_received_total") == accounted(scrape)
    assert "Traceback" not in unlimited.errors


def accounted(scrape: Scrape) -> float:
    """Frames answered with their faces, dropped, or answered with an error."""
    lost = scrape.sum("frames_answered_total") + scrape.sum("frames_dropped_total")
    return lost + scrape.sum("errors_total", subject="frame")
