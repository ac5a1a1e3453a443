"""`python -m model evaluate --teach`: which pictures are taught, which are judged, and what is made of the answers."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.__main__ import main
from model.labels import LABELS
from model.photographs import Photograph
from model.teach import Lesson, Reading, evaluate_teaching, make_lessons, print_teaching, summarise

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "web" / "static" / "samples"
HAPPY, NEUTRAL, SURPRISE = (LABELS.index(label) for label in ("happy", "neutral", "surprise"))


def photographs(*names: str) -> list[Photograph]:
    """Of names such as `ann/happy-1`."""
    parts = [name.split("/") for name in sorted(names)]
    return [Photograph(Path(stem), "set", person, stem.split("-")[0]) for person, stem in parts]


PICTURES = photographs(
    *(f"ann/happy-{i}" for i in (1, 2, 3)), *(f"ann/neutral-{i}" for i in (1, 2)), "bob/happy-1", "bob/neutral-1"
)


def names(lesson: Lesson, of: str = "taught") -> list[str]:
    return [PICTURES[index].path.name for index in getattr(lesson, of)]


def test_the_first_pictures_are_taught_and_the_others_judged() -> None:
    (lesson,) = make_lessons(PICTURES, [True] * 7, 2, draw=0)
    assert names(lesson) == ["happy-1", "happy-2", "neutral-1"], "one picture of each label is left to be judged"
    assert names(lesson, "judged") == ["happy-3", "neutral-2"]
    assert {PICTURES[index].person for index in lesson.others} == {"bob"}


def test_other_draws_teach_random_pictures_that_do_not_change_from_run_to_run() -> None:
    draws = [make_lessons(PICTURES, [True] * 7, 1, draw)[0] for draw in range(1, 9)]
    assert len({draw.taught for draw in draws}) > 2
    assert draws == [make_lessons(PICTURES, [True] * 7, 1, draw)[0] for draw in range(1, 9)]
    for draw in draws:
        assert sorted(draw.taught + draw.judged) == list(range(5)) and not draw.others


def test_with_only_neutral_taught_the_only_neutral_picture_will_do() -> None:
    ann, bob = make_lessons(PICTURES, [True] * 7, 1, 0, only_neutral=True)
    assert (names(ann), names(bob), names(bob, "judged")) == (["neutral-1"], ["neutral-1"], ["happy-1"])


def test_a_picture_that_gives_no_example_is_not_taught_but_judged() -> None:
    (lesson,) = make_lessons(PICTURES, [False] + [True] * 6, 1, 0)
    assert names(lesson) == ["happy-2", "neutral-1"] and "happy-1" in names(lesson, "judged")


def test_the_summary_is_the_mean_of_the_draws() -> None:
    truth = np.array([HAPPY, HAPPY, NEUTRAL, NEUTRAL, HAPPY])
    before = np.array([NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL, HAPPY])
    first = Reading(Lesson("ann", (0,), (1, 2, 3), (4,)), np.array([HAPPY, NEUTRAL, HAPPY]), np.array([-1]))
    second = Reading(Lesson("ann", (1,), (0, 2, 3)), np.array([HAPPY, NEUTRAL, NEUTRAL]), np.array([], np.int64))
    result = summarise([[first], [second]], truth, before, LABELS)
    assert (result["balanced_first"], result["balanced_accuracy"], result["untaught"]) == (0.75, 0.875, 0.5)
    assert result["recall"] == {"happy": 1.0, "neutral": 0.75}
    assert result["another_person"] == {"taught": 0.0, "untaught": 1.0}
    assert (result["draws"], result["people"], result["examples"]) == (2, 1, 1.0)
    assert result["balanced_low"] == 0.75 and result["balanced_high"] == 1.0


def test_teaching_goes_through_the_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person who is taught that a smile is fear and a surprised face is sad is read so."""
    for index in (1, 2):
        for label, sample in (("fear", "smiling"), ("sad", "surprised")):
            place = tmp_path / "album" / "friends" / "ann" / f"{label}-{index}.jpg"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SAMPLES / "small" / f"{sample}.jpg", place)
    results = evaluate_teaching(tmp_path / "album", ROOT / "model", LABELS, [1], True, draws=1)
    assert results["friends"].keys() == {"1"}, "nobody has a neutral picture"
    assert (results["friends"]["1"]["balanced_accuracy"], results["friends"]["1"]["untaught"]) == (1, 0)
    json.dumps(results)
    print_teaching(results)
    assert "taught 1 of each label: 1 people, 1 draws" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [([], "give --data, --people or both"), (["--data", "x.zip", "--teach", "1"], "--teach and --adapt need --people")],
)
def test_what_is_missing_is_said(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *options]) == 2
    assert said in capsys.readouterr().err
