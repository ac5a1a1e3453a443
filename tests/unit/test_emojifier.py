"""`from server import Emojifier`: pictures of all kinds, videos, several threads, clear errors."""

import io
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from server import Emojifier
from server.live.protocol import face_fields
from server.vision.arrays import Grey
from server.vision.errors import FrameError, ModelFilesError
from server.vision.types import Detection
from tests.support import ROOT

PHOTOGRAPH = ROOT / "web" / "static" / "samples" / "astronaut.jpg"


@pytest.fixture(scope="module")
def emojifier() -> Emojifier:
    return Emojifier()


def test_a_picture_in_any_form_gives_the_same_answer(emojifier: Emojifier) -> None:
    pixels = cv2.imread(str(PHOTOGRAPH))
    assert pixels is not None
    colour = pixels.astype(np.uint8)
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY).astype(np.uint8)
    data = PHOTOGRAPH.read_bytes()
    alpha = cv2.cvtColor(colour, cv2.COLOR_BGR2BGRA).astype(np.uint8)
    files = (data, bytearray(data), memoryview(data), io.BytesIO(data))
    forms = (PHOTOGRAPH, str(PHOTOGRAPH), *files, colour, grey, alpha, Image.open(PHOTOGRAPH))
    for picture in forms:
        (face,) = emojifier.analyse(picture).faces
        assert face.label == "happy" == emojifier.labels[int(np.argmax(face.scores))]
        assert np.allclose(face.box, (0.345, 0.195, 0.192, 0.256), atol=0.01)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "YCbCr", "HSV", "I;16", "I"])
def test_an_image_of_pillow_is_read_in_every_mode(emojifier: Emojifier, mode: str) -> None:
    image: Image.Image = Image.open(PHOTOGRAPH)
    if mode.startswith("I"):
        deep = np.asarray(image.convert("L")).astype(np.uint16 if mode == "I;16" else np.int32) * 257
        image = Image.fromarray(deep)
    else:
        image = image.convert(mode)
    assert image.mode == mode
    assert [face.label for face in emojifier.analyse(image).faces] == ["happy"]


def test_an_image_of_pillow_is_upright_and_on_white(emojifier: Emojifier) -> None:
    lying = Image.open(PHOTOGRAPH).rotate(90, expand=True)
    lying.getexif()[0x112] = 6
    assert [face.label for face in emojifier.analyse(lying).faces] == ["happy"]
    erased = Image.open(PHOTOGRAPH)
    erased.putalpha(0)
    assert emojifier.analyse(erased).faces == ()


def test_an_open_file_is_read(emojifier: Emojifier) -> None:
    with PHOTOGRAPH.open("rb") as file:
        assert len(emojifier.analyse(file).faces) == 1


@pytest.mark.parametrize("picture", [None, 3, ["photo.jpg"], io.StringIO("text")])
def test_what_is_no_picture_is_told_what_is_taken(emojifier: Emojifier, picture: Any) -> None:
    with pytest.raises(TypeError, match=r"the picture is .*; it must be a path, bytes, .* an image of Pillow, or"):
        emojifier.analyse(picture)


def test_pictures_do_not_remember_each_other_and_videos_do(
    emojifier: Emojifier, smiling: npt.NDArray[np.uint8], empty_room: npt.NDArray[np.uint8]
) -> None:
    assert [len(emojifier.analyse(picture).faces) for picture in (smiling, empty_room, smiling)] == [1, 0, 1]
    assert emojifier.analyse(smiling).faces[0].id == 1
    video = emojifier.video()
    ids = [[face.id for face in video.analyse(picture, at).faces] for at, picture in enumerate((smiling, empty_room))]
    assert ids == [[1], []]
    assert video.analyse(smiling, 5.0).faces[0].id == 2, "a track expires after 2 s"


def test_threads_may_share_one(emojifier: Emojifier) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: emojifier.analyse(PHOTOGRAPH).faces, range(16)))
    assert all(faces == answers[0] for faces in answers)


def test_a_further_stage_fills_the_outputs_of_each_face() -> None:
    class Width:
        name = "width"

        def run(self, grey: Grey, detection: Detection, crop: Grey) -> Mapping[str, tuple[float, ...]]:
            return {"width_px": (detection.box[2] * grey.shape[1],)}

    (face,) = Emojifier(output_stages=[Width()]).analyse(PHOTOGRAPH).faces
    assert face.outputs["width_px"][0] == pytest.approx(face.box[2] * 640, abs=1)
    assert set(face_fields(face)["outputs"]) == {"width_px"}, "the wire passes them on"


def test_errors_say_what_is_wrong(emojifier: Emojifier, tmp_path: Path) -> None:
    with pytest.raises(FrameError, match="not a JPEG"):
        emojifier.analyse(b"text")
    with pytest.raises(FileNotFoundError):
        emojifier.analyse(tmp_path / "gone.jpg")
    with pytest.raises(ValueError, match=r"float64.*uint8 \[height, width\]"):
        emojifier.analyse(np.zeros((4, 4)))  # type: ignore[arg-type]
    with pytest.raises(FrameError, match="no pixels"):
        emojifier.analyse(np.zeros((0, 4), np.uint8))
    with pytest.raises(ModelFilesError, match=r"emotion\.json"):
        Emojifier(tmp_path)
    with pytest.raises(ValueError, match="no face detector"):
        Emojifier(detector="eyes")


def test_the_example_of_the_documents_runs() -> None:
    done = subprocess.run(
        [sys.executable, "docs/example.py", str(PHOTOGRAPH)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "happy" in done.stdout


def test_nothing_heavy_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, server; print('cv2' in sys.modules); server.Emojifier; print('cv2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
