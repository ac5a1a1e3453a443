"""The shipped model, through both engines and through the whole server path.

These forbid the famous bug of this kind of program: pixels scaled one way in training and another way live.
"""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from model.dataset import Images, load_images
from model.engines import predict
from model.evaluate import evaluate, load_truth
from model.labels import LABELS
from server.vision.detectors.registry import make_detector
from server.vision.expression.align import crop_face
from server.vision.expression.classifier import make_classifier
from server.vision.expression.manifest import load_manifest
from server.vision.images.frame import decode_grey
from tests.support import ROOT
from tests.support.pictures import to_jpeg
from tests.support.running_server import RunningServer

MODEL = ROOT / "model"


@pytest.fixture(scope="module")
def images(data_folder: Path) -> Images:
    return load_images(data_folder / "fer2013.zip")


def photo_crop(jpeg: bytes) -> npt.NDArray[np.uint8]:
    """The face of the photograph as the pipeline shows it to the model, uint8 [1, 48, 48]."""
    manifest = load_manifest(MODEL)
    grey = decode_grey(jpeg, 10**7)
    (face,) = make_detector("blazeface").detect(grey)
    return crop_face(grey, face, manifest.template_points, manifest.size)[None]


@pytest.fixture(params=["happy", "surprise"])
def photo(request: pytest.FixtureRequest, smiling_jpeg: bytes) -> tuple[str, bytes]:
    """An expression, and a photo of it as a JPEG."""
    surprised = (ROOT / "web" / "static" / "samples" / "surprised.jpg").read_bytes()
    return request.param, smiling_jpeg if request.param == "happy" else surprised


def test_all_engines_and_the_server_read_the_expression_of_a_photo(
    server: RunningServer, photo: tuple[str, bytes]
) -> None:
    """The .keras, the .tflite and the running server see the same crop and say the same."""
    label, jpeg = photo
    crop = photo_crop(jpeg)
    int8, reference = predict("litert", MODEL, crop)[0], predict("keras", MODEL, crop)[0]
    served = make_classifier("litert", load_manifest(MODEL)).classify(crop).scores[0]
    with server.connect() as client:
        client.expect("hello")
        answer = client.ask(jpeg)["faces"][0]["scores"]
    assert LABELS[int(reference.argmax())] == label
    assert int8 == pytest.approx(reference, abs=0.1)
    assert served == pytest.approx(int8, abs=1e-6)
    assert answer == pytest.approx(int8.tolist(), abs=1e-3)


def test_crops_scaled_outside_the_model_would_be_noticed(photo: tuple[str, bytes]) -> None:
    """Fed pixels divided by 255, the model must fail the test above: else that test proves nothing."""
    label, jpeg = photo
    crop = photo_crop(jpeg)
    right, scaled = (predict("litert", MODEL, each)[0] for each in (crop, (crop / 255).astype(np.uint8)))
    assert scaled[LABELS.index(label)] < right[LABELS.index(label)] - 0.3
    if label != "happy":  # without any contrast the model answers with its operating point, happy at 0.55
        assert scaled[LABELS.index(label)] < 0.5 and LABELS[int(scaled.argmax())] != label


def test_the_keras_engine_serves_the_same_answers(
    start_server: Callable[..., RunningServer], server: RunningServer, smiling_jpeg: bytes
) -> None:
    answers = []
    for running in (server, start_server("--engine", "keras", "--workers", "1")):
        with running.connect() as client:
            client.expect("hello")
            answers.append(client.ask(smiling_jpeg)["faces"][0])
    assert answers[0]["label"] == answers[1]["label"] == "happy"
    assert answers[0]["scores"] == pytest.approx(answers[1]["scores"], abs=0.1)


def test_committed_figures_hold_when_evaluated_again(images: Images, data_folder: Path) -> None:
    truth = load_truth(images, data_folder / "ferplus.csv")
    found = evaluate(truth, predict("litert", MODEL, truth.pixels))
    written = json.loads((MODEL / "metrics.json").read_text())
    assert found["ferplus"]["PrivateTest"]["accuracy"] >= 0.70
    for labels in ("ferplus", "fer2013"):
        for name, report in found[labels].items():
            # Another processor may round an int8 sum differently once in a while.
            assert report["accuracy"] == pytest.approx(written[labels][name]["accuracy"], abs=0.003), (labels, name)
            assert report["macro_recall"] == pytest.approx(written[labels][name]["macro_recall"], abs=0.01)


def test_int8_answers_as_the_keras_file_on_real_crops(images: Images) -> None:
    crops = images.pixels[images.of_split("PublicTest")[::9]]
    int8, reference = (predict(engine, MODEL, crops).argmax(axis=1) for engine in ("litert", "keras"))
    assert (int8 == reference).mean() >= 0.97


def test_real_faces_pasted_into_a_frame_keep_their_label(
    start_server: Callable[..., RunningServer], images: Images
) -> None:
    """Test faces, enlarged into a camera frame, come through detector and alignment with the label of the bare crop.

    The live crop is a warp of the original, so single faces may change; clear ones as a group may not.
    """
    chosen = images.of_split("PublicTest")
    bare = predict("litert", MODEL, images.pixels[chosen])
    clear = chosen[bare.max(axis=1) > 0.9][:60]
    labels = bare[bare.max(axis=1) > 0.9][:60].argmax(axis=1)
    kept = found = 0
    with start_server("--fps", "1000").connect() as client:
        client.expect("hello")
        for index, label in zip(clear, labels, strict=True):
            frame = np.full((480, 640), 128, np.uint8)
            frame[120:360, 200:440] = cv2.resize(images.pixels[index], (240, 240), interpolation=cv2.INTER_CUBIC)
            faces = client.ask(to_jpeg(frame, quality=90))["faces"]
            if faces:
                found += 1
                scores = faces[0]["scores"]
                kept += scores.index(max(scores)) == label
    assert found >= 50
    assert kept / found >= 0.9
