"""Run an exported model on many crops: the int8 file, as the server does, or the .keras file."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Probabilities = npt.NDArray[np.float32]


def predict(engine: str, folder: Path, pixels: Pixels) -> Probabilities:
    """Probabilities float32 [n, classes] for grey crops uint8 [n, 48, 48].

    Args:
        engine: "litert" runs emotion.tflite, "keras" runs emotion.keras.
        folder: contains these files.
        pixels: the crops.
    """
    if engine == "keras":
        return predict_keras(folder / "emotion.keras", pixels)
    return predict_litert(folder / "emotion.tflite", pixels)


def predict_litert(path: Path, pixels: Pixels) -> Probabilities:
    """Run emotion.tflite on one crop at a time, as the server does."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    given, wanted = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    results = []
    for crop in pixels:
        interpreter.set_tensor(given, crop[None, :, :, None])
        interpreter.invoke()
        results.append(interpreter.get_tensor(wanted)[0])
    return np.asarray(results, np.float32)


def predict_keras(path: Path, pixels: Pixels) -> Probabilities:
    """Run emotion.keras in batches with TensorFlow."""
    import keras

    model = keras.models.load_model(path, compile=False)
    return np.asarray(model.predict(pixels[..., None], batch_size=256, verbose=0), np.float32)
