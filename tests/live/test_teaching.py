"""Teaching on a real server: examples, own expressions, limits, and what one connection knows of another."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from server.vision.expression.taught_examples import MAX_EXAMPLES, MAX_OWN_LABELS
from tests.support import ROOT
from tests.support.pictures import to_jpeg, two_faces
from tests.support.running_server import Client, RunningServer

SAMPLES = ROOT / "web" / "static" / "samples" / "small"


@pytest.fixture(scope="module")
def unlimited() -> Iterator[RunningServer]:
    """A server without a practical limit on the rates of frames and texts."""
    running = RunningServer("--fps", "1000", "--text-rate", "10000")
    yield running
    running.end()


def frame(name: str) -> bytes:
    """A sample picture as a frame."""
    return (SAMPLES / f"{name}.jpg").read_bytes()


def example(client: Client, *frames: bytes, seconds: float = 0.0) -> dict[str, Any]:
    """Ask for an example of these frames, the last of which must end the hold; returns the answer."""
    client.send(json.dumps({"type": "example", "seconds": seconds}))
    for jpeg in frames:
        client.send(jpeg)
        client.expect("result")
    return client.expect("example")


def say(client: Client, **message: Any) -> dict[str, Any]:
    client.send(json.dumps(message))
    return client.receive()


def refused(client: Client, **message: Any) -> str:
    """The code of the error that answers a message."""
    answer = say(client, **message)
    assert answer["type"] == "error" and answer["frame"] is None and len(answer["message"]) > 20, answer
    return str(answer["code"])


def test_an_example_follows_the_result_of_the_next_frame(unlimited: RunningServer) -> None:
    with unlimited.connect() as client:
        assert client.expect("hello")["teaching"] == {"labels": MAX_OWN_LABELS, "examples": MAX_EXAMPLES}
        answer = example(client, frame("smiling"))
        assert (answer["reason"], answer["frames"], answer["closest"]) == (None, 1, None)
        assert len(base64.b64decode(answer["example"])) > 1872
        assert client.ask(frame("smiling"))["type"] == "result", "one request, one example"


def test_a_hold_averages_the_frames_of_its_time(unlimited: RunningServer) -> None:
    """Its end depends on the clock, so frames are sent until it has come."""
    with unlimited.connect() as client:
        client.expect("hello")
        client.send('{"type": "example", "seconds": 0.2}')
        kinds = []
        while "example" not in kinds:
            client.send(frame("smiling"))
            kinds.append(client.expect("result")["type"])
            answer = say(client, type="configure")  # answered after an example, if this frame has ended the hold
            if answer["type"] == "example":
                kinds.append(client.expect("configured") and "example")
                assert answer["reason"] is None and 2 <= answer["frames"] <= kinds.count("result")


def test_what_cannot_be_measured_is_explained(unlimited: RunningServer, empty_jpeg: bytes) -> None:
    sharp = cv2.imread(str(SAMPLES / "smiling.jpg"))
    assert sharp is not None
    blurred = to_jpeg(cv2.GaussianBlur(sharp, (0, 0), 3).astype(np.uint8))
    with unlimited.connect() as client:
        client.expect("hello")
        for jpeg, reason in ((empty_jpeg, "no_face"), (blurred, "blurred"), (to_jpeg(two_faces()), "several")):
            while reason != "no_face" and len(client.ask(jpeg)["faces"]) < 1 + (reason == "several"):
                pass  # a doubtful face needs some frames
            answer = example(client, jpeg)
            assert (answer["example"], answer["reason"], answer["frames"]) == (None, reason, 0)


def test_a_new_request_ends_the_one_before(unlimited: RunningServer) -> None:
    with unlimited.connect() as client:
        client.expect("hello")
        client.send('{"type": "example", "seconds": 5}')
        answer = say(client, type="example")
        assert (answer["type"], answer["example"], answer["reason"]) == ("example", None, "replaced")
        client.send(frame("smiling"))
        client.expect("result")
        assert client.expect("example")["reason"] is None
