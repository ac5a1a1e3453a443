"""Models of others are tried on a few crops when they are loaded."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from server.vision.arrays import Floats, Grey
from server.vision.errors import ModelFilesError
from server.vision.expression.classifier import make_classifier
from server.vision.expression.manifest import load_manifest
from server.vision.expression.probe import FACES, check_model
from tests.support import ROOT

LABELS = ("angry", "fear", "happy")


def answers(of_mean: Callable[[Floats], Sequence[Any]]) -> Callable[[Grey], Floats]:
    """A model whose scores depend on the mean grey of a crop, 0 to 255."""
    return lambda crops: np.stack(of_mean(crops.mean(axis=(1, 2), dtype=np.float32)), axis=1)


def check(model: Callable[[Grey], Floats], name: str) -> None:
    check_model(model, LABELS, 48, name)


@pytest.mark.parametrize(
    ("name", "model", "words"),
    [
        ("logits", answers(lambda mean: [mean, mean / 3, -mean]), "add up to 85, expected 1"),
        ("sigmoid", answers(lambda mean: [mean / 255, mean / 255, mean / 255]), "add up to 3, expected 1"),
        ("centred logits", answers(lambda mean: [mean, 1 - mean, 0 * mean]), "one score is -254, expected 0 to 1"),
        ("damaged", answers(lambda mean: [mean * np.nan, mean, mean]), "not numbers; its weights are damaged"),
    ],
)
def test_scores_that_are_no_probabilities_are_refused_with_the_remedy(
    name: str, model: Callable[[Grey], Floats], words: str
) -> None:
    with pytest.raises(ModelFilesError, match=words) as caught:
        check(model, name)
    assert "\n" not in str(caught.value) and name in str(caught.value)
    if name != "damaged":
        assert "python -m model convert FILE.keras --out FOLDER" in str(caught.value)


def test_a_model_that_calls_every_face_the_same_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    sure = answers(lambda mean: [0 * mean, 0 * mean + 1, 0 * mean])
    check(sure, "sure")
    check(sure, "sure")
    (record,) = caplog.records
    assert "model sure calls every face 'fear'" in record.getMessage() and "--divide-by 255" in record.getMessage()


def test_a_model_that_tells_faces_apart_passes(caplog: pytest.LogCaptureFixture) -> None:
    check(answers(lambda mean: [mean / 255, 0 * mean, 1 - mean / 255]), "fine")
    make_classifier("litert", load_manifest(ROOT / "model"))
    assert not caplog.records


def test_both_sides_probe_with_the_same_faces() -> None:
    assert FACES.read_bytes() == (ROOT / "model" / FACES.name).read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_the_crops_are_read_wherever_the_project_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / os.fsdecode(b"J\xfcrgen.png")
    copy.write_bytes(FACES.read_bytes())
    monkeypatch.setattr("server.vision.expression.probe.FACES", copy)
    check(answers(lambda grey: (grey / 255, 1 - grey / 255, 0 * grey)), "somewhere")
