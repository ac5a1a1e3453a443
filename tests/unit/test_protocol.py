"""The messages of protocol 1, as clients in other languages rely on them."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live import protocol
from server.live.messages import ConfigureMessage, Limits
from server.live.protocol import ProtocolError, parse_text
from server.vision.types import STAGES, Analysis, ExpressionSettings, Face, Quality

TUNING = ExpressionSettings(smoothing_s=0.3, margin=0.1, floor=0.4)
QUALITY = Quality(light=0.456789, width=0.3, turn=-0.123456, detail=17.4892)
LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
FEATURES = 5
EXAMPLE = base64.b64encode(b"\x01\0" + bytes(2 * FEATURES)).decode()


def face(landmarks: tuple[tuple[float, float], ...] | None) -> Face:
    scores = (0.0, 0.0, 0.0, 0.9, 0.05, 0.05, 0.0)
    return Face(3, (0.123456, 0.2, 0.3, 0.4), landmarks, "happy", scores, scores, 0.912345, QUALITY)


def configured(text: str, labels: Sequence[str], **terms: Any) -> ConfigureMessage:
    """A text message that must be a `configure`."""
    message = parse_text(text, labels, **terms)
    assert isinstance(message, ConfigureMessage)
    return message


def test_hello_has_limits_and_settings() -> None:
    limits = Limits(frame_bytes=1000, frame_pixels=2000, fps=30.0, credits=2)
    model = {"name": "m", "sha256": "0", "accuracy": 0.8}
    message = json.loads(protocol.hello(LABELS, model, "blazeface", limits, TUNING, motion=True))
    assert message == {
        "type": "hello",
        "protocol": 1,
        "labels": list(LABELS),
        "model": model,
        "detector": "blazeface",
        "limits": {"frame_bytes": 1000, "frame_pixels": 2000, "fps": 30.0, "credits": 2},
        "settings": {
            "smoothing_s": 0.3,
            "margin": 0.1,
            "floor": 0.4,
            "expressiveness": 0.0,
            "resting": None,
            "motion": False,
            "adapt": False,
        },
        "motion": True,
        "teaching": None,
    }


def test_result_has_faces_and_stage_times() -> None:
    points = tuple((0.1 * i, 0.5) for i in range(6))
    analysis = Analysis((face(points), face(None)), dict.fromkeys(STAGES, 1.0))
    message = json.loads(protocol.result(7, analysis, queue_ms=0.5, total_ms=7.0))
    assert (message["type"], message["frame"]) == ("result", 7)
    first, second = message["faces"]
    assert set(first) == {"id", "box", "landmarks", "label", "scores", "smoothed", "confidence", "quality"}
    assert first["quality"] == {"light": 0.4568, "width": 0.3, "turn": -0.1235, "detail": 17.49}
    assert first["box"] == [0.1235, 0.2, 0.3, 0.4]
    assert len(first["landmarks"]) == 6 and len(first["scores"]) == len(first["smoothed"]) == 7
    assert second["landmarks"] is None
    assert set(message["timing_ms"]) == {"queue", *STAGES, "total"}


def test_no_face_is_an_empty_list() -> None:
    analysis = Analysis((), dict.fromkeys(STAGES, 1.0))
    assert json.loads(protocol.result(1, analysis, 0.0, 2.0))["faces"] == []


def test_dropped_and_error_name_their_frame() -> None:
    drop = json.loads(protocol.dropped(8, "rate", 120))
    assert drop == {"type": "dropped", "frame": 8, "reason": "rate", "retry_after_ms": 120}
    error = json.loads(protocol.error(None, "not_json", "why"))
    assert error == {"type": "error", "frame": None, "code": "not_json", "message": "why"}


def test_configure_changes_only_what_it_names() -> None:
    configure = configured('{"type": "configure", "margin": 0.3}', LABELS)
    assert configure.apply(TUNING) == ExpressionSettings(smoothing_s=0.3, margin=0.3, floor=0.4)
    assert not configure.reset


def test_configure_turns_motion_on_only_where_the_server_has_it() -> None:
    text = '{"type": "configure", "motion": true}'
    assert configured(text, LABELS, motion=True).apply(TUNING).motion
    assert not configured(text, LABELS).apply(TUNING).motion
    on = ExpressionSettings(motion=True)
    assert configured('{"type": "configure", "margin": 0.3}', LABELS, motion=True).apply(on).motion
    assert not configured('{"type": "configure", "motion": false}', LABELS, motion=True).apply(on).motion


def test_configure_clamps_to_the_allowed_range() -> None:
    configure = configured(
        '{"type": "configure", "smoothing_s": 99, "floor": -1, "expressiveness": -7, "reset": true}', LABELS
    )
    assert (configure.changes(), configure.reset) == ({"smoothing_s": 5.0, "floor": 0.0, "expressiveness": -1.0}, True)


def test_a_resting_face_is_made_a_distribution_and_null_undoes_it() -> None:
    calibrated = configured('{"type": "configure", "resting": [0, 0, 0, 0, 1, 3, 0]}', LABELS).apply(TUNING)
    assert calibrated == replace(TUNING, resting=(0.0, 0.0, 0.0, 0.0, 0.25, 0.75, 0.0))
    assert json.loads(protocol.configured(calibrated))["settings"]["resting"] == [0, 0, 0, 0, 0.25, 0.75, 0]
    assert configured('{"type": "configure", "floor": 0.4}', LABELS).apply(calibrated) == calibrated
    assert configured('{"type": "configure", "resting": null}', LABELS).apply(calibrated) == TUNING


def test_a_model_without_neutral_cannot_be_calibrated() -> None:
    labels = ("glad", "sad")
    with pytest.raises(ProtocolError, match="no label neutral") as caught:
        parse_text('{"type": "configure", "resting": [1, 0]}', labels)
    assert caught.value.code == "bad_value"
    assert configured('{"type": "configure", "resting": null}', labels).apply(TUNING) == TUNING


@given(st.lists(st.floats(0, 1e6), min_size=7, max_size=7).filter(any))
def test_any_nonnegative_resting_face_is_accepted(numbers: list[float]) -> None:
    text = json.dumps({"type": "configure", "resting": numbers})
    resting = configured(text, LABELS).apply(TUNING).resting
    assert resting is not None and sum(resting) == pytest.approx(1.0) and min(resting) >= 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hi", "not_json"),
        ("", "not_json"),
        ("[" * 4000, "not_json"),
        ("[" * 100_000, "too_long"),
        ("[]", "unknown_type"),
        ("null", "unknown_type"),
        ('{"type": "dance"}', "unknown_type"),
        ('{"type": {"a": 1}}', "unknown_type"),
        ('{"type": "configure", "margin": "much"}', "bad_value"),
        ('{"type": "configure", "motion": 1}', "bad_value"),
        ('{"type": "configure", "margin": true}', "bad_value"),
        ('{"type": "configure", "floor": NaN}', "bad_value"),
        ('{"type": "configure", "reset": 1}', "bad_value"),
        ('{"type": "configure", "resting": 1}', "bad_value"),
        ('{"type": "configure", "resting": "sad"}', "bad_value"),
        ('{"type": "configure", "resting": []}', "bad_value"),
        ('{"type": "configure", "resting": [1, 0, 0, 0, 0, 0]}', "bad_value"),
        ('{"type": "configure", "resting": [0, 0, 0, 0, 0, 0, 0]}', "bad_value"),
        ('{"type": "configure", "resting": [1, 0, 0, 0, 0, 0, -0.1]}', "bad_value"),
        ('{"type": "configure", "resting": [1, 0, 0, 0, 0, 0, NaN]}', "bad_value"),
        ('{"type": "configure", "resting": [1, 0, 0, 0, 0, 0, Infinity]}', "bad_value"),
        ('{"type": "configure", "resting": [1, 0, 0, 0, 0, 0, true]}', "bad_value"),
        ('{"type": "configure", "resting": [1, 0, 0, 0, 0, 0, null]}', "bad_value"),
    ],
)
def test_bad_text_gets_a_code_and_an_explanation(text: str, code: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_text(text, LABELS)
    assert caught.value.code == code
    assert len(caught.value.message) > 20


@given(st.text() | st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_accepted_or_refused(text: str) -> None:
    """No text raises anything but ProtocolError."""
    try:
        message = parse_text(text, LABELS, features=FEATURES)
    except ProtocolError:
        return
    if isinstance(message, ConfigureMessage):
        assert 0 <= message.apply(TUNING).margin <= 1


def teaching(message: dict[str, Any], features: int | None = FEATURES) -> Any:
    return parse_text(json.dumps(message), LABELS, features=features)


def test_the_messages_of_teaching_are_read() -> None:
    assert teaching({"type": "example"}).seconds == 0
    assert teaching({"type": "example", "seconds": 1.5, "unknown": 1}).seconds == 1.5
    teach = teaching({"type": "teach", "label": "\u30a6\u30a4\u30f3\u30af", "example": EXAMPLE})
    assert (teach.label, teach.example) == ("\u30a6\u30a4\u30f3\u30af", base64.b64decode(EXAMPLE))
    assert teaching({"type": "forget", "label": "wink"}).label == "wink"
    assert teaching({"type": "forget"}).label is None


@pytest.mark.parametrize(
    "message",
    [
        {"type": "example", "seconds": -1},
        {"type": "example", "seconds": 5.1},
        {"type": "example", "seconds": True},
        {"type": "example", "seconds": "1"},
        {"type": "example", "seconds": None},
        {"type": "teach"},
        {"type": "teach", "label": "wink"},
        {"type": "teach", "example": EXAMPLE},
        {"type": "teach", "label": "unsure", "example": EXAMPLE},
        {"type": "teach", "label": "{problem}\n", "example": EXAMPLE},
        {"type": "teach", "label": "wink", "example": None},
        {"type": "teach", "label": "wink", "example": ""},
        {"type": "teach", "label": "wink", "example": "\u00e4"},
        {"type": "teach", "label": "wink", "example": EXAMPLE[:-4]},
        {"type": "teach", "label": "wink", "example": EXAMPLE + "AAAA"},
        {"type": "teach", "label": "wink", "example": EXAMPLE[:3] + "*" + EXAMPLE[4:]},
        {"type": "forget", "label": ""},
        {"type": "forget", "label": 7},
    ],
)
def test_what_cannot_be_taught_is_explained(message: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as caught:
        teaching(message)
    assert caught.value.code == "bad_value" and len(caught.value.message) > 10
    assert "{problem}" not in caught.value.message


def test_a_server_that_cannot_be_taught_says_so() -> None:
    for message in ({"type": "example"}, {"type": "teach", "label": "w", "example": EXAMPLE}, {"type": "forget"}):
        with pytest.raises(ProtocolError) as caught:
            teaching(message, features=None)
        assert caught.value.code == "no_teaching"
