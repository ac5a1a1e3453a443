"""Teaching on a real server: examples, own expressions, limits, and what one connection knows of another."""

import base64
import json
from collections.abc import Callable, Iterator
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


def test_a_hold_counts_the_frames_of_its_time(unlimited: RunningServer) -> None:
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


def test_two_expressions_are_taught_read_and_forgotten(unlimited: RunningServer) -> None:
    with unlimited.connect() as client:
        labels = client.expect("hello")["labels"]
        say(client, type="configure", smoothing_s=0)  # another face in the same place is read at once
        happy, surprise = (client.ask(frame(name))["faces"][0]["label"] for name in ("smiling", "surprised"))
        assert (happy, surprise) == ("happy", "surprise")
        grin, wow = (example(client, frame(name))["example"] for name in ("smiling", "surprised"))

        taught = say(client, type="teach", label="grin", example=grin)
        assert taught == {"type": "taught", "labels": [*labels, "grin"], "examples": [0] * 7 + [1]}
        taught = say(client, type="teach", label="wow \u2603", example=wow)
        assert taught["labels"] == [*labels, "grin", "wow \u2603"]
        for name, label in (("smiling", "grin"), ("surprised", "wow \u2603"), ("smiling", "grin")):
            (face,) = client.ask(frame(name))["faces"]
            assert face["label"] == label and face["confidence"] > 0.4
            assert len(face["scores"]) == 7 and len(face["smoothed"]) == 9
            assert face["smoothed"][taught["labels"].index(label)] == max(face["smoothed"])
        again = example(client, frame("smiling"))
        assert again["closest"]["label"] == "grin" and again["closest"]["share"] > 0.5

        assert say(client, type="forget", label="grin")["labels"] == [*labels, "wow \u2603"]
        assert client.ask(frame("smiling"))["faces"][0]["label"] == "happy"
        assert say(client, type="forget")["labels"] == labels
        (face,) = client.ask(frame("surprised"))["faces"]
        assert len(face["smoothed"]) == 7


def test_a_label_of_the_model_is_read_as_it_was_shown(unlimited: RunningServer) -> None:
    with unlimited.connect() as client:
        client.expect("hello")
        shown = example(client, frame("smiling"))["example"]
        taught = say(client, type="teach", label="sad", example=shown)
        assert len(taught["labels"]) == 7 and sum(taught["examples"]) == 1
        client.ask(frame("smiling"))
        assert client.ask(frame("smiling"))["faces"][0]["label"] == "sad"


def test_every_result_has_the_labels_of_the_last_taught_message(unlimited: RunningServer) -> None:
    """Also of a frame that was in service or waiting when the message came."""
    with unlimited.connect() as client:
        labels = len(client.expect("hello")["labels"])
        shown = example(client, frame("smiling"))["example"]
        for number in range(10):
            client.send(frame("smiling"))
            client.send(json.dumps({"type": "teach", "label": f"own {number}", "example": shown}))
        counts = {"taught": 0, "result": 0, "dropped": 0}
        while counts["taught"] < 10 or counts["result"] + counts["dropped"] < 10:
            answer = client.receive()
            counts[answer["type"]] += 1
            if answer["type"] == "taught":
                labels = len(answer["labels"])
            elif answer["type"] == "result":
                assert all(len(face["smoothed"]) == labels for face in answer["faces"])


def test_limits_and_malformed_messages_change_nothing(unlimited: RunningServer) -> None:
    with unlimited.connect() as client:
        client.expect("hello")
        assert say(client, type="forget", label="never taught")["type"] == "taught"
        shown = example(client, frame("smiling"))["example"]
        for _ in range(MAX_EXAMPLES):
            assert say(client, type="teach", label="grin", example=shown)["type"] == "taught"
        assert refused(client, type="teach", label="grin", example=shown) == "too_many"
        for number in range(MAX_OWN_LABELS - 1):
            assert say(client, type="teach", label=f"own {number}", example=shown)["type"] == "taught"
        assert refused(client, type="teach", label="one more", example=shown) == "too_many"
        assert refused(client, type="teach", label="no-face", example=shown) == "bad_value"
        assert refused(client, type="teach", label="grin", example=shown[:-8]) == "bad_value"
        assert refused(client, type="teach", label="grin" * 1000, example=shown) == "too_long"
        assert refused(client, type="example", seconds=6) == "bad_value"
        after = say(client, type="forget", label="own 0")
        assert after["examples"] == [0] * 7 + [MAX_EXAMPLES] + [1] * (MAX_OWN_LABELS - 2)
        assert client.ask(frame("smiling"))["type"] == "result"


def test_what_was_taught_belongs_to_its_connection(unlimited: RunningServer) -> None:
    with unlimited.connect() as client, unlimited.connect() as other:
        client.expect("hello"), other.expect("hello")
        shown = example(client, frame("smiling"))["example"]
        say(client, type="teach", label="grin", example=shown)
        assert client.ask(frame("smiling"))["faces"][0]["label"] == "grin"
        assert other.ask(frame("smiling"))["faces"][0]["label"] == "happy"
    with unlimited.connect() as again:
        again.expect("hello")
        (face,) = again.ask(frame("smiling"))["faces"]
        assert face["label"] == "happy" and len(face["smoothed"]) == 7
        say(again, type="teach", label="grin", example=shown)
        assert again.ask(frame("smiling"))["faces"][0]["label"] == "grin", "the client kept the example"


def test_a_server_whose_texts_are_too_short_cannot_be_taught(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--text-chars", "1000")
    with server.connect() as client:
        assert client.expect("hello")["teaching"] is None
        assert refused(client, type="example") == "no_teaching"
