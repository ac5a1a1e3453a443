"""Other models: a .keras file, and a model with other labels."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from model.network import make_network
from tests.browser.conftest import OpenPage
from tests.browser.steps import overlay_alpha, wait_for_more_frames
from tests.browser.test_faces import FACE
from tests.live.test_lifecycle import refuse_to_start
from tests.support.running_server import RunningServer


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A .keras file of an untrained network with two labels that always predicts the second."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    network = make_network("tiny", 2)
    kernel, bias = network.get_layer("logits").get_weights()
    network.get_layer("logits").set_weights([kernel * 0, bias + np.array([0.0, 4.0])])
    network.save(tmp_path / "own.keras")
    (tmp_path / "config.json").write_text(json.dumps({"classes": ["happy", "wink"]}))
    yield tmp_path / "own.keras"


def test_a_keras_file_with_other_labels_is_served_and_shown(
    own_model: Path, start_server: Callable[..., RunningServer], smiling_jpeg: bytes, open_page: OpenPage,
    smiling_camera: Path,
) -> None:
    server = start_server("--model", str(own_model))
    with server.connect() as client:
        hello = client.expect("hello")
        assert hello["labels"] == ["happy", "wink"] and hello["model"]["accuracy"] is None
        (face,) = client.ask(smiling_jpeg)["faces"]
    assert face["label"] == "wink" and face["scores"] == pytest.approx([0.018, 0.982], abs=0.01)
    page = open_page(server.url, camera=smiling_camera)
    page.get_by_role("button", name="Start").click()
    page.locator('#emoji[data-expression="wink"]').wait_for()
    assert "Wink" in page.locator("#emoji > .emoji-tile").inner_text(), "a label without an emoji: a tile with its name"
    assert page.locator("#bars > li").count() == 2
    assert page.locator("#bars .emoji-tile:visible").all_inner_texts() == ["Wink"]
    page.get_by_role("button", name="Mask").click()
    wait_for_more_frames(page, 10)
    assert overlay_alpha(page, *FACE) == 255, "a disc with its name"
    assert page.locator("#teach").is_visible(), "its expressions can be taught too"
    assert server.interrupt() == 0
    again = start_server("--model", str(own_model))  # from the cache: TensorFlow is not asked again
    with again.connect() as client:
        assert client.expect("hello")["labels"] == ["happy", "wink"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("model.h5", b"x", ".keras file"), ("broken.keras", b"not a zip", "cannot be loaded")],
)
def test_other_files_are_one_clear_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refuse_to_start("--port", "0", "--model", str(tmp_path / name))


def test_a_model_that_carries_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Safe mode: a .keras file from a stranger cannot run code of its own here."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pixels = keras.Input((48, 48, 1))
    mean = keras.layers.GlobalAveragePooling2D()(keras.layers.Lambda(lambda x: x * 2)(pixels))
    keras.Model(pixels, keras.layers.Dense(7, activation="softmax")(mean)).save(tmp_path / "stranger.keras")
    assert "cannot be loaded" in refuse_to_start("--port", "0", "--model", str(tmp_path / "stranger.keras"))
