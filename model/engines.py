"""Run an exported model on many crops: the int8 file, as the server does, or the .keras file."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.manifest import KERAS, LITERT, MANIFEST

Pixels = npt.NDArray[np.uint8]
Probabilities = npt.NDArray[np.float32]
Outputs = dict[str, npt.NDArray[np.float32]]


def predict(engine: str, folder: Path, pixels: Pixels) -> Probabilities:
    """Probabilities float32 [n, classes] for grey crops uint8 [n, 48, 48].

    Args:
        engine: "litert" runs emotion.tflite, "keras" runs emotion.keras.
        folder: contains these files and emotion.json.
        pixels: the crops.
    """
    manifest = json.loads((folder / MANIFEST).read_text())
    outputs = predict_keras(folder / KERAS, pixels) if engine == "keras" else predict_litert(folder / LITERT, pixels)
    if manifest["format"] == 1:
        (probabilities,) = outputs.values()
        return probabilities
    logits = outputs["logits"] / np.float32(manifest["calibration"]["temperature"])
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def predict_litert(path: Path, pixels: Pixels) -> Outputs:
    """Run emotion.tflite on one crop at a time, as the server does; float32 [n, width] by the name of the output."""
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(model_path=str(path), num_threads=1).get_signature_runner()
    (given,) = run.get_input_details()
    answers = [run(**{given: crop[None, :, :, None]}) for crop in pixels]
    return {name: np.concatenate([answer[name] for answer in answers]) for name in run.get_output_details()}


def predict_keras(path: Path, pixels: Pixels) -> Outputs:
    """Run emotion.keras in batches with TensorFlow; float32 [n, width] by the name of the output."""
    import keras

    answer = keras.models.load_model(path, compile=False).predict(pixels[..., None], batch_size=256, verbose=0)
    return answer if isinstance(answer, dict) else {"probabilities": answer}
