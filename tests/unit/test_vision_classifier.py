"""The engines on the model that this project ships."""

import dataclasses

import numpy as np
import pytest

from server.vision.errors import ModelFilesError
from server.vision.expression.classifier import LiteRtClassifier, make_classifier
from server.vision.expression.manifest import Manifest, load_manifest
from tests.support import ROOT

CROPS = np.random.default_rng(3).integers(0, 256, (5, 48, 48), np.uint8)


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return load_manifest(ROOT / "model")


@pytest.fixture(scope="module")
def classifier(manifest: Manifest) -> LiteRtClassifier:
    return LiteRtClassifier(manifest)


def test_each_crop_gets_probabilities(classifier: LiteRtClassifier, manifest: Manifest) -> None:
    scores = classifier.scores(CROPS)
    assert scores.shape == (5, len(manifest.labels)) and scores.dtype == np.float32
    assert scores.min() >= 0
    assert scores.sum(axis=1) == pytest.approx(np.ones(5), abs=0.03)  # they are rounded to 1/256


def test_a_crop_is_read_by_itself_whatever_came_before(classifier: LiteRtClassifier) -> None:
    together = classifier.scores(CROPS)
    assert np.array_equal(together[::-1], classifier.scores(CROPS[::-1]))
    assert np.array_equal(together[2:3], classifier.scores(CROPS[2:3]))


def test_no_crops_no_scores(classifier: LiteRtClassifier) -> None:
    assert classifier.scores(CROPS[:0]).shape == (0, 7)


def test_weights_that_do_not_fit_the_manifest_are_refused(manifest: Manifest) -> None:
    with pytest.raises(ModelFilesError, match="not as its manifest says"):
        LiteRtClassifier(dataclasses.replace(manifest, labels=("one", "two")))


def test_an_unknown_engine_is_named(manifest: Manifest) -> None:
    with pytest.raises(ValueError, match=r"'torch'.*litert, keras"):
        make_classifier("torch", manifest)


def test_keras_without_tensorflow_says_what_to_install(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keras", None)  # what Python itself does for "not there"
    with pytest.raises(ModelFilesError, match=r"keras.*requirements\.txt"):
        make_classifier("keras", manifest)
