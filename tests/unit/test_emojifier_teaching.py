"""Teaching from Python: pictures in, other answers out."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from server import Emojifier
from server.vision.expression.example_format import ExampleError
from server.vision.expression.faces_file import FacesFileError
from server.vision.expression.taught_examples import MAX_EXAMPLES, TooManyError
from server.vision.types import ExpressionSettings
from tests.support import ROOT
from tests.support.pictures import two_faces

SAMPLES = ROOT / "web" / "static" / "samples"
SMILING, SURPRISED = SAMPLES / "smiling.jpg", SAMPLES / "surprised.jpg"


@pytest.fixture(scope="module")
def loaded() -> Emojifier:
    return Emojifier(settings=ExpressionSettings(smoothing_s=0))


@pytest.fixture
def emojifier(loaded: Emojifier) -> Iterator[Emojifier]:
    """With nothing taught."""
    yield loaded
    loaded.forget()


def label(emojifier: Emojifier, picture: Path) -> str:
    return emojifier.analyse(picture).faces[0].label


def test_what_is_taught_is_read_in_pictures_and_videos_until_it_is_forgotten(emojifier: Emojifier) -> None:
    before = emojifier.analyse(SMILING).faces[0]
    emojifier.teach("grin", SMILING)
    emojifier.teach("wow", [SURPRISED, str(SURPRISED)])
    assert emojifier.smoothed_labels == (*emojifier.labels, "grin", "wow")
    after = emojifier.analyse(SMILING).faces[0]
    assert (before.label, after.label, after.scores) == ("happy", "grin", before.scores)
    assert len(after.smoothed) == 9 and sum(after.smoothed) == pytest.approx(1)
    assert label(emojifier, SURPRISED) == "wow"
    video = emojifier.video()
    assert [video.analyse(SMILING, at).faces[0].label for at in (0.0, 0.1)] == ["grin", "grin"]
    emojifier.forget("grin")
    assert (label(emojifier, SMILING), label(emojifier, SURPRISED)) == ("happy", "wow")
    emojifier.forget()
    assert emojifier.analyse(SMILING).faces[0].smoothed == before.smoothed


def test_a_video_is_taught_alone(emojifier: Emojifier) -> None:
    video, other = emojifier.video(), emojifier.video()
    video.teach("grin", SMILING)
    assert video.smoothed_labels == (*emojifier.labels, "grin") and other.smoothed_labels == emojifier.labels
    assert video.analyse(SMILING, 0.0).faces[0].label == "grin"
    assert other.analyse(SMILING, 0.0).faces[0].label == label(emojifier, SMILING) == "happy"
    video.forget()
    assert video.analyse(SMILING, 0.1).faces[0].label == "happy"


def test_a_picture_that_shows_no_single_clear_face_is_explained_and_teaches_nothing(emojifier: Emojifier) -> None:
    sharp = cv2.imread(str(SMILING))
    assert sharp is not None
    blurred = cv2.GaussianBlur(sharp, (0, 0), 15).astype(np.uint8)
    wrong = {"no face": np.zeros((99, 99), np.uint8), "several faces": two_faces(), "blurred": blurred}
    for words, picture in wrong.items():
        with pytest.raises(ExampleError, match=words):
            emojifier.teach("grin", [SMILING, picture])
    for name in ("", "no-face", "a\nb"):
        with pytest.raises(ValueError, match="label"):
            emojifier.teach(name, SMILING)
    with pytest.raises(TooManyError):
        emojifier.teach("grin", [SMILING] * (MAX_EXAMPLES + 1))
    assert not emojifier.is_taught


def test_faces_are_kept_in_a_file(emojifier: Emojifier, tmp_path: Path) -> None:
    emojifier.teach("grin", SMILING)
    emojifier.save_faces(tmp_path / "faces.json")
    emojifier.forget()
    (grin,) = emojifier.load_faces(tmp_path / "faces.json")
    assert (grin.label, grin.name, grin.emoji) == ("grin", "grin", None)
    assert label(emojifier, SMILING) == "grin"
    text = (tmp_path / "faces.json").read_text()
    (tmp_path / "other.json").write_text(text.replace('"model": "', '"model": "0'))
    with pytest.raises(FacesFileError, match="another model"):
        emojifier.load_faces(tmp_path / "other.json")
