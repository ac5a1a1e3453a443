"""Motion values of a real face, through the whole pipeline."""

from pathlib import Path

import numpy as np
import pytest

from server.http.motion import grants_motion
from server.settings import load_settings
from server.vision.arrays import Floats, Grey
from server.vision.errors import ModelFilesError
from server.vision.expression.manifest import load_manifest
from server.vision.model_files import PackagedFile
from server.vision.motion import availability, eyes, follower
from server.vision.motion.values import Motion
from server.vision.pipeline import MAX_MESHES, Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import ExpressionSettings as Wanted
from server.vision.types import Face
from tests.support import ROOT
from tests.support.eyelids import Eyelids
from tests.support.portrait import posed_portrait

FPS = 25.0


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return make_pipeline("blazeface", "litert", load_manifest(ROOT / "model"), 10**7)


def motion(face: Face) -> Motion:
    assert all(len(values) == 1 for values in face.outputs.values())
    return Motion(**{name: value for name, (value,) in face.outputs.items()})


def read(pipeline: Pipeline, grey: Grey) -> Motion:
    """The values of a still picture."""
    analysis, _ = pipeline.analyse_grey(grey, 0.0, State.for_picture(Wanted(motion=True)))
    return motion(analysis.faces[0])


def play(pipeline: Pipeline, frames: list[Grey], state: State | None = None) -> tuple[list[Motion], State]:
    """The values of each frame of a video."""
    state = state or State.initial(Wanted(motion=True))
    start = state.received_at or 0.0
    shown = []
    for k, frame in enumerate(frames, 1):
        analysis, state = pipeline.analyse_grey(frame, start + k / FPS, state)
        shown.append(motion(analysis.faces[0]))
    return shown, state


@pytest.fixture(scope="module")
def frame() -> Grey:
    return posed_portrait(2.0)[0]


@pytest.fixture(scope="module")
def lids(pipeline: Pipeline, frame: Grey) -> Eyelids:
    analysis, _ = pipeline.analyse_grey(frame, 0.0, State.for_picture(Wanted(motion=True)))
    (face,) = analysis.faces
    assert face.mesh is not None
    return Eyelids(frame, face.mesh)


def test_a_smile_is_a_smile_and_nobody_gets_values_unasked(pipeline: Pipeline, frame: Grey) -> None:
    smiling = read(pipeline, frame)
    assert smiling.mouth_smile > 0.4 and smiling.mouth_width > 0.3 and smiling.mouth_pucker == 0
    assert smiling.eye_left > 0.5 and smiling.eye_right > 0.5
    analysis, _ = pipeline.analyse_grey(frame, 0.0, State.for_picture())
    assert analysis.faces[0].outputs == {}


@pytest.mark.parametrize("degrees", [-20.0, 20.0])
def test_a_tilted_head_has_that_roll(pipeline: Pipeline, frame: Grey, degrees: float) -> None:
    """OpenCV turns counter-clockwise by positive angles."""
    rolled = read(pipeline, posed_portrait(2.0, turn=degrees)[0]).roll - read(pipeline, frame).roll
    assert rolled == pytest.approx(-degrees / 45, abs=0.06)


def test_a_mirrored_picture_has_mirrored_values(pipeline: Pipeline, frame: Grey) -> None:
    seen, mirrored = read(pipeline, frame), read(pipeline, np.ascontiguousarray(frame[:, ::-1]))
    assert mirrored.yaw == pytest.approx(-seen.yaw, abs=0.15) and mirrored.roll == pytest.approx(-seen.roll, abs=0.1)
    assert mirrored.pitch == pytest.approx(seen.pitch, abs=0.15)
    assert mirrored.mouth_smile == pytest.approx(seen.mouth_smile, abs=0.25)


