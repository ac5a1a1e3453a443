"""`python -m model evaluate --adapt`: the films, and what is read from them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import model.adapt
from model.adapt import ROUNDS, Part, evaluate_adapting, held_clips, mixed_sessions, print_adapting
from model.labels import LABELS
from model.photographs import Photograph

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "web" / "static" / "samples"


def photographs(*names: str) -> list[Photograph]:
    return [Photograph(Path(name), "set", "ann", name.split("-")[0]) for name in names]


def names(parts: list[Part]) -> list[str]:
    return [part.photograph.path.name for part in parts]


OWN = photographs("happy-1", "happy-2", "neutral-1", "neutral-2", "neutral-3", "sad-1")


def test_one_half_of_the_pictures_is_for_getting_to_know_the_face_and_the_other_is_judged() -> None:
    first, second = mixed_sessions(OWN)
    assert set(names(first[: 2 * ROUNDS])) <= {"happy-1", "neutral-1", "neutral-3", "sad-1"}
    assert names(first[2 * ROUNDS :]) == ["happy-2", "neutral-2", "sad-1"]
    assert names(second[2 * ROUNDS :]) == ["happy-1", "neutral-1", "neutral-3", "sad-1"]
    rest = sum(part.seconds for part in first[: 2 * ROUNDS] if part.photograph.label == "neutral")
    assert rest == pytest.approx(2 / 3 * sum(part.seconds for part in first[: 2 * ROUNDS]))


def test_only_pictures_serve_for_both_and_nobody_is_filmed_without_a_neutral_one() -> None:
    (film,) = mixed_sessions(photographs("happy", "neutral"))
    assert names(film[2 * ROUNDS :]) == ["happy", "neutral"]
    assert mixed_sessions(photographs("happy-1", "happy-2", "sad-1")) == []


def test_one_picture_of_each_label_is_held_after_a_session_with_the_others() -> None:
    clips = held_clips(OWN)
    assert [(names(clip)[-1], clip[-1].seconds) for clip in clips] == [
        ("sad-1", 120.0),
        ("neutral-1", 120.0),
        ("happy-1", 120.0),
    ]
    assert all("sad-1" not in names(clips[0][:-1]) for _ in clips)


def test_films_go_through_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The surprised sample serves as a neutral face: what is judged is what was shown in the same frames."""
    monkeypatch.setattr(model.adapt, "HELD_S", 14.0)
    for label, sample in (("happy", "smiling"), ("neutral", "surprised")):
        place = tmp_path / "album" / "friends" / "ann" / f"{label}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLES / "small" / f"{sample}.jpg", place)
    results = evaluate_adapting(tmp_path / "album", ROOT / "model", LABELS)
    for key in ("with", "without"):
        answers = np.array(results["friends"][key]["confusion"])
        assert answers[LABELS.index("happy"), LABELS.index("happy")] == 1
        assert answers[LABELS.index("neutral"), LABELS.index("surprise")] == 1
        assert results["friends"][key]["held"] == {"clips": 1, "kept": 1.0}
    json.dumps(results)
    print_adapting(results)
    assert "of 1 expressions held for two minutes, kept: 100.0%" in capsys.readouterr().out
