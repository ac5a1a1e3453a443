"""The sample pictures for people without a camera: they exist, and the server recognises them."""

import pytest

from server.http.messages import read_messages
from tests.live.test_lifecycle import get
from tests.support import ROOT
from tests.support.running_server import RunningServer

FOLDER = ROOT / "web" / "static" / "samples"
MESSAGES = ROOT / "web" / "static" / "js" / "messages"
SAMPLES = {f"{name}.jpg": texts for name, texts in read_messages(MESSAGES / "en.js")["samples"].items()}
EXPECTED = {"astronaut.jpg": "happy", "smiling.jpg": "happy", "surprised.jpg": "surprise"}


def test_every_sample_is_listed_with_an_alternative_text() -> None:
    assert set(SAMPLES) == {path.name for path in FOLDER.glob("*.jpg")} == set(EXPECTED)
    assert set(SAMPLES) == {path.name for path in (FOLDER / "small").glob("*.jpg")}, "the pictures of the buttons"
    assert all(name and len(description) > 20 for name, description in SAMPLES.values())
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{file}`" in readme for file in SAMPLES), "where each comes from"


@pytest.mark.parametrize("file", SAMPLES)
def test_each_sample_is_one_face_with_a_clear_expression(server: RunningServer, file: str) -> None:
    """Downloaded by HTTP, sent through the WebSocket."""
    status, headers, jpeg = get(server, f"/static/samples/{file}")
    assert status == 200 and headers["content-type"] == "image/jpeg" and len(jpeg) < 60_000
    with server.connect() as client:
        client.expect("hello")
        (face,) = client.ask(jpeg)["faces"]
    assert face["label"] == EXPECTED[file] and face["confidence"] > 0.8
