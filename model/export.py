"""Export a training run for the server: emotion.keras, int8 emotion.tflite and emotion.json.

`python -m model export --run RUN --data fer2013.csv --ferplus fer2013new.csv` also evaluates the int8 file, draws its
figures, and writes the settings and the history of the run beside it.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.calibrate import fit_temperature, fold
from model.dataset import SIZE, load_images
from model.engines import predict
from model.errors import RunError
from model.evaluate import Truth, evaluate, evaluate_degraded, load_truth, print_table
from model.figures import BASELINE, FOLDER, draw_figures
from model.foreign import check_scores
from model.manifest import KERAS, LITERT, MANIFEST, make_manifest, write_json
from model.network import make_network, multiply_adds, with_features
from model.people import evaluate_people, print_people
from model.probe import face_crops, other_crops
from model.provenance import write_provenance
from model.run import BEST
from model.targets import training_set
from model.weights import take_mean

# Images from which the quantiser takes the range of every activation; more made no measurable difference.
CALIBRATION_IMAGES = 512


def export(
    run: Path,
    out: Path,
    data: Path,
    ferplus: Path | None,
    balance: float = 0.0,
    mean_with: Sequence[Path] = (),
    people: Path | None = None,
) -> None:
    """Export the best weights of a run, evaluate them, and write everything into `out`.

    Args:
        run: folder of a training run.
        out: folder for the results; existing files are replaced.
        data: the images: training images to quantise, PublicTest to calibrate, all tests to evaluate.
        ferplus: FER+ votes, or None to calibrate and evaluate by the labels of the dataset.
        balance: adds -balance x log(class frequency) to the logits; positive favours rare labels.
        mean_with: folders of runs or exported models whose weights are averaged with those of `run`.
        people: folder of whole photographs to evaluate on as well (`model.people`).

    Raises:
        RunError: no finished epoch in the run, or it was trained for other labels.
        DataError: the data cannot be read.
    """
    config = _read_config(run)
    images = load_images(data)
    truth = load_truth(images, ferplus)
    if (known := config.get("classes", list(images.classes))) != list(images.classes):
        raise RunError(f"{run}: trained for {', '.join(known)}; the data has {', '.join(images.classes)}")
    model = make_network(config["network"], len(images.classes))
    take_mean(model, [run, *mean_with])
    shift = -balance * np.log(np.maximum(truth.training_frequency, 1e-4)).astype(np.float32)
    fold(model, shift)
    calibration = {"temperature": _temperature(model, truth), "balance": balance}
    exported = with_features(model)
    out.mkdir(parents=True, exist_ok=True)
    exported.save(out / KERAS)
    # All distinct training pictures, whatever their labels, because quantisation uses pixels only.
    pixels, _ = training_set(images, np.ones((len(images), len(images.classes)), np.float32))
    write_int8(exported, out / LITERT, pixels[:: max(1, len(pixels) // CALIBRATION_IMAGES)])

    def write_manifest(accuracy: dict[str, float]) -> None:
        features = int(exported.output["features"].shape[1])
        write_json(
            out / MANIFEST, make_manifest(out, config["network"], images.classes, calibration, accuracy, features)
        )

    write_manifest({})  # the evaluation reads it
    probed = predict("litert", out, np.concatenate([face_crops(), other_crops()]))
    for line in check_scores(probed, images.classes, run):
        print(line)
    metrics = evaluate(truth, predict("litert", out, truth.pixels), predict("keras", out, truth.pixels))
    metrics["engine"] = "litert"
    metrics["degraded"] = evaluate_degraded(truth, "litert", out)
    metrics["network"] = {
        "name": config["network"],
        "multiply_adds": multiply_adds(model),
        "weights": model.count_params(),
        "int8_bytes": (out / LITERT).stat().st_size,
    }
    accuracy = {
        "ferplus_private": metrics["ferplus"]["PrivateTest"]["accuracy"] if truth.has_votes else None,
        "fer2013_private": metrics["fer2013"]["PrivateTest"]["accuracy"],
    }
    shares = {name: value for name, value in accuracy.items() if value is not None}
    write_manifest(shares)
    if people:
        metrics["people"] = evaluate_people(people, out, images.classes)
    write_json(out / "metrics.json", metrics)
    write_provenance(run, out, mean_with)
    draw_figures(out, BASELINE)
    print_table(metrics)
    if people:
        print_people(metrics["people"])
    print(f"written to {out}: {KERAS}, {LITERT}, {MANIFEST}, metrics.json, history.csv, training.json, {FOLDER}/")


def write_int8(model: keras.Model, path: Path, samples: npt.NDArray[np.uint8]) -> None:
    """Quantise to int8 with a uint8 input and float32 outputs, which keep their names in the file's signature.

    Args:
        model: takes grey crops (0 to 255), returns named logits and features.
        path: of the .tflite file.
        samples: uint8 [n, 48, 48], typical crops, from which the ranges of activations are taken.
    """

    def representative() -> Iterator[list[npt.NDArray[np.float32]]]:
        for image in samples:
            yield [image[None, :, :, None].astype(np.float32)]

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / LITERT
        model.export(
            target,
            format="litert",
            verbose=False,
            input_signature=[keras.InputSpec(shape=(1, SIZE, SIZE, 1), dtype="float32")],
            optimizations=[tf.lite.Optimize.DEFAULT],
            representative_dataset=representative,
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]},
            inference_input_type=tf.uint8,
            inference_output_type=tf.float32,
        )
        shutil.copyfile(target, path)


def _temperature(model: keras.Model, truth: Truth) -> float:
    """Fit the temperature on PublicTest."""
    pixels, labels = truth.decided("PublicTest")
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    return fit_temperature(logits.predict(pixels[..., None], batch_size=256, verbose=0), labels)


def _read_config(run: Path) -> dict[str, Any]:
    if not (run / BEST).exists():
        raise RunError(f"{run}: no finished epoch of a training run here; run python -m model train first")
    config: dict[str, Any] = json.loads((run / "config.json").read_text())
    return config
