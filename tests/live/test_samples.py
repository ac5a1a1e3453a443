"""The sample pictures for people without a camera: they exist, and the server recognises them."""

import json

import pytest

from tests.live.test_lifecycle import get
from tests.support import ROOT
from tests.support.running_server import RunningServer

FOLDER = ROOT / "web" / "static" / "samples"
SAMPLES = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
EXPECTED = {"astronaut.jpg": "happy", "smiling.jpg": "happy", "surprised.jpg": "surprise"}


def test_every_sample_is_listed_with_an_alternative_text() -> None:
    assert {sample["file"] for sample in SAMPLES} == {path.name for path in FOLDER.glob("*.jpg")} == set(EXPECTED)
    assert all(sample["name"] and len(sample["alt"]) > 20 for sample in SAMPLES)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{sample['file']}`" in readme for sample in SAMPLES), "where each comes from"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["file"])
def test_each_sample_is_one_face_with_a_clear_expression(server: RunningServer, sample: dict[str, str]) -> None:
    """Downloaded by HTTP, sent through the WebSocket."""
    status, headers, jpeg = get(server, f"/static/samples/{sample['file']}")
    assert status == 200 and headers["content-type"] == "image/jpeg" and len(jpeg) < 60_000
    with server.connect() as client:
        client.expect("hello")
        (face,) = client.ask(jpeg)["faces"]
    assert face["label"] == EXPECTED[sample["file"]] and face["confidence"] > 0.8
