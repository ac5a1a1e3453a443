"""Protocol 1 on a real server."""

import socket
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.vision.motion.values import Motion
from tests.support.pictures import to_jpeg
from tests.support.running_server import RunningServer

LABELS = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]


@pytest.fixture(scope="module")
def unlimited() -> Iterator[RunningServer]:
    """A server without a practical frame rate limit."""
    running = RunningServer("--fps", "1000")
    yield running
    running.end()


def huge_header() -> bytes:
    """A small JPEG whose header claims 20000x20000 pixels."""
    jpeg = bytearray(to_jpeg(np.zeros((16, 16), np.uint8)))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 20000, 20000)
    return bytes(jpeg)


def bad_frames(good: bytes) -> dict[str, tuple[bytes, str]]:
    """Invalid frames, with the code of the answer to each."""
    return {
        "text as bytes": (b"not a picture", "not_jpeg"),
        "png": (cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes(), "not_jpeg"),
        "empty": (b"", "empty"),
        "cut in the middle": (good[: len(good) // 2], "truncated"),
        "20000x20000": (huge_header(), "too_many_pixels"),
    }


def test_hello_comes_first_and_fits_the_page(server: RunningServer) -> None:
    with server.connect() as client:
        hello = client.expect("hello")
    assert hello["protocol"] == 1 and hello["labels"] == LABELS and hello["detector"] == "blazeface"
    assert hello["limits"]["credits"] == 2
    assert 0.5 < hello["model"]["accuracy"] < 1 and len(hello["model"]["sha256"]) == 64


def test_a_smile_is_happy_and_an_empty_room_has_no_face(
    server: RunningServer, smiling_jpeg: bytes, empty_jpeg: bytes
) -> None:
    with server.connect() as client:
        client.expect("hello")
        first = client.ask(smiling_jpeg)
        assert first["type"] == "result" and first["frame"] == 1
        (face,) = first["faces"]
        assert face["label"] == "happy" and face["confidence"] > 0.6
        assert face["scores"][LABELS.index("happy")] == max(face["scores"])
        x, y, width, height = face["box"]
        assert 0.3 < x + width / 2 < 0.6 and 0.1 < y + height / 2 < 0.4, "the face is left of the middle, high up"
        assert len(face["landmarks"]) == 6
        assert all(value >= 0 for value in first["timing_ms"].values())
        second = client.ask(empty_jpeg)
        assert second["frame"] == 2 and second["faces"] == []


def test_motion_values_come_only_when_asked_for(server: RunningServer, smiling_jpeg: bytes) -> None:
    with server.connect() as client:
        assert client.expect("hello")["motion"] is True
        assert "outputs" not in client.ask(smiling_jpeg)["faces"][0]
        client.send('{"type": "configure", "motion": true}')
        assert client.expect("configured")["settings"]["motion"] is True
        outputs = client.ask(smiling_jpeg)["faces"][0]["outputs"]
        assert list(outputs) == list(Motion._fields)
        assert outputs["mouth_smile"][0] > 0.3 and outputs["eye_left"][0] > 0.5
        client.send('{"type": "configure", "motion": false}')
        client.expect("configured")
        assert "outputs" not in client.ask(smiling_jpeg)["faces"][0]


def test_a_face_keeps_its_id_and_reset_forgets_it(unlimited: RunningServer, smiling_jpeg: bytes) -> None:
    with unlimited.connect() as client:
        client.expect("hello")
        ids = [client.ask(smiling_jpeg)["faces"][0]["id"] for _ in range(3)]
        assert len(set(ids)) == 1
        client.send('{"type": "configure", "reset": true, "margin": 7}')
        assert client.expect("configured")["settings"]["margin"] == 1.0
        after = [client.ask(smiling_jpeg)["faces"][0]["id"] for _ in range(2)]
        assert after[0] != ids[0] and after[0] == after[1], "forgotten once, not with every frame"


@pytest.mark.parametrize("name", list(bad_frames(b"")))
def test_an_invalid_frame_is_explained_and_the_connection_stays_open(
    server: RunningServer, smiling_jpeg: bytes, name: str
) -> None:
    frame, code = bad_frames(smiling_jpeg)[name]
    with server.connect() as other, server.connect() as client:
        client.expect("hello"), other.expect("hello")
        answer = client.ask(frame)
        assert (answer["type"], answer["frame"], answer["code"]) == ("error", 1, code)
        assert len(answer["message"]) > 20
        assert client.ask(smiling_jpeg)["type"] == "result"
        assert other.ask(smiling_jpeg)["type"] == "result"


@pytest.mark.parametrize(("text", "code"), [("hi", "not_json"), ('{"type": "dance"}', "unknown_type")])
def test_invalid_text_is_explained_and_the_connection_stays_open(
    server: RunningServer, smiling_jpeg: bytes, text: str, code: str
) -> None:
    with server.connect() as client:
        client.expect("hello")
        client.send(text)
        answer = client.expect("error")
        assert (answer["frame"], answer["code"]) == (None, code)
        assert client.ask(smiling_jpeg)["frame"] == 1, "text messages do not count as frames"


def test_a_message_over_the_limit_closes_the_connection_with_1009(server: RunningServer) -> None:
    with server.connect() as client:
        limit = client.expect("hello")["limits"]["frame_bytes"]
        with pytest.raises(ConnectionClosed) as caught:
            client.send(b"\xff\xd8\xff" + bytes(limit))
            client.receive()
    assert caught.value.rcvd is not None and caught.value.rcvd.code == 1009


def test_a_full_server_sends_the_reason_before_it_closes(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--clients", "1")
    with server.connect() as first:
        first.expect("hello")
        with server.connect() as second:
            assert second.expect("error")["code"] == "full"
            with pytest.raises(ConnectionClosed) as caught:
                second.receive()
            assert caught.value.rcvd is not None and caught.value.rcvd.code == 1013
    answer = {"type": "error"}
    while answer["type"] != "hello":  # the place is free once the server has seen the first one leave
        with server.connect() as third:
            answer = third.receive()


def test_a_foreign_page_is_refused(server: RunningServer) -> None:
    with pytest.raises(InvalidStatus) as caught, server.connect(origin="https://evil.example"):
        pass
    assert caught.value.response.status_code == 403


def test_a_client_that_never_reads_does_not_delay_others(server: RunningServer, smiling_jpeg: bytes) -> None:
    """It sends until the server stops reading; others are answered, and memory does not grow."""
    request = "GET /ws HTTP/1.1\r\nHost: localhost:{0}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    request += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    configure = b'{"type": "configure"}'
    message = bytes([0x81, 0x80 | len(configure), 0, 0, 0, 0]) + configure  # a text frame under a mask of zeros
    with socket.create_connection(("127.0.0.1", server.port)) as flooding, server.connect() as other:
        other.expect("hello")
        flooding.sendall(request.format(server.port).encode())
        flooding.recv(64)
        flooding.settimeout(2)
        with pytest.raises(TimeoutError):
            while True:
                flooding.sendall(message * 1000)
        assert other.ask(smiling_jpeg)["type"] == "result"
        if sys.platform == "linux":
            status = Path(f"/proc/{server.process.pid}/status").read_text()
            resident_kb = int(status.split("VmRSS:")[1].split()[0])
            assert resident_kb < 300_000


def test_haar_finds_the_face_too(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    server = start_server("--detector", "haar")
    with server.connect() as client:
        assert client.expect("hello")["detector"] == "haar"
        (face,) = client.ask(smiling_jpeg)["faces"]
    assert face["label"] == "happy" and face["landmarks"] is None
