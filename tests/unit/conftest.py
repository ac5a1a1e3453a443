"""What the unit tests share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def photographs(data_folder: Path) -> Path:
    """The folder with photographs to check face detectors on (faces/, faces.json, noface/)."""
    folder = data_folder / "detect"
    if not (folder / "faces.json").exists():
        pytest.skip(f"no photographs in {folder}")
    return folder
