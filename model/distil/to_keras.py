"""Convert a distilled network from PyTorch to Keras, as a run for `python -m model export`."""

import csv
import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from model.distil.settings import POINT
from model.errors import RunError
from model.heads import OUTPUTS, OperatingPoint, pool_heads
from model.labels import LABELS
from model.manifest import write_json
from model.network import make_network
from model.run import BEST
from model.shapes import SHAPES

STUDENTS, LOG = "students.npz", "log.json"  # what `python -m model.distil` writes

Arrays = dict[str, npt.NDArray[np.float32]]


def pool(distilled: Path, network: str, run: Path, point: OperatingPoint = POINT) -> None:
    """Write a run of one student: its weights with the heads pooled, its settings and its history.

    Args:
        distilled: folder that `python -m model.distil` wrote.
        network: name of the student in `model.shapes.SHAPES`.
        run: folder to write.
        point: how to combine the heads.

    Raises:
        RunError: the folder does not hold this student.
    """
    try:
        with np.load(distilled / STUDENTS) as file:
            arrays = {name.split("/", 1)[1]: file[name] for name in file.files if name.startswith(network + "/")}
        log: dict[str, Any] = json.loads((distilled / LOG).read_text())
    except (OSError, ValueError) as error:
        raise RunError(f"{distilled}: no distilled networks here ({error}); run python -m model.distil") from error
    if not arrays:
        raise RunError(f"{distilled / STUDENTS}: no student called {network!r}")
    student = make_network(network, OUTPUTS)
    fill(student, arrays, network)
    answering = make_network(network, len(LABELS))
    pool_model(student, answering, point)
    run.mkdir(parents=True, exist_ok=True)
    answering.save(run / BEST)
    about = {"network": network, "labels": "distilled", "classes": list(LABELS)}
    write_json(run / "config.json", {**about, "operating_point": dataclasses.asdict(point), **log["about"]})
    with (run / "history.csv").open("w", newline="") as file:
        rows = [{"epoch": row["epoch"], "loss": row["loss"], **row[network]} for row in log["history"]]
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def pool_model(distilled: keras.Model, into: keras.Model, point: OperatingPoint) -> None:
    """Copy the weights of a network with three heads into the same network with one.

    Args:
        distilled: `make_network(name, OUTPUTS)` with its weights.
        into: `make_network(name, len(LABELS))`.
        point: how to combine the heads.
    """
    for theirs, mine in zip(distilled.layers, into.layers, strict=True):
        if mine.name != "logits":
            mine.set_weights(theirs.get_weights())
    kernel, bias = distilled.get_layer("logits").get_weights()
    into.get_layer("logits").set_weights(pool_heads(kernel, bias, point))


def fill(model: keras.Model, arrays: Arrays, network: str) -> None:
    """Set the weights of `make_network(network, OUTPUTS)` from the state of a PyTorch student.

    Layers are matched in the order of their creation, which both sides share: the stem, then for each block the
    shortcut (if there is one) and two convolutions.
    """
    convolutions = _made_in_order(model, keras.layers.Conv2D)
    normalisations = _made_in_order(model, keras.layers.BatchNormalization)
    names = _torch_names(network)
    if not len(names) == len(convolutions) == len(normalisations):
        raise RunError(f"{network}: {len(names)} convolutions in the student, {len(convolutions)} in the network")
    for name, convolution, normalisation in zip(names, convolutions, normalisations, strict=True):
        convolution.set_weights([arrays[f"{name}.c.weight"].transpose(2, 3, 1, 0)])
        parts = ("weight", "bias", "running_mean", "running_var")
        normalisation.set_weights([arrays[f"{name}.b.{part}"] for part in parts])
    model.get_layer("logits").set_weights([arrays["fc.weight"].T, arrays["fc.bias"]])


def _torch_names(network: str) -> list[str]:
    shape, names, width, block = SHAPES[network], ["stem"], SHAPES[network].stem, 0
    for wanted, count in zip(shape.widths, shape.blocks, strict=True):
        for index in range(count):
            # The first block of a stage halves the side, so its shortcut has a convolution.
            names += [f"blocks.{block}.sc"] if index == 0 or width != wanted else []
            names += [f"blocks.{block}.a", f"blocks.{block}.b2"]
            width, block = wanted, block + 1
    return names


def _made_in_order(model: keras.Model, kind: type[keras.layers.Layer]) -> list[keras.layers.Layer]:
    """Layers of one kind in the order of creation, by the number in their name; `model.layers` is in graph order."""
    found = [layer for layer in model.layers if isinstance(layer, kind)]
    return sorted(found, key=lambda layer: int((re.findall(r"_(\d+)$", layer.name) or ["0"])[0]))
