"""Convert a .keras file for the server: `python -m model convert mine.keras --out DIR`.

For models that were trained elsewhere, without a run or a dataset. Without images there are no ranges of activations:
only the weights are quantised, and nothing is calibrated or evaluated. `python -m model export` does all that.
"""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from model.errors import RunError
from model.foreign import Command, check_pixels, label_names
from model.image_folders import SIZE
from model.manifest import KERAS, LITERT, MANIFEST, make_manifest, write_json
from model.probe import RAW, Ending, Pixels, Scaling, Scores, face_crops, find_ending, other_crops

ENDINGS: dict[Ending, str] = {
    "softmax": "its scores are no probabilities: a softmax was appended",
    "sum": "its scores do not add up to 1, as those of a sigmoid: they are divided by their sum",
}


def convert(source: Path, out: Path, labels: str = "", scaling: Scaling | None = None) -> None:
    """Write emotion.keras, emotion.tflite and emotion.json for one .keras file, and print what was changed.

    Args:
        source: model from grey crops [n, 48, 48, 1] to scores [n, labels].
        out: folder for the results.
        labels: names in the order of the output, comma-separated; if empty, those in a `config.json` beside the file
            (a training run has one), or the seven of FER2013.
        scaling: of pixels 0..255 before the model, if it was trained on others; it becomes a layer. None: there is
            none, unless probe crops show that there should be one.

    Raises:
        RunError: not a .keras file, a file that contains code, a model of another shape, scores that are not numbers,
            or a model that was trained on scaled pixels if `scaling` is None.
    """
    command = Command(source, labels)
    model = _load(source)
    names = label_names(labels, _stored_labels(source), model.output_shape, command)
    if tuple(model.input_shape)[1:] != (SIZE, SIZE, 1):
        raise RunError(f"{source}: takes {model.input_shape}, expected grey crops (n, {SIZE}, {SIZE}, 1)")
    notes = []
    ending = _ending(model, source, scaling or RAW)
    if scaling is None:
        notes += check_pixels(lambda crops, by: _scores(model, crops, by, ending), names, command)
    served = _wrapped(model, scaling or RAW, ending)
    out.mkdir(parents=True, exist_ok=True)
    if served is model:
        shutil.copyfile(source, out / KERAS)
    else:
        served.save(out / KERAS)
    _write_litert(served, out / LITERT)
    write_json(out / MANIFEST, make_manifest(out, source.stem, names, {}, {}))
    notes += [ENDINGS[ending]] if ending in ENDINGS else []
    notes += [f"labels: {', '.join(names)}"]
    print(f"written to {out}: {KERAS}, {LITERT}, {MANIFEST}", *notes, sep="\n")


def _load(source: Path) -> keras.Model:
    if source.suffix != ".keras":
        raise RunError(f"{source}: only .keras files are accepted, because older formats can run code when loaded")
    try:
        # Safe mode refuses files that contain code (Lambda layers).
        return keras.models.load_model(source, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise RunError(f"{source}: cannot be loaded: {reason}") from error


def _stored_labels(source: Path) -> tuple[str, ...]:
    config = source.with_name("config.json")
    return tuple(json.loads(config.read_text()).get("classes") or ()) if config.exists() else ()


def _answers(model: keras.Model, crops: Pixels, scaling: Scaling) -> Scores:
    scaled = crops[..., None].astype(np.float32) / scaling.divide_by - scaling.subtract
    return np.asarray(model(scaled, training=False), np.float32)


def _scores(model: keras.Model, crops: Pixels, scaling: Scaling, ending: Ending) -> Scores:
    """Each from 0 to 1: those of a sigmoid as they are, because their sum may be 0."""
    answers = _answers(model, crops, scaling)
    return np.asarray(keras.ops.softmax(answers), np.float32) if ending == "softmax" else answers


def _ending(model: keras.Model, source: Path, scaling: Scaling) -> Ending:
    try:
        return find_ending(_answers(model, np.concatenate([face_crops(), other_crops()]), scaling))
    except ValueError as error:
        raise RunError(f"{source}: {error}") from error


def _append(scores: "keras.KerasTensor | Scores", ending: Ending) -> "keras.KerasTensor":
    if ending == "softmax":
        return keras.ops.softmax(scores)
    if ending == "sum":
        return scores / (keras.ops.sum(scores, axis=-1, keepdims=True) + keras.config.epsilon())
    return scores


def _wrapped(model: keras.Model, scaling: Scaling, ending: Ending) -> keras.Model:
    """The model between what it lacks, or the model itself if it lacks nothing."""
    if scaling == RAW and ending == "probabilities":
        return model
    grey = keras.Input((SIZE, SIZE, 1), name="grey")
    rescaled = keras.layers.Rescaling(1 / scaling.divide_by, offset=-scaling.subtract)(grey)
    return keras.Model(grey, _append(model(rescaled), ending), name=model.name)


def _write_litert(model: keras.Model, path: Path) -> None:
    pixels = keras.Input((SIZE, SIZE, 1), batch_size=1, dtype="uint8")
    whole = keras.Model(pixels, model(keras.ops.cast(pixels, "float32")))
    whole.export(
        path,
        format="litert",
        verbose=False,
        input_signature=[keras.InputSpec(shape=(1, SIZE, SIZE, 1), dtype="uint8")],
        optimizations=[tf.lite.Optimize.DEFAULT],
    )
