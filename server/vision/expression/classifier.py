"""Classifies crops with one of two engines that run the same network."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from server.vision.arrays import Floats, Grey
from server.vision.errors import ModelFilesError
from server.vision.expression.manifest import Manifest
from server.vision.expression.probe import check_model


class Classification(NamedTuple):
    """What the network says of n crops.

    Attributes:
        scores: probabilities float32 [n, labels].
        features: float32 [n, manifest.features], the input of the network's last layer: what it knows of a face before
            it names an expression.
    """

    scores: Floats
    features: Floats


class Classifier(Protocol):
    """Gives the scores of the expressions. One object belongs to one thread."""

    def classify(self, crops: Grey) -> Classification:
        """Scores and features of raw grey crops uint8 [n, size, size]; n may be 0."""


class LiteRtClassifier:
    """Runs the int8 export, without TensorFlow and a hundred times faster than Keras on one crop: the default."""

    def __init__(self, manifest: Manifest) -> None:
        """Loads the weights. Raises ModelFilesError when they are missing, damaged or of another shape or type."""
        path = manifest.checked_path("litert")
        try:
            self._network = Interpreter(model_path=str(path), num_threads=1)
            outputs = self._outputs(manifest)
            self._network.allocate_tensors()
        except (ValueError, RuntimeError, KeyError) as error:
            raise ModelFilesError(f"{path}: not a LiteRT model ({str(error)[:80]}); export it again") from error
        (input, *_), size, labels = self._network.get_input_details(), manifest.size, len(manifest.labels)
        found = {name: (tuple(details["shape"]), details["dtype"]) for name, details in outputs.items()}
        found["input"] = tuple(input["shape"]), input["dtype"]
        expected: dict[str, Any] = {"input": ((1, size, size, 1), np.uint8), "scores": ((1, labels), np.float32)}
        if manifest.temperature is not None:
            expected["features"] = (1, manifest.features), np.float32
        if found != expected:
            raise ModelFilesError(f"{path}: input and outputs are {found}, not as its manifest says; export it again")
        self._input = input["index"]
        self._indices = {name: details["index"] for name, details in outputs.items()}
        self._manifest = manifest

    def classify(self, crops: Grey) -> Classification:
        """Scores and features; one crop after the other."""
        scores = np.empty((len(crops), len(self._manifest.labels)), np.float32)
        features = np.empty((len(crops), self._manifest.features), np.float32)
        for index, crop in enumerate(crops):
            self._network.set_tensor(self._input, crop[np.newaxis, :, :, np.newaxis])
            self._network.invoke()
            scores[index] = self._network.get_tensor(self._indices["scores"])[0]
            if self._manifest.features:
                features[index] = self._network.get_tensor(self._indices["features"])[0]
        return Classification(_probabilities(scores, self._manifest.temperature), features)

    def _outputs(self, manifest: Manifest) -> dict[str, Any]:
        """LiteRT's description of each output; `scores` are logits in format 2."""
        if manifest.temperature is None:
            return {"scores": self._network.get_output_details()[0]}
        # The signature knows the outputs by name; their order in the file is the converter's choice.
        details = self._network.get_signature_runner().get_output_details()
        return {"scores": details["logits"], "features": details["features"]}


class KerasClassifier:
    """Runs `emotion.keras` itself, for learners and for comparison; needs TensorFlow."""

    def __init__(self, manifest: Manifest) -> None:
        """Loads the network. Raises ModelFilesError when TensorFlow or the file is missing or damaged."""
        path = manifest.checked_path("keras")
        try:
            import keras  # here, because it takes five seconds
        except ImportError as error:
            raise ModelFilesError(f"the engine keras cannot run ({error}); pip install -r requirements.txt") from error
        try:
            self._network = keras.saving.load_model(path, compile=False)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelFilesError(f"{path}: not a Keras model ({str(error)[:80]!r}); export it again") from error
        self._manifest = manifest

    def classify(self, crops: Grey) -> Classification:
        """Scores and features, all crops in one batch."""
        n, labels, temperature = len(crops), len(self._manifest.labels), self._manifest.temperature
        if not n:
            return Classification(np.empty((0, labels), np.float32), np.empty((0, self._manifest.features), np.float32))
        answer = self._network(crops[..., np.newaxis], training=False)
        if temperature is None:
            return Classification(np.asarray(answer, np.float32), np.empty((n, 0), np.float32))
        logits, features = (np.asarray(answer[name], np.float32) for name in ("logits", "features"))
        return Classification(_probabilities(logits, temperature), features)


def _probabilities(scores: Floats, temperature: float | None) -> Floats:
    """The softmax of logits [n, labels]; without a temperature the scores are probabilities already."""
    if temperature is None:
        return scores
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / np.float32(temperature))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


_ENGINES: dict[str, type[LiteRtClassifier] | type[KerasClassifier]] = {
    "litert": LiteRtClassifier,
    "keras": KerasClassifier,
}


def make_classifier(engine: str, manifest: Manifest) -> Classifier:
    """Makes a classifier.

    Args:
        engine: `litert` or `keras`.
        manifest: of the model.

    Raises:
        ValueError: there is no engine of that name.
        ModelFilesError: what the engine needs is missing or damaged, or the model gives no probabilities.
    """
    if engine not in _ENGINES:
        raise ValueError(f"no engine {engine!r}; available: {', '.join(_ENGINES)}")
    classifier = _ENGINES[engine](manifest)
    check_model(lambda crops: classifier.classify(crops).scores, manifest.labels, manifest.size, manifest.name)
    return classifier
