"""Convert a .keras file for the server: `python -m model convert mine.keras --out DIR`.

For models that were trained elsewhere, without a run or a dataset. Without images there are no ranges of activations:
only the weights are quantised, and nothing is calibrated or evaluated. `python -m model export` does all that.
"""

import json
import shutil
from pathlib import Path

import keras
import tensorflow as tf

from model.dataset import SIZE
from model.errors import RunError
from model.labels import LABELS
from model.manifest import KERAS, LITERT, MANIFEST, make_manifest, write_json


def convert(source: Path, out: Path, labels: str) -> None:
    """Write emotion.keras, emotion.tflite and emotion.json for one .keras file.

    Args:
        source: model from grey crops [n, 48, 48, 1], 0..255, to probabilities [n, labels].
        out: folder for the results.
        labels: names in the order of the output, comma-separated; if empty, those in a `config.json` beside the file
            (a training run has one), or the seven of FER2013.

    Raises:
        RunError: not a .keras file, a file that contains code, or a model of another shape.
    """
    model = _load(source)
    names = _names(source, labels)
    if tuple(model.input_shape)[1:] != (SIZE, SIZE, 1):
        raise RunError(f"{source}: takes {model.input_shape}, expected grey crops (n, {SIZE}, {SIZE}, 1)")
    if tuple(model.output_shape)[1:] != (len(names),):
        raise RunError(f"{source}: gives {model.output_shape}, expected {len(names)} scores; name them with --labels")
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, out / KERAS)
    pixels = keras.Input((SIZE, SIZE, 1), batch_size=1, dtype="uint8")
    whole = keras.Model(pixels, model(keras.ops.cast(pixels, "float32")))
    whole.export(
        out / LITERT,
        format="litert",
        verbose=False,
        input_signature=[keras.InputSpec(shape=(1, SIZE, SIZE, 1), dtype="uint8")],
        optimizations=[tf.lite.Optimize.DEFAULT],
    )
    write_json(out / MANIFEST, make_manifest(out, source.stem, names, {}, {}))
    print(f"written to {out}: {KERAS}, {LITERT}, {MANIFEST}")


def _load(source: Path) -> keras.Model:
    if source.suffix != ".keras":
        raise RunError(f"{source}: only .keras files are accepted, because older formats can run code when loaded")
    try:
        # Safe mode refuses files that contain code (Lambda layers).
        return keras.models.load_model(source, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise RunError(f"{source}: cannot be loaded: {reason}") from error


def _names(source: Path, labels: str) -> tuple[str, ...]:
    if labels:
        return tuple(name.strip() for name in labels.split(","))
    config = source.with_name("config.json")
    known = json.loads(config.read_text()).get("classes") if config.exists() else None
    return tuple(known or LABELS)
