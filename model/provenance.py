"""Where exported weights come from: the settings and the history of their run, and of what it began with."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.errors import RunError
from model.manifest import write_json

BEGUN = "begun"  # folder inside a run: where the weights came from that it began with
HISTORY, SETTINGS = "history.csv", "training.json"

Rows = list[dict[str, Any]]


def write_provenance(source: Path, out: Path, mean_with: Sequence[Path] = ()) -> None:
    """Write history.csv and training.json of a run, or of an exported model, into `out`.

    history.csv has all stages one after the other, epochs counted through. training.json has the settings of
    the last stage; those of the one before are inside, as "begin_with". A run keeps both of what it began with
    in its own folder, so that they are still there when the earlier run is not. Where weights were averaged
    with others, the settings of those are there as "mean_with".

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
    """Settings and history, those of earlier stages first."""
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
