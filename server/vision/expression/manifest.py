"""Reads `emotion.json`: input and output of the model, and its files (written by `python -m model export`)."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from server.vision.arrays import Floats
from server.vision.errors import ModelFilesError
from server.vision.model_files import ModelFile, checked_file
from server.vision.types import NO_FACE, UNSURE

# Format 1: the file gives probabilities. Format 2: it gives logits and features, and the server applies the softmax.
FORMATS = (1, 2)
# Names of the pictures that are shown in place of a label: a model must not use them as labels.
RESERVED = frozenset({UNSURE, NO_FACE})
# The landmarks by which a face is aligned, in the order of Detection.landmarks.
_TEMPLATE = ("eye_left_of_image", "eye_right_of_image", "nose", "mouth")


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """The contract of one exported model.

    Attributes:
        name: of the network, for people.
        labels: in the order of the model's output.
        size: side of the square crop in pixels; the model takes uint8 [1, size, size, 1], grey, 0 to 255.
        template_points: float32 [4, 2], where both eyes (left of the image first), nose and mouth belong in the crop,
            as fractions of it.
        files: by engine, `litert` and `keras`.
        temperature: of the softmax of the logits (format 2), or None: the model gives probabilities itself (format 1).
        features: number of values that the model gives for a face besides; 0 in format 1.
        accuracy: shares from 0 to 1 by test set; may be empty.
    """

    name: str
    labels: tuple[str, ...]
    size: int
    template_points: Floats
    files: Mapping[str, ModelFile]
    temperature: float | None
    features: int
    accuracy: Mapping[str, float]

    @property
    def example_features(self) -> int:
        """Number of values that an example of an expression takes from the network: features, then log scores."""
        return self.features + len(self.labels)

    def checked_path(self, engine: str) -> Path:
        """The weight file of an engine, its sha256 checked.

        Raises:
            ModelFilesError: the file is missing, or is not the one that was exported.
        """
        if engine not in self.files:
            raise ModelFilesError(f"the model {self.name} has no file for the engine {engine!r}; export it again")
        return checked_file(self.files[engine], "run python -m model export, or restore it with git checkout")


def load_manifest(folder: Path) -> Manifest:
    """Reads `emotion.json` in a folder. The weight files are checked when an engine loads them.

    Raises:
        ModelFilesError: it is missing, not JSON, of another format, or lacks a field.
    """
    path = folder / "emotion.json"
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        if fields["format"] not in FORMATS:
            raise ModelFilesError(f"{path}: format {fields['format']!r:.40}, but this server reads formats 1 and 2")
        return _parse(folder, fields)
    except OSError as error:
        raise ModelFilesError(f"{path}: {error.strerror}; name the folder of an exported model") from error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ModelFilesError(f"{path}: damaged ({error!r:.200}); run python -m model export") from error


def _parse(folder: Path, fields: dict[str, Any]) -> Manifest:
    labels = _labels(fields["labels"])
    size = int(fields["input"]["shape"][1])
    if fields["input"] | {"shape": [1, size, size, 1], "dtype": "uint8"} != fields["input"]:
        raise ValueError("input must be uint8 [1, n, n, 1]")
    temperature, features = _outputs(fields, len(labels))
    template_points = np.array([fields["alignment"][landmark] for landmark in _TEMPLATE], np.float32)
    if template_points.shape != (4, 2) or not ((template_points >= 0) & (template_points <= 1)).all():
        raise ValueError("alignment must give x and y of each landmark, 0 to 1")
    files = {
        engine: ModelFile(folder / _text(file["name"]), _text(file["sha256"]))
        for engine, file in fields["files"].items()
    }
    accuracy = {name: float(share) for name, share in fields.get("accuracy", {}).items()}
    if not all(0 <= share <= 1 for share in accuracy.values()):
        raise ValueError("accuracy must be shares from 0 to 1")
    return Manifest(_text(fields["name"]), labels, size, template_points, files, temperature, features, accuracy)


def _outputs(fields: dict[str, Any], labels: int) -> tuple[float | None, int]:
    """Temperature and number of features, see Manifest."""
    if fields["format"] == 1:
        if fields["output"] | {"shape": [1, labels], "dtype": "float32"} != fields["output"]:
            raise ValueError("output must be float32 [1, labels]")
        return None, 0
    features = int(fields["outputs"]["features"]["shape"][1])
    for name, width in (("logits", labels), ("features", features)):
        if fields["outputs"][name] != {"shape": [1, width], "dtype": "float32"} or width < 1:
            raise ValueError(f"{name} must be float32 [1, n]; there is one logit for each label")
    temperature = float(fields["calibration"]["temperature"])
    if not 0 < temperature < math.inf:
        raise ValueError("temperature must be a positive number")
    return temperature, features


def _labels(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("labels must be a list")
    labels = tuple(_text(label) for label in value)
    if len(set(labels)) != len(labels) or len(labels) < 2 or RESERVED.intersection(labels):
        raise ValueError("labels must be two or more, all different, and none of " + ", ".join(sorted(RESERVED)))
    return labels


def _text(value: Any) -> str:
    """A string that can be encoded: JSON may hold surrogates, which UTF-8 cannot."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{value!r:.40} must be a non-empty string")
    value.encode()
    return value
