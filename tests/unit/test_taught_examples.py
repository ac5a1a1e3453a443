"""What was taught as a value, and its limits."""

import pytest

from server.vision.expression.taught_examples import (
    MAX_EXAMPLES,
    MAX_OWN_LABELS,
    TaughtExamples,
    TooManyError,
    label_problem,
)

LABELS = ("happy", "neutral", "sad")


def taught(*labels: str) -> TaughtExamples:
    all = TaughtExamples()
    for label in labels:
        all = all.with_example(label, label.encode(), LABELS)
    return all


def test_own_labels_follow_those_of_the_model_in_the_order_of_teaching() -> None:
    several = taught("wink", "sad", "kiss", "wink")
    assert several.labels(LABELS) == (*LABELS, "wink", "kiss")
    assert several.counts(LABELS) == (0, 0, 1, 2, 1)
    assert several and not taught()
    assert taught().labels(LABELS) == LABELS


def test_one_label_or_all_can_be_forgotten() -> None:
    several = taught("wink", "sad", "kiss")
    assert several.without("wink").labels(LABELS) == (*LABELS, "kiss")
    assert several.without("tongue").labels(LABELS) == several.labels(LABELS)
    assert not several.without()
    assert several.labels(LABELS) == (*LABELS, "wink", "kiss"), "a value does not change"


def test_the_limits_name_what_to_do() -> None:
    with pytest.raises(TooManyError, match="forget"):
        taught(*["wink"] * (MAX_EXAMPLES + 1))
    full = taught(*(f"own {number}" for number in range(MAX_OWN_LABELS)))
    with pytest.raises(TooManyError, match="forget"):
        full.with_example("one more", b"", LABELS)
    assert full.with_example("happy", b"", LABELS).with_example("own 3", b"", LABELS)


@pytest.mark.parametrize("label", ["wink", "puffed cheeks", "Zwinkern", "ウインク", "😉", "a" * 40, "no face"])
def test_names_in_any_language_are_fine(label: str) -> None:
    assert label_problem(label) is None


@pytest.mark.parametrize(
    "label",
    ["", " ", " wink", "wink ", "a" * 41, "a\nb", "a\0b", "\ud800", "\u202eabc", "unsure", "no-face", 7, None, ["a"]],
)
def test_other_names_are_explained(label: object) -> None:
    assert "must" in str(label_problem(label))
