"""The contract of the model files, and clear words when it is broken."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from server.vision.errors import ModelFilesError
from server.vision.expression.manifest import load_manifest

WEIGHTS = b"weights"
FIELDS: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "labels": ["calm", "happy"],
    "input": {"shape": [1, 48, 48, 1], "dtype": "uint8", "range": [0, 255], "colour": "grey"},
    "output": {"shape": [1, 2], "dtype": "float32", "kind": "probabilities"},
    "alignment": {
        "eye_left_of_image": [0.3, 0.4],
        "eye_right_of_image": [0.7, 0.4],
        "nose": [0.5, 0.6],
        "mouth": [0.5, 0.8],
        "box": [0.1, 0.1, 0.8, 0.8],
    },
    "files": {"litert": {"name": "tiny.tflite", "sha256": hashlib.sha256(WEIGHTS).hexdigest(), "bytes": 7}},
    "accuracy": {"ferplus_private": 0.76},
}

FORMAT_2: dict[str, Any] = {
    "format": 2,
    "output": None,
    "outputs": {
        "logits": {"shape": [1, 2], "dtype": "float32"},
        "features": {"shape": [1, 192], "dtype": "float32"},
    },
    "calibration": {"temperature": 0.9, "balance": 0.0},
}


def write(folder: Path, **changes: object) -> Path:
    """A model folder, its manifest changed; a field set to None is left out."""
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not None}
    (folder / "emotion.json").write_text(json.dumps(fields))
    (folder / "tiny.tflite").write_bytes(WEIGHTS)
    return folder


def test_the_fields_are_read(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path))
    assert (manifest.name, manifest.labels, manifest.size) == ("tiny", ("calm", "happy"), 48)
    assert manifest.template_points.tolist() == [
        pytest.approx(place) for place in ([0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.5, 0.8])
    ]
    assert manifest.accuracy == {"ferplus_private": 0.76}
    assert manifest.files["litert"].sha256 == hashlib.sha256(WEIGHTS).hexdigest()


def test_a_file_that_is_as_exported_is_handed_out(tmp_path: Path) -> None:
    assert load_manifest(write(tmp_path)).checked_path("litert") == tmp_path / "tiny.tflite"


def test_accuracy_may_be_unknown(tmp_path: Path) -> None:
    assert load_manifest(write(tmp_path, accuracy=None)).accuracy == {}


@pytest.mark.parametrize("content", [b"weightz", b"weight", b""])
def test_damaged_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    manifest = load_manifest(write(tmp_path))
    (tmp_path / "tiny.tflite").write_bytes(content)
    with pytest.raises(ModelFilesError, match=r"tiny\.tflite: damaged.*export"):
        manifest.checked_path("litert")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path))
    (tmp_path / "tiny.tflite").unlink()
    with pytest.raises(ModelFilesError, match=r"tiny\.tflite: No such file.*export"):
        manifest.checked_path("litert")
    with pytest.raises(ModelFilesError, match="no file for the engine 'keras'"):
        manifest.checked_path("keras")


def test_a_missing_manifest_says_which_folder_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match=r"emotion\.json: No such file.*folder of an exported model"):
        load_manifest(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match=r"format 3.*reads formats 1 and 2"):
        load_manifest(write(tmp_path, format=3))


def test_format_2_names_temperature_and_features(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path, **FORMAT_2))
    assert (manifest.temperature, manifest.features) == (0.9, 192)
    first = load_manifest(write(tmp_path))
    assert (first.temperature, first.features) == (None, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": None},
        {"labels": 7},
        {"labels": ["one"]},
        {"input": {"shape": [1, 48, 40, 1], "dtype": "uint8"}},
        {"input": {"shape": [1, 48, 48, 1], "dtype": "float32"}},
        {"input": "grey"},
        {"alignment": {}},
        {"alignment": {name: [1] for name in FIELDS["alignment"]}},
        {"files": []},
        {"files": {"litert": {"name": "tiny.tflite"}}},
        {"accuracy": {"ferplus_private": "high"}},
        FORMAT_2 | {"calibration": {"temperature": 0}},
        FORMAT_2 | {"calibration": {}},
        FORMAT_2 | {"outputs": {"logits": {"shape": [1, 2], "dtype": "float32"}}},
        FORMAT_2 | {"outputs": FORMAT_2["outputs"] | {"logits": {"shape": [1, 3], "dtype": "float32"}}},
        FORMAT_2 | {"outputs": FORMAT_2["outputs"] | {"features": {"shape": [1, 192], "dtype": "int8"}}},
    ],
)
def test_a_damaged_manifest_is_one_clear_line(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ModelFilesError, match=r"emotion\.json: damaged .*export") as caught:
        load_manifest(write(tmp_path, **changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\udcff"])
def test_what_is_not_a_manifest_at_all_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "emotion.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelFilesError, match=r"emotion\.json"):
        load_manifest(tmp_path)
