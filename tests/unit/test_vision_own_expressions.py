"""A wink, a tongue and a kiss are taught, and told from one another and from the expressions of the model."""

from collections import Counter
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from server.vision.arrays import Grey
from server.vision.expression.hold import Hold
from server.vision.expression.manifest import load_manifest
from server.vision.expression.taught_examples import TaughtExamples
from server.vision.pipeline import Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import ExpressionSettings
from tests.support import ROOT
from tests.support.clips import Scene, play
from tests.support.own_expressions import own_expressions

PICTURES = ROOT / "tests" / "support" / "london"
FPS, MIDDLE = 10, (320.0, 240.0)
OWN = ("wink", "tongue", "kiss")


def picture(name: str) -> Grey:
    grey = cv2.imread(str(PICTURES / f"{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    return np.asarray(grey, np.uint8)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), 10**7)


@pytest.fixture(scope="module")
def shown(pipeline: Pipeline) -> dict[str, Grey]:
    """The expressions of one person by label; own ones are made."""
    neutral = picture("neutral")
    analysis, _ = pipeline.analyse_grey(neutral, 0.0, State.for_picture(ExpressionSettings(motion=True)))
    mesh = analysis.faces[0].mesh
    assert mesh is not None
    made = own_expressions(neutral, mesh)
    return {"neutral": neutral, **{label: made[label] for label in OWN}, "happy": picture("happy")}


def labels_of(pipeline: Pipeline, grey: Grey, state: State) -> Iterator[str]:
    """The labels in two seconds of a clip of this face by a webcam."""
    for time, jpeg in play(Scene(grey, MIDDLE), 2.0, FPS, seed=7):
        analysis, state = pipeline.analyse(jpeg, time, state)
        yield analysis.faces[0].label


def teach(pipeline: Pipeline, lesson: TaughtExamples, label: str, grey: Grey) -> TaughtExamples:
    """The lesson with a hold of one second."""
    state = State.initial().with_hold(Hold(1.0))
    for time, jpeg in play(Scene(grey, MIDDLE), 1.5, FPS, seed=1):
        analysis, state = pipeline.analyse(jpeg, time, state)
        if analysis.hold:
            assert analysis.hold.example is not None, analysis.hold.reason
            return lesson.with_example(label, analysis.hold.example, load_manifest(ROOT / "model").labels)
    raise AssertionError("the hold did not end")


def test_a_wink_a_tongue_and_a_kiss_are_told_from_the_expressions_of_the_model(
    pipeline: Pipeline, shown: dict[str, Grey]
) -> None:
    for label in OWN:
        assert not set(OWN) & set(labels_of(pipeline, shown[label], State.initial())), "nothing is taught yet"
    lesson = TaughtExamples()
    for label in ("neutral", *OWN):
        lesson = teach(pipeline, lesson, label, shown[label])
    found = {
        label: Counter(labels_of(pipeline, grey, State.initial().with_taught(lesson))) for label, grey in shown.items()
    }
    for label in shown:  # `happy` was not taught
        assert found[label].most_common(1)[0][0] == label, found
        assert found[label][label] >= 0.75 * found[label].total(), found
