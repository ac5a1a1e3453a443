"""`python -m model evaluate --people`: whole photographs, through the server's command."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.errors import DataError, RunError
from model.evaluate import shift_neutral
from model.labels import LABELS
from model.people import Answers, evaluate_people, evaluate_set, print_people, read_photographs
from model.photographs import find_photographs
from server.vision.expression.expressiveness import shifted

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "web" / "static" / "samples"
HAPPY, NEUTRAL = LABELS.index("happy"), LABELS.index("neutral")


def answers(*rows: tuple[str, int, int]) -> Answers:
    people, truth, answered = zip(*rows, strict=True)
    return Answers(people, np.asarray(truth, np.int64), np.asarray(answered, np.int64))


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """One set of two people: a smiling face, and a picture without a face."""
    smiling, empty = (tmp_path / "album" / "friends" / name for name in ("ann/happy-1.jpg", "bob/neutral.jpg"))
    for place in (smiling, empty):
        place.parent.mkdir(parents=True)
    shutil.copyfile(SAMPLES / "astronaut.jpg", smiling)
    cv2.imwrite(str(empty), np.full((240, 320), 128, np.uint8))
    (tmp_path / "album" / "friends" / "info.csv").write_text("id,age,town\nann,44,Paris\nbob,19,Rome\n")
    (tmp_path / "album" / "friends" / "ann" / "notes.txt").write_text("no picture")
    return tmp_path / "album"


def test_the_file_name_begins_with_the_label(album: Path) -> None:
    found = find_photographs(album, LABELS)
    assert [(photo.group, photo.person, photo.label) for photo in found] == [
        ("friends", "ann", "happy"),
        ("friends", "bob", "neutral"),
    ]


def test_a_file_name_without_a_label_is_refused(album: Path) -> None:
    (album / "friends" / "ann" / "bored.jpg").write_bytes(b"")
    with pytest.raises(DataError, match="begins with 'bored', expected one of angry"):
        find_photographs(album, LABELS)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pictures"):
        find_photographs(tmp_path, LABELS)


def test_whole_photographs_go_through_the_pipeline_of_the_server(
    album: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = evaluate_people(album, ROOT / "model", LABELS)["friends"]
    assert (result["photographs"], result["people"], result["no_face"]) == (2, 2, 1)
    assert result["recall"]["happy"]["recall"] == 1 and result["recall"]["neutral"]["recall"] == 0
    assert result["confusion"][HAPPY][HAPPY] == 1
    assert result["confusion"][NEUTRAL][result["columns"].index("no face")] == 1
    assert set(result["groups"]["age"]) == {"40 and older", "18 to 24"}
    assert result["groups"]["town"]["Paris"]["recall"]["happy"]["n"] == 1
    json.dumps(result)
    print_people({"friends": result})
    assert "people/friends: 2 pictures of 2 people; balanced accuracy 50.0%" in capsys.readouterr().out


def test_a_picture_that_cannot_be_read_stops_the_evaluation(album: Path) -> None:
    (album / "friends" / "bob" / "sad.jpg").write_bytes(b"no JPEG")
    with pytest.raises(RunError, match="read"):
        read_photographs(find_photographs(album, LABELS), ROOT / "model", "litert")


def test_balanced_accuracy_is_the_mean_recall_of_the_labels_that_occur() -> None:
    rows = answers(("a", HAPPY, HAPPY), ("a", HAPPY, HAPPY), ("b", HAPPY, NEUTRAL), ("b", NEUTRAL, -1))
    result = evaluate_set(rows, LABELS, {})
    assert result["balanced_accuracy"] == pytest.approx((2 / 3 + 0) / 2, abs=1e-4)
    assert result["recall"].keys() == {"happy", "neutral"}
    assert result["groups"] == {}


def test_the_interval_resamples_people() -> None:
    """The bootstrap resamples people: with one person there is no spread."""
    one = evaluate_set(answers(*[("a", HAPPY, HAPPY if i % 2 else NEUTRAL) for i in range(10)]), LABELS, {})
    ten = evaluate_set(answers(*[(str(i), HAPPY, HAPPY if i % 2 else NEUTRAL) for i in range(10)]), LABELS, {})
    assert one["balanced_low"] == one["balanced_high"] == 0.5  # the same person, drawn again
    assert ten["balanced_low"] < 0.35 < 0.65 < ten["balanced_high"]


def test_people_without_a_row_and_empty_fields_are_a_group_of_their_own() -> None:
    groups = {"age": {"a": "18 to 24", "b": "not said"}}
    result = evaluate_set(answers(("a", HAPPY, HAPPY), ("b", HAPPY, HAPPY), ("c", HAPPY, HAPPY)), LABELS, groups)
    assert result["groups"]["age"]["not said"]["people"] == 2


def test_expressiveness_means_the_same_to_the_server_and_to_the_evaluation() -> None:
    row = np.asarray([[0.1, 0.0, 0.05, 0.2, 0.5, 0.1, 0.05]], np.float32)
    for value in (-1.0, 0.0, 0.4, 1.0):
        served = shifted(row[0].tolist(), value, NEUTRAL)
        assert shift_neutral(row, LABELS, value)[0] == pytest.approx(served, abs=1e-6)
