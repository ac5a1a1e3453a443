"""Calibration with a resting face, on a real server."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.running_server import Client, RunningServer

FRAMES = 5


@pytest.fixture(scope="module")
def unlimited() -> Iterator[RunningServer]:
    """A server without a practical frame rate limit."""
    running = RunningServer("--fps", "1000")
    yield running
    running.end()


def configure(client: Client, **wishes: object) -> dict[str, object]:
    client.send(json.dumps({"type": "configure", **wishes}))
    settings: dict[str, object] = client.expect("configured")["settings"]
    return settings


def test_the_calibrated_face_becomes_neutral_and_null_undoes_it(unlimited: RunningServer, smiling_jpeg: bytes) -> None:
    """A person whose resting face looks happy; the mean of the scores is sent, as the page does."""
    with unlimited.connect() as client:
        hello = client.expect("hello")
        assert hello["settings"]["resting"] is None
        faces = [client.ask(smiling_jpeg)["faces"][0] for _ in range(FRAMES)]
        mean = [sum(scores) / FRAMES for scores in zip(*(face["scores"] for face in faces), strict=True)]
        assert faces[-1]["label"] == "happy"

        settings = configure(client, resting=mean)
        assert settings["resting"] == pytest.approx([share / sum(mean) for share in mean])
        (calibrated,) = client.ask(smiling_jpeg)["faces"]
        assert calibrated["label"] == "neutral" and calibrated["id"] == faces[-1]["id"]
        assert calibrated["scores"] == faces[-1]["scores"], "those of the frame stay as they are"
        assert calibrated["smoothed"][hello["labels"].index("neutral")] == calibrated["confidence"] > 0.5

        assert configure(client, margin=0.2)["resting"] == settings["resting"], "other wishes leave it"
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "neutral"
        assert configure(client, resting=None)["resting"] is None
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "happy"


def test_a_calibration_is_for_its_own_connection_only(server: RunningServer, smiling_jpeg: bytes) -> None:
    with server.connect() as client, server.connect() as other:
        client.expect("hello"), other.expect("hello")
        configure(client, resting=client.ask(smiling_jpeg)["faces"][0]["scores"])
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "neutral"
        assert other.ask(smiling_jpeg)["faces"][0]["label"] == "happy"


@pytest.mark.parametrize("resting", [[1, 2, 3], [0] * 7, [1, -1, 1, 1, 1, 1, 1], "sad", [None] * 7])
def test_an_invalid_calibration_is_explained_and_changes_nothing(
    server: RunningServer, smiling_jpeg: bytes, resting: object
) -> None:
    with server.connect() as client:
        client.expect("hello")
        client.send(json.dumps({"type": "configure", "resting": resting}))
        answer = client.expect("error")
        assert answer["code"] == "bad_value" and answer["frame"] is None and "resting" in answer["message"]
        assert configure(client)["resting"] is None
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "happy"


def test_a_model_without_neutral_refuses_calibration(
    start_server: Callable[..., RunningServer], tmp_path: Path, smiling_jpeg: bytes
) -> None:
    shutil.copy(ROOT / "model" / "emotion.tflite", tmp_path)
    manifest = json.loads((ROOT / "model" / "emotion.json").read_text())
    manifest["labels"] = [label.replace("neutral", "calm") for label in manifest["labels"]]
    (tmp_path / "emotion.json").write_text(json.dumps(manifest))
    with start_server("--model", str(tmp_path)).connect() as client:
        assert client.expect("hello")["settings"]["resting"] is None
        client.send(json.dumps({"type": "configure", "resting": [1] * 7}))
        answer = client.expect("error")
        assert answer["code"] == "bad_value" and "neutral" in answer["message"]
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "happy"


def test_each_face_has_its_quality(
    server: RunningServer, start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    with server.connect() as client, start_server("--detector", "haar").connect() as haar:
        client.expect("hello"), haar.expect("hello")
        (face,), (boxed,) = client.ask(smiling_jpeg)["faces"], haar.ask(smiling_jpeg)["faces"]
    assert set(face["quality"]) == {"light", "width", "turn", "detail"}
    assert 0.3 < face["quality"]["light"] < 0.8 and face["quality"]["width"] == face["box"][2]
    assert -0.3 < face["quality"]["turn"] < 0.3
    assert boxed["quality"]["turn"] is None and boxed["quality"]["light"] > 0.3
    assert face["quality"]["detail"] > 10
