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
    scores = classifier.classify(CROPS).scores
    assert scores.shape == (5, len(manifest.labels)) and scores.dtype == np.float32
    assert scores.min() >= 0
    assert scores.sum(axis=1) == pytest.approx(np.ones(5))


def test_a_crop_is_read_by_itself_whatever_came_before(classifier: LiteRtClassifier) -> None:
    together = classifier.classify(CROPS).scores
    assert np.array_equal(together[::-1], classifier.classify(CROPS[::-1]).scores)
    assert np.array_equal(together[2:3], classifier.classify(CROPS[2:3]).scores)


def test_the_features_are_those_from_which_the_scores_come(classifier: LiteRtClassifier) -> None:
    """The last layer is linear: from the features the log scores follow up to a constant for each crop."""
    crops = np.random.default_rng(4).integers(0, 256, (400, 48, 48), np.uint8)
    scores, features = classifier.classify(crops)
    assert features.shape == (400, 192) and features.dtype == np.float32
    log = np.log(scores) - np.log(scores).mean(axis=1, keepdims=True)
    given = np.hstack([features, np.ones((400, 1), np.float32)])
    weights, *_ = np.linalg.lstsq(given[:300], log[:300])
    assert given[300:] @ weights == pytest.approx(log[300:], abs=0.3)
    assert log.std(axis=0).min() > 0.1


def test_no_crops_no_scores(classifier: LiteRtClassifier) -> None:
    assert [values.shape for values in classifier.classify(CROPS[:0])] == [(0, 7), (0, 192)]


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
