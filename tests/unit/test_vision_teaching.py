"""Teaching: what was taught is recognised, and nothing else is read worse. The vectors are made, not measured."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.expression.example import Example
from server.vision.expression.hold import Hold
from server.vision.expression.manifest import load_manifest
from server.vision.expression.taught_examples import TaughtExamples
from server.vision.expression.teaching import Taught, median_example
from server.vision.pipeline import make_pipeline
from server.vision.state import State
from tests.support import ROOT

SAMPLES = ROOT / "web" / "static" / "samples" / "small"

LABELS = ("angry", "happy", "neutral", "sad")
ANGRY, HAPPY, NEUTRAL, SAD = range(4)
FEATURES, POINTS = 32, 468
EVEN = (0.25, 0.25, 0.25, 0.25)
NEUTRAL_SCORES = (0.04, 0.04, 0.88, 0.04)
probabilities = st.lists(st.floats(0.001, 1), min_size=4, max_size=4).map(lambda row: tuple(np.divide(row, sum(row))))


def face(seed: int, scores: Sequence[float] = EVEN, noise: float = 0.0) -> Example:
    """A face by its number: different numbers look different; noise is a share of what makes faces differ."""
    rng, jitter = np.random.default_rng(seed), np.random.default_rng(seed + 1000)
    features = rng.uniform(0, 1, FEATURES) + noise * jitter.uniform(-1, 1, FEATURES)
    points = np.random.default_rng(0).uniform(-1, 1, (POINTS, 2)) + 0.1 * rng.normal(size=(POINTS, 2))
    points += 0.1 * noise * jitter.normal(size=(POINTS, 2))
    values = np.concatenate([features, np.log(scores)])
    return Example(values.astype(np.float32), points.astype(np.float32))


def taught(**examples: Example | Sequence[Example]) -> Taught:
    several: Mapping[str, Sequence[Example]] = {
        label: [given] if isinstance(given, Example) else given for label, given in examples.items()
    }
    return Taught.of(several, LABELS)


def label_of(teaching: Taught, scores: Sequence[float], shown: Example) -> str:
    return teaching.labels[int(np.argmax(teaching.fused(scores, shown)))]


@given(probabilities, st.integers(0, 50))
def test_the_answer_is_a_distribution_over_the_models_labels_and_the_own_ones(
    scores: tuple[float, ...], seed: int
) -> None:
    teaching = taught(neutral=face(1, scores), wink=face(2), kiss=face(3))
    assert teaching.labels == (*LABELS, "wink", "kiss")
    answer = teaching.fused(scores, face(seed))
    assert len(answer) == 6 and sum(answer) == pytest.approx(1) and min(answer) >= 0


def test_a_face_near_an_example_is_read_as_its_label_whatever_the_network_says() -> None:
    teaching = taught(sad=face(1), angry=face(2))
    certain_of_neutral = (0.01, 0.01, 0.97, 0.01)
    assert label_of(teaching, certain_of_neutral, face(1, noise=0.1)) == "sad"
    assert label_of(teaching, certain_of_neutral, face(2, noise=0.1)) == "angry"


@given(probabilities)
def test_a_face_far_from_all_examples_is_read_almost_as_without_them(scores: tuple[float, ...]) -> None:
    teaching = taught(sad=face(1), wink=face(2))
    answer = teaching.fused(scores, face(3))
    assert np.argmax(answer) == np.argmax(scores) or np.ptp(np.sort(scores)[-2:]) < 0.15
    assert answer[4] < 0.01, "an own expression is answered only when the face is close to it"


def test_labels_that_were_not_taught_still_win() -> None:
    teaching = taught(sad=face(1))
    assert label_of(teaching, (0.01, 0.97, 0.01, 0.01), face(5)) == "happy"


def test_an_own_expression_wins_over_a_network_that_is_certain() -> None:
    teaching = taught(neutral=face(1, NEUTRAL_SCORES), tongue=face(2))
    certain_of_happy = (0.01, 0.97, 0.01, 0.01)
    assert label_of(teaching, certain_of_happy, face(2, noise=0.1)) == "tongue"
    assert label_of(teaching, certain_of_happy, face(3)) == "happy"


def test_one_bad_example_draws_only_faces_near_itself() -> None:
    """`face(9)`, a mistake, was taught as sad."""
    teaching = taught(sad=[face(1), face(9)], angry=face(2), happy=face(3))
    for label, seed in (("sad", 1), ("angry", 2), ("happy", 3)):
        assert label_of(teaching, EVEN, face(seed, noise=0.1)) == label
    assert label_of(teaching, (0.1, 0.7, 0.1, 0.1), face(9, noise=0.1)) == "sad"


def test_a_taught_neutral_finds_faint_smiles_of_a_resting_face_that_is_all_neutral() -> None:
    at_rest = (0.0005, 0.001, 0.998, 0.0005)
    faint_smile = (0.02, 0.38, 0.58, 0.02)
    teaching = taught(neutral=face(1, at_rest))
    assert label_of(teaching, faint_smile, face(4)) == "happy"
    assert label_of(teaching, at_rest, face(1, noise=0.1)) == "neutral"


def test_a_taught_neutral_cures_a_resting_face_that_reads_as_sad() -> None:
    at_rest = (0.02, 0.02, 0.26, 0.7)
    teaching = taught(neutral=face(1, at_rest))
    assert label_of(teaching, at_rest, face(1, noise=0.1)) == "neutral"
    assert label_of(teaching, (0.005, 0.005, 0.04, 0.95), face(4)) == "sad"


@pytest.mark.parametrize("absent", ["features", "points"])
def test_one_part_is_enough(absent: str) -> None:
    def part(seed: int, noise: float = 0.0) -> Example:
        whole = face(seed, noise=noise)
        return Example(None, whole.points) if absent == "features" else Example(whole.features, None)

    teaching = taught(sad=part(1), wink=part(2))
    assert label_of(teaching, NEUTRAL_SCORES, part(1, noise=0.1)) == "sad"
    assert label_of(teaching, NEUTRAL_SCORES, part(2, noise=0.1)) == "wink"
    assert label_of(teaching, NEUTRAL_SCORES, face(2, noise=0.1)) == "wink", "the face may have more than the example"


def test_a_face_that_shares_no_part_with_the_examples_is_read_as_without_them() -> None:
    teaching = taught(sad=Example(None, face(1).points))
    assert teaching.fused(NEUTRAL_SCORES, Example(face(1).features, None)) == pytest.approx(NEUTRAL_SCORES)
    assert teaching.fused(NEUTRAL_SCORES, None) == pytest.approx(NEUTRAL_SCORES)
    assert teaching.closest(Example(face(1).features, None)) is None


def test_a_model_without_features_is_taught_by_its_scores() -> None:
    def scored(*scores: float) -> Example:
        return Example(np.log(scores).astype(np.float32), None)

    teaching = taught(sad=scored(0.5, 0.02, 0.4, 0.08), angry=scored(0.08, 0.02, 0.4, 0.5))
    shown = (0.48, 0.03, 0.4, 0.09)
    assert label_of(teaching, shown, scored(*shown)) == "sad"


def test_the_pipeline_reads_faces_by_what_was_taught() -> None:
    manifest = load_manifest(ROOT / "model")
    pipeline = make_pipeline("blazeface", "litert", manifest, 10**7)
    smiling, surprised = ((SAMPLES / f"{name}.jpg").read_bytes() for name in ("smiling", "surprised"))
    before, _ = pipeline.analyse(smiling, 0.0, State.for_picture())
    shown, _ = pipeline.analyse(smiling, 0.0, State.for_picture().with_hold(Hold(0.0)))
    assert shown.hold is not None and shown.hold.example is not None
    lesson = TaughtExamples().with_example("grin", shown.hold.example, manifest.labels)
    state = State.for_picture().with_taught(lesson)
    after, state = pipeline.analyse(smiling, 0.0, state)
    assert (before.faces[0].label, after.faces[0].label) == ("happy", "grin")
    assert after.faces[0].scores == before.faces[0].scores and len(after.faces[0].smoothed) == len(manifest.labels) + 1
    other, state = pipeline.analyse(surprised, 1.0, State.for_picture().with_taught(lesson))
    assert other.faces[0].label == "surprise"
    again, _ = pipeline.analyse(smiling, 2.0, state.with_hold(Hold(0.0)))
    assert again.hold is not None and again.hold.closest is not None and again.hold.closest.label == "grin"
    forgotten, _ = pipeline.analyse(smiling, 3.0, state.with_taught(lesson.without()).reset())
    assert forgotten.faces[0].smoothed == before.faces[0].smoothed


def test_closest_names_what_an_example_looks_like() -> None:
    teaching = taught(happy=face(1), wink=face(2))
    near = teaching.closest(face(1, noise=0.1))
    assert near is not None and near.label == "happy" and near.share > 0.9
    far = teaching.closest(face(3))
    assert far is not None and far.share < 0.1


def test_a_stray_frame_does_not_change_the_median_of_a_hold() -> None:
    frames = [face(1, noise=0.001) for _ in range(8)] + [face(7)]
    median = median_example(frames)
    assert median.features == pytest.approx(frames[0].features, abs=1e-6)
    assert median.points == pytest.approx(frames[0].points, abs=1e-6)


def test_a_median_uses_the_parts_that_are_there() -> None:
    whole = face(1)
    median = median_example([whole, Example(None, whole.points), whole])
    assert median.features == pytest.approx(whole.features)
