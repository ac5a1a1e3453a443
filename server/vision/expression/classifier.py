"""Classifies crops with one of two engines that run the same network."""

from typing import Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from server.vision.arrays import Floats, Grey
from server.vision.errors import ModelFilesError
from server.vision.expression.manifest import Manifest
from server.vision.expression.probe import check_model


class Classifier(Protocol):
    """Gives the probabilities of the expressions. One object belongs to one thread."""

    def scores(self, crops: Grey) -> Floats:
        """Probabilities float32 [n, labels] for raw grey crops uint8 [n, size, size]; n may be 0."""


class LiteRtClassifier:
    """Runs the int8 export, without TensorFlow and a hundred times faster than Keras on one crop: the default."""

    def __init__(self, manifest: Manifest) -> None:
        """Loads the weights. Raises ModelFilesError when they are missing, damaged or of another shape or type."""
        path = manifest.checked_path("litert")
        try:
            self._network = Interpreter(model_path=str(path), num_threads=1)
            self._network.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelFilesError(f"{path}: not a LiteRT model ({str(error)[:80]}); export it again") from error
        inputs, outputs = self._network.get_input_details()[0], self._network.get_output_details()[0]
        self._input, self._output = inputs["index"], outputs["index"]
        self._labels = len(manifest.labels)
        shapes = (tuple(inputs["shape"]), inputs["dtype"], tuple(outputs["shape"]), outputs["dtype"])
        if shapes != ((1, manifest.size, manifest.size, 1), np.uint8, (1, self._labels), np.float32):
            raise ModelFilesError(f"{path}: input and output are {shapes}, not as its manifest says; export it again")

    def scores(self, crops: Grey) -> Floats:
        """Probabilities float32 [n, labels]; one crop after the other."""
        result = np.empty((len(crops), self._labels), np.float32)
        for row, crop in zip(result, crops, strict=True):
            self._network.set_tensor(self._input, crop[np.newaxis, :, :, np.newaxis])
            self._network.invoke()
            row[:] = self._network.get_tensor(self._output)[0]
        return result


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
        self._labels = len(manifest.labels)

    def scores(self, crops: Grey) -> Floats:
        """Probabilities float32 [n, labels], all crops in one batch."""
        if not len(crops):
            return np.empty((0, self._labels), np.float32)
        return np.asarray(self._network(crops[..., np.newaxis], training=False), np.float32)


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
    check_model(classifier.scores, manifest.labels, manifest.size, manifest.name)
    return classifier
