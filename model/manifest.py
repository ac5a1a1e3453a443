"""`emotion.json`: the contract between a model and the server."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.dataset import SIZE
from model.errors import RunError

KERAS, LITERT, MANIFEST = "emotion.keras", "emotion.tflite", "emotion.json"

# Positions of landmarks in FER2013's crops, as fractions of the crop: medians over PublicTest, found with BlazeFace.
# The server aligns live faces to them, so that crops resemble the training images.
ALIGNMENT: dict[str, list[float]] = {
    "eye_left_of_image": [0.315, 0.386],
    "eye_right_of_image": [0.687, 0.387],
    "nose": [0.505, 0.602],
    "mouth": [0.500, 0.776],
    "box": [0.067, 0.136, 0.865, 0.855],  # x, y, width, height of BlazeFace's box
}


def make_manifest(
    folder: Path,
    name: str,
    labels: Sequence[str],
    calibration: dict[str, float],
    accuracy: dict[str, float],
    features: int = 0,
) -> dict[str, Any]:
    """Describe the two model files in a folder.

    Args:
        folder: holds emotion.keras and emotion.tflite.
        name: of the network.
        labels: in the order of its output.
        calibration: `temperature` divides the logits before the softmax; `balance` is folded into the last layer.
        accuracy: of the int8 file, shares 0..1.
        features: number of features beside the logits: format 2. 0 if the files give probabilities: format 1.
    """
    shape = [1, len(labels)]
    outputs = {
        "outputs": {
            "logits": {"shape": shape, "dtype": "float32"},
            "features": {"shape": [1, features], "dtype": "float32"},
        }
    }
    probabilities = {"output": {"shape": shape, "dtype": "float32", "kind": "probabilities"}}
    return {
        "format": 2 if features else 1,
        "name": name,
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "labels": list(labels),
        "input": {"shape": [1, SIZE, SIZE, 1], "dtype": "uint8", "range": [0, 255], "colour": "grey"},
        **(outputs if features else probabilities),
        "alignment": ALIGNMENT,
        "files": {"litert": _describe(folder / LITERT), "keras": _describe(folder / KERAS)},
        "calibration": calibration,
        "accuracy": accuracy,
    }


def write_json(path: Path, value: object) -> None:
    """Write indented JSON with a newline at the end."""
    path.write_text(json.dumps(value, indent=2) + "\n")


def check_files(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder and check the hashes of its files.

    Raises:
        RunError: the manifest or a file is missing or damaged.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        for entry in manifest["files"].values():
            if _describe(folder / entry["name"])["sha256"] != entry["sha256"]:
                raise RunError(f"{folder / entry['name']}: not the file that {MANIFEST} describes; export it again")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(f"{folder}: no complete exported model here ({error}); run python -m model export") from error
    return manifest


def _describe(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
