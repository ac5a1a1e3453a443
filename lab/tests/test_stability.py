"""Steadiness on real faces, through the whole pipeline on a simulated clock: a small part of lab.bench.stability."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lab.bench.following import Confident, confident, cuts, in_a_row, made_changes
from lab.bench.stability import choose, steadiness
from server.vision.arrays import Grey
from server.vision.expression.manifest import load_manifest
from server.vision.pipeline import Pipeline, make_pipeline
from tests.support import ROOT
from tests.support.clips import HEIGHT, WIDTH, astronaut_scene, crop_scene, play

FACES, SECONDS, FPS = 8, 10.0, 10.0


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), WIDTH * HEIGHT)


@pytest.fixture(scope="module")
def crops(pipeline: Pipeline, data_folder: Path) -> Sequence[Grey]:
    source = data_folder / "fer2013.zip"
    if not source.exists():
        pytest.skip(f"no {source}")
    return choose(pipeline, source, 40, 20)[0]


def test_the_astronaut_keeps_one_label_and_one_id(pipeline: Pipeline) -> None:
    seen = steadiness(pipeline, play(astronaut_scene(), SECONDS, 25.0, seed=1))
    assert (seen.changes, seen.early, seen.people, seen.missed) == (0, 0, 1, 0)


def test_moving_faces_keep_label_and_id(pipeline: Pipeline, crops: Sequence[Grey]) -> None:
    """Any faces: those that the model reads without doubt, and those between two labels.

    A face of a doubtful score may be missing until it is confirmed, for two frames at most.
    """
    seen = [steadiness(pipeline, play(crop_scene(crop), SECONDS, FPS, seed)) for seed, crop in enumerate(crops[:FACES])]
    assert all(clip.people == 1 and clip.missed <= 2 / (FPS * SECONDS) for clip in seen)
    assert max(clip.changes for clip in seen) <= 2
    assert sum(clip.changes == 0 for clip in seen) >= FACES - 1


@pytest.fixture(scope="module")
def faces(pipeline: Pipeline, crops: Sequence[Grey]) -> Confident:
    return confident(pipeline, crops)


def test_another_face_in_the_same_place_is_followed(pipeline: Pipeline, faces: Confident) -> None:
    assert max(cuts(pipeline, faces, 6, FPS)) <= 600


def test_ten_changes_in_a_row_are_all_followed(pipeline: Pipeline, faces: Confident) -> None:
    """A person who makes faces does not have to wait longer and longer."""
    (row,) = in_a_row(pipeline, faces, FPS, rows=1)
    delays = [1000.0 if delay is None else delay for delay in row]
    assert max(delays) <= 600 and sorted(delays)[5] <= 250


@pytest.mark.parametrize("fps", [4.0, 10.0, 25.0, 30.0])
@pytest.mark.parametrize("certainty", [0.75, 0.9])
def test_ten_clear_changes_take_the_same_short_time(certainty: float, fps: float) -> None:
    """Within 0.3 s each, and the last as soon as the first, give or take a frame."""
    delays = [1000.0 if delay is None else delay for delay in made_changes(certainty, fps)]
    assert max(delays) <= 300 and max(delays) - min(delays) <= 1e3 / fps + 1e-6
