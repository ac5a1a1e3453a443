"""Where exported weights come from: the settings and the history of their run, and of the runs it began with."""

import csv
import json
from pathlib import Path
from typing import Any

from model.errors import RunError
from model.manifest import write_json


def write_provenance(run: Path, out: Path) -> None:
    """Write history.csv and training.json of a run into `out`.

    history.csv has all stages one after the other, epochs counted through. training.json has the settings of
    the last stage; those of the one before are inside, as "begin_with".

    Raises:
        RunError: a run that was begun with is gone.
    """
    rows: list[dict[str, Any]] = []
    for number, stage in enumerate(_stages(run), start=1):
        before = len(rows)
        with (stage / "history.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                rows.append({"epoch": before + int(row.pop("epoch")), "stage": number, **row})
    with (out / "history.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[-1]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    settings: dict[str, Any] | None = None
    for stage in _stages(run):
        settings = {**_config(stage), "begin_with": settings}
    write_json(out / "training.json", settings)


def _stages(run: Path) -> list[Path]:
    """The runs that led to this one, first to last."""
    stages = [run]
    while begun := _config(stages[0]).get("begin_with"):
        stages.insert(0, Path(begun).expanduser())
    return stages


def _config(run: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((run / "config.json").read_text())
    except OSError as error:
        raise RunError(f"{run}: this run, or one that it began with, is gone ({error.strerror})") from error
    return config
