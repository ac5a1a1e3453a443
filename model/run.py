"""One training run on disk: settings, progress and weights, so that it can be resumed."""

import csv
import dataclasses
import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras

from model.augment import Augmentation
from model.config import TrainConfig
from model.errors import RunError

LAST = "last.keras"  # weights and optimizer after the last finished epoch
AVERAGED = "averaged.keras"  # averaged weights after the last finished epoch
BEST = "best.keras"  # averaged weights of the epoch that scored best on PublicTest


@dataclass
class Run:
    """The folder of a run and its progress.

    Attributes:
        folder: contains all files of the run.
        epoch: epochs that are finished and saved.
        best: best PublicTest score so far.
        best_epoch: the epoch (from 1) that reached it, 0 before any.
        history: one row of metrics for each epoch.
    """

    folder: Path
    epoch: int = 0
    best: float = float("-inf")
    best_epoch: int = 0
    history: list[dict[str, float]] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path, config: TrainConfig, classes: Sequence[str], fresh: bool) -> "Run":
        """Start a run, or resume the unfinished one in this folder.

        Raises:
            RunError: the folder holds a run with other settings, and `fresh` is false.
        """
        folder.mkdir(parents=True, exist_ok=True)
        state = folder / "state.json"
        if fresh or not state.exists():
            state.unlink(missing_ok=True)
            changes = None if config.network == "tutorial" else asdict(Augmentation().stronger(config.strength))
            about = {"classes": list(classes), "augmentation": changes, "environment": environment()}
            config.save(folder / "config.json", **about)
            return cls(folder)
        before = json.loads((folder / "config.json").read_text())
        if before.get("classes", list(classes)) != list(classes):
            raise RunError(f"{folder} holds a run with the labels {', '.join(before['classes'])}; name another --run")
        fields = dataclasses.fields(config)
        changed = [f.name for f in fields if before.get(f.name, f.default) != getattr(config, f.name)]
        if changed:
            raise RunError(
                f"{folder} holds a run with other settings ({', '.join(changed)}); "
                "name another --run, or use --fresh to start again"
            )
        return cls(folder, **json.loads(state.read_text()))

    def save(self, model: keras.Model, averaged: keras.Model, row: dict[str, float], score: float) -> None:
        """Save an epoch: first the weights, then the state, so that a kill loses at most one epoch."""
        self.epoch += 1
        self.history.append(row)
        if score > self.best:
            self.best, self.best_epoch = score, self.epoch
            _replace(averaged, self.folder / BEST)
        _replace(model, self.folder / LAST)
        _replace(averaged, self.folder / AVERAGED)
        with (self.folder / "history.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
            writer.writerows(self.history)
        state = {name: getattr(self, name) for name in ("epoch", "best", "best_epoch", "history")}
        new = self.folder / "state.new.json"
        new.write_text(json.dumps(state))
        os.replace(new, self.folder / "state.json")


def environment() -> dict[str, str]:
    """What the metrics of a run depend on besides its settings: versions, commit, processor."""
    packages = ("tensorflow", "keras", "numpy", "opencv-python-headless")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {**versions, "python": platform.python_version(), "cpu": platform.processor(), "commit": commit or "?"}


def _replace(model: keras.Model, path: Path) -> None:
    """Save under another name, then rename, so that an interrupted save leaves no partial file."""
    new = path.with_name("new-" + path.name)
    model.save(new)
    os.replace(new, path)