def test_turned_people_in_photographs_have_their_yaw(pipeline: Pipeline, photographs: Path) -> None:
    """Its sign is that of the turn, which the nose of the detector's landmarks tells."""
    turns, yaws = [], []
    for path in sorted((photographs / "faces").glob("*.jpg"))[:40]:
        analysis, _ = pipeline.analyse(path.read_bytes(), 0.0, State.for_picture(Wanted(motion=True)))
        for face in analysis.faces:
            if face.outputs and face.quality.turn is not None:
                turns.append(face.quality.turn)
                yaws.append(motion(face).yaw)
    turned = np.abs(turns) > 0.2
    assert turned.sum() >= 5
    assert (np.sign(turns) == np.sign(yaws))[turned].mean() > 0.9
    assert np.corrcoef(turns, yaws)[0, 1] > 0.7


def test_a_wink_of_either_eye_is_told_from_a_blink(pipeline: Pipeline, lids: Eyelids) -> None:
    for left, right in ((1, 0), (0, 1), (1, 1)):
        read_eyes = read(pipeline, lids.closed(left, right))
        assert (read_eyes.eye_left < 0.5, read_eyes.eye_right < 0.5) == (left == 1, right == 1)


def test_a_blink_of_150_ms_in_a_video_is_seen(pipeline: Pipeline, lids: Eyelids, frame: Grey) -> None:
    blink = [lids.closed(shut, shut) for shut in (0.6, 1.0, 1.0, 0.4)]
    shown, _ = play(pipeline, [frame] * 10 + blink + [frame] * 5)
    assert min(values.eye_left for values in shown) < 0.4 and min(values.eye_right for values in shown) < 0.4
    assert shown[9].eye_left > 0.8 and shown[-1].eye_left > 0.8


def test_eyes_that_have_not_changed_are_measured_twice_a_second(
    monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline, frame: Grey
) -> None:
    measured: list[Grey] = []
    contour = eyes.EyeNetwork.contour

    def counted(self: eyes.EyeNetwork, crop: Grey) -> Floats:
        measured.append(crop)
        return contour(self, crop)

    monkeypatch.setattr(eyes.EyeNetwork, "contour", counted)
    play(pipeline, [frame] * round(4 * FPS))
    assert 2 <= len(measured) <= 2 + 2 * 4 / follower.REFRESH_S


def test_values_stay_with_the_face_and_go_with_it(pipeline: Pipeline, frame: Grey) -> None:
    _, state = play(pipeline, [frame] * 5)
    (id,) = state.followed
    assert state.followed[id].at == state.clock
    _, later = pipeline.analyse_grey(frame, 5 / FPS, state.without_motion())
    assert later.followed[id] == state.followed[id], "kept while motion is left out"
    for k in range(20):
        _, later = pipeline.analyse_grey(np.zeros_like(frame), 1 + k / 10, later)
    assert later.followed == {} and state.reset().followed == {}


def test_only_the_largest_faces_have_values(pipeline: Pipeline) -> None:
    crowd = np.hstack([posed_portrait(scale)[0] for scale in (2.0, 1.8, 1.6, 1.4)])
    analysis, _ = pipeline.analyse_grey(crowd, 0.0, State.for_picture(Wanted(motion=True)))
    assert len(analysis.faces) > MAX_MESHES
    assert [bool(face.outputs) for face in analysis.faces] == [i < MAX_MESHES for i in range(len(analysis.faces))]


def test_a_covered_face_has_no_values(pipeline: Pipeline, frame: Grey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "MIN_SCORE", 2.0)
    analysis, state = pipeline.analyse_grey(frame, 0.0, State.for_picture(Wanted(motion=True)))
    assert analysis.faces[0].outputs == {} and state.followed == {}


def test_a_server_grants_motion_where_it_can(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def granted(**options: str) -> bool:
        return grants_motion(load_settings(options, {}))

    assert granted() and granted(living="on") and not granted(living="off") and not caplog.records
    assert not granted(detector="haar", living="on")
    assert "haar" in str(caplog.records[-1].__dict__)
    missing = PackagedFile("none.tflite", "0" * 64)
    monkeypatch.setattr(eyes, "WEIGHTS", missing)
    assert not granted()
    with pytest.raises(ModelFilesError, match=r"none\.tflite"):
        availability.check_motion("blazeface")
