"""Draw the figures of an exported model: `python -m model figures --model model`.

Needs only metrics.json and history.csv: no dataset and no TensorFlow. `export` calls it at its end.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from model.errors import RunError
from model.plots import BLUE, FAINT, GREEN, INK, ORANGE, heat_map, paired_bars, picture, share_axis

FOLDER = "figures"
BASELINE = Path(__file__).parent / "baseline"  # figures of the tutorial's network, recorded without its weights
Metrics = dict[str, Any]
History = list[dict[str, float]]


def draw_figures(model: Path, baseline: Path | None = None) -> list[Path]:
    """Draw all figures for which a model has the data, into its folder `figures`.

    Args:
        model: folder with metrics.json and history.csv.
        baseline: folder with the metrics.json of another network; no comparison if it is missing, has other labels
            or is of the same network.

    Returns:
        The paths of the figures.

    Raises:
        RunError: metrics.json or history.csv is missing, damaged or from an older version.
    """
    metrics, history = _read_metrics(model), _read_history(model)
    out = model / FOLDER
    out.mkdir(exist_ok=True)
    wanted: dict[str, Callable[[Path], None]] = {
        "confusion.png": lambda path: draw_confusion(path, metrics),
        "reliability.png": lambda path: draw_reliability(path, metrics),
        "training.png": lambda path: draw_training(path, history),
    }
    if "degraded" in metrics:
        wanted["degraded.png"] = lambda path: draw_degraded(path, metrics["degraded"])
    if baseline and (baseline / "metrics.json").exists():
        other = _read_metrics(baseline)
        same_labels = list(_headline(other)[1]["classes"]) == list(_headline(metrics)[1]["classes"])
        if same_labels and _name(other) != _name(metrics):
            wanted["baseline.png"] = lambda path: draw_baseline(path, metrics, other)
    for name, draw in wanted.items():
        try:
            draw(out / name)
        except (KeyError, TypeError) as error:
            raise RunError(f"{model / 'metrics.json'}: lacks {error}, for {name}; export the model again") from error
    return [out / name for name in wanted]


def draw_confusion(path: Path, metrics: Metrics) -> None:
    """Draw the confusion matrix: shares of each row, and counts."""
    truth, report = _headline(metrics)
    labels = list(report["classes"])
    with picture(path, 9.5, 7) as figure:
        axes = figure.subplots()
        heat_map(axes, np.asarray(report["confusion"], np.int64), labels, labels)
        axes.set_title(f"What the model answers for the images of each label ({truth}, PrivateTest)")
        axes.set_ylabel(truth)
        axes.set_xlabel("the model's answer")


def draw_reliability(path: Path, metrics: Metrics) -> None:
    """Draw the accuracy by confidence, and the number of images."""
    truth, report = _headline(metrics)
    rows = report["bins"]
    edges = np.arange(len(rows)) / len(rows)
    counts = np.asarray([row["count"] for row in rows])
    filled = counts > 0
    with picture(path, 6.5, 6.8) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        accuracy, confidence = (np.asarray([row[name] for row in rows]) for name in ("accuracy", "confidence"))
        above.bar(edges, accuracy, 0.94 / len(rows), align="edge", color=BLUE, alpha=0.35, label="accuracy")
        above.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--", label="perfect calibration")
        above.plot(confidence[filled], accuracy[filled], "o", color=BLUE, markersize=6, label="mean confidence")
        share_axis(above, "y")
        above.legend(loc="upper left")
        above.set_ylabel("accuracy")
        above.set_title(f"Calibration error {report['calibration_error']:.1%} ({truth}, PrivateTest)")
        below.bar(edges, counts, 0.94 / len(rows), align="edge", color=FAINT)
        below.set_ylabel("images")
        below.yaxis.set_major_locator(MaxNLocator(3, prune="lower"))  # its 0 would touch the one of the other axis
        below.set_xlabel("confidence of the answer")
        share_axis(below, "x")


def draw_training(path: Path, history: History) -> None:
    """Draw loss, PublicTest metrics and learning rate by epoch."""
    epochs = [row["epoch"] for row in history]
    panels: dict[str, dict[str, tuple[str, str]]] = {
        "Loss": {"loss": ("training", BLUE), "public_loss": ("PublicTest", ORANGE)},
        "Accuracy": {
            "public_accuracy": ("PublicTest accuracy", BLUE),
            "public_macro_recall": ("PublicTest macro recall", ORANGE),
            "accuracy": ("training accuracy", GREEN),
        },
        "Learning rate": {"learning_rate": ("", BLUE)},
    }
    with picture(path, 13, 4) as figure:
        for axes, (title, lines) in zip(figure.subplots(1, 3), panels.items(), strict=True):
            for column, (label, colour) in lines.items():
                if column in history[0]:
                    values = [row[column] for row in history]
                    axes.plot(epochs, values, color=colour, marker="o", markersize=3, label=label or None)
            axes.set_title(title)
            axes.set_xlabel("epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            if title == "Accuracy":
                share_axis(axes, "y")
            else:
                axes.set_ylim(bottom=0)
                axes.grid(axis="y")
            if axes.get_legend_handles_labels()[0]:
                axes.legend(loc="best")


def draw_baseline(path: Path, metrics: Metrics, other: Metrics) -> None:
    """Draw this model beside the baseline: main metrics, and the recall of each label with its 95 % interval."""
    names = [_name(metrics), _name(other)]
    truth, report = _headline(metrics)
    with picture(path, 13, 5) as figure:
        left, right = figure.subplots(1, 2)
        wanted = [
            (f"{labels}\n{figure_name}", key, column)
            for key, labels in (("ferplus", "FER+"), ("fer2013", "FER2013"))
            for figure_name, column in (("accuracy", "accuracy"), ("macro recall", "macro_recall"))
            if key in metrics and key in other
        ]
        series = [
            (name, np.asarray([source[key]["PrivateTest"][column] for _, key, column in wanted]))
            for name, source in zip(names, (metrics, other), strict=True)
        ]
        paired_bars(left, [label for label, _, _ in wanted], series, "{:.1%}", upright=False)
        left.set_title("PrivateTest")
        _legend_above(left)
        _recalls(right, names, [report, _headline(other)[1]])
        right.set_title(f"Recall of each label ({truth}), with 95 % interval")
        for axes in (left, right):
            share_axis(axes, "x")


def draw_degraded(path: Path, degraded: dict[str, dict[str, float]]) -> None:
    """Draw accuracy and macro recall on degraded images."""
    series = [
        (label, np.asarray([row[column] for row in degraded.values()]))
        for label, column in (("accuracy", "accuracy"), ("macro recall", "macro_recall"))
    ]
    with picture(path, 8.5, 8) as figure:
        axes = figure.subplots()
        paired_bars(axes, list(degraded), series, "{:.0%}", upright=False)
        share_axis(axes, "x")
        axes.set_title("Degraded PrivateTest images")
        axes.margins(y=0.02)
        _legend_above(axes)


def _recalls(axes: Axes, names: list[str], reports: list[Metrics]) -> None:
    """Draw dots with error bars, one row for each label."""
    labels = list(reports[0]["classes"])
    for index, (name, report, colour) in enumerate(zip(names, reports, (BLUE, ORANGE), strict=True)):
        rows = list(report["classes"].values())
        recall = np.asarray([row["recall"] for row in rows])
        low, high = (np.asarray([row[key] for row in rows]) for key in ("recall_low", "recall_high"))
        places = np.arange(len(labels)) + (index - 0.5) * 0.3
        whiskers = np.maximum(0, [recall - low, high - recall])  # rounding can move an end past its dot
        axes.errorbar(
            recall, places, xerr=whiskers, fmt="o", color=colour, capsize=3, markersize=7, label=name, clip_on=False
        )
    counts = [row["n"] for row in reports[0]["classes"].values()]
    axes.set_yticks(range(len(labels)), [f"{label}\n{n:,} images" for label, n in zip(labels, counts, strict=True)])
    axes.invert_yaxis()


def _legend_above(axes: Axes) -> None:
    """Place the legend beside the title, where no bar reaches."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)


def _headline(metrics: Metrics) -> tuple[str, Metrics]:
    """The labels used for the main metrics and their report: FER+ if there are votes."""
    if "ferplus" in metrics:
        return "FER+ majority", metrics["ferplus"]["PrivateTest"]
    return "dataset's own label", metrics["fer2013"]["PrivateTest"]


def _name(metrics: Metrics) -> str:
    name = str(metrics.get("network", {}).get("name", "this model"))
    return "the tutorial's network" if name == "tutorial" else name


def _read_metrics(folder: Path) -> Metrics:
    path = folder / "metrics.json"
    try:
        metrics: Metrics = json.loads(path.read_text())
        _headline(metrics)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path}: not the metrics of an exported model ({error}); export it again") from error
    return metrics


def _read_history(folder: Path) -> History:
    path = folder / "history.csv"
    try:
        with path.open(newline="") as file:
            history = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"{path}: not the history of a training run ({error}); export the model again") from error
    if not history:
        raise RunError(f"{path}: no finished epoch in it; export the model again")
    return history
