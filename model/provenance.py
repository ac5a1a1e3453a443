"""The origin of exported weights: settings and history of their run, and of the runs it began with."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.errors import RunError
from model.manifest import write_json

BEGUN = "begun"  # folder inside a run: the provenance of its initial weights
HISTORY, SETTINGS = "history.csv", "training.json"

Rows = list[dict[str, Any]]


def write_provenance(source: Path, out: Path, mean_with: Sequence[Path] = ()) -> None:
    """Write history.csv and training.json of a run, or of an exported model, into `out`.

    history.csv has all stages in order, with epochs numbered continuously. training.json has the settings of the last
    stage, which contain those of the stage before as "begin_with", and those of runs whose weights were averaged with
    it as "mean_with". A run keeps copies of both files for its initial weights, in case the earlier run is deleted.

    Raises:
        RunError: `source` is neither a run with a finished epoch nor an exported model.
    """
    settings, rows = _read(source)
    if mean_with:
        settings["mean_with"] = [_read(other)[0] for other in mean_with]
    out.mkdir(parents=True, exist_ok=True)
    with (out / HISTORY).open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[-1]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    write_json(out / SETTINGS, settings)


def _read(source: Path) -> tuple[dict[str, Any], Rows]:
    """Settings, and the history with earlier stages first."""
    try:
        rows = _rows(source / HISTORY)
        if (source / SETTINGS).exists():
            settings: dict[str, Any] = json.loads((source / SETTINGS).read_text())
            return settings, rows
        settings = json.loads((source / "config.json").read_text())
    except OSError as error:
        raise RunError(f"{source}: neither a run with a finished epoch nor an exported model ({error})") from error
    settings["begin_with"], before = _read(source / BEGUN) if (source / BEGUN).exists() else (None, [])
    stage = int(before[-1].get("stage", 1)) + 1 if before else 1
    own = [{"epoch": len(before) + int(row.pop("epoch")), "stage": stage, **row} for row in rows]
    return settings, before + own


def _rows(path: Path) -> Rows:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
