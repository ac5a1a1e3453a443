"""The schema of the messages, and what is made from it."""

import dataclasses
import json
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from server.live import protocol
from server.live.messages import RANGES, ConfigureMessage, ExpressionSettings, Face, Limits, Message, Teaching
from server.vision import types
from server.vision.types import STAGES, Analysis, Closest, HoldResult
from tests.support import message_types
from tests.unit.test_protocol import LABELS, face

MESSAGES: TypeAdapter[Any] = TypeAdapter(Message)
SETTINGS = types.ExpressionSettings()
HOLD_FAILURES = (*get_args(types.HoldFailure), "replaced")


def messages() -> list[str]:
    """One message of each kind, and of each variant of a face."""
    limits = Limits(frame_bytes=1000, frame_pixels=2000, fps=30.0, credits=2)
    model = {"name": "m", "sha256": "0", "accuracy": None}
    hello = protocol.hello(LABELS, model, "haar", limits, SETTINGS)
    taught = protocol.hello(LABELS, model, "haar", limits, SETTINGS, teaching=Teaching(labels=20, examples=5))
    with_outputs = dataclasses.replace(face(None), outputs={"blink": (0.25, 1.0)})
    analysis = Analysis((face(((0.1, 0.2),) * 6), with_outputs), dict.fromkeys(STAGES, 1.0))
    return [
        protocol.greeting(hello, "5e0c9a11"),
        protocol.greeting(taught, "5e0c9a11"),
        protocol.result(1, analysis, 0.5, 7.0),
        *(protocol.dropped(2, reason, 1) for reason in ("superseded", "rate", "overload")),
        protocol.error(None, "idle", "why"),
        protocol.configured(SETTINGS),
        protocol.example(HoldResult(1, b"\x03\0", None, 12, Closest("happy", 0.93456))),
        *(protocol.example(HoldResult(1, None, reason)) for reason in HOLD_FAILURES),
        protocol.taught((*LABELS, "wink"), (0,) * 7 + (2,)),
    ]


def test_every_message_follows_the_schema() -> None:
    """Those that a real server sends are checked in all tests by their client (tests/support/running_server.py)."""
    for text in messages():
        message = MESSAGES.validate_json(text, strict=True)
        assert message.model_dump(mode="json", exclude_unset=True) == json.loads(text)


def test_a_message_with_a_field_that_the_schema_lacks_is_an_error() -> None:
    with pytest.raises(ValidationError):
        MESSAGES.validate_python({**json.loads(protocol.dropped(2, "rate", 1)), "surprise": 1})


def test_outputs_are_sent_only_if_there_are_any() -> None:
    assert "outputs" not in protocol.face_fields(face(None))
    with_outputs = dataclasses.replace(face(None), outputs={"blink": (0.123456, 1.0)})
    assert protocol.face_fields(with_outputs)["outputs"] == {"blink": [0.1235, 1.0]}


def test_the_schema_has_the_fields_of_the_values_of_vision() -> None:
    for schema, value, inner in (
        (ExpressionSettings, types.ExpressionSettings, set()),
        (Face, types.Face, {"features", "mesh"}),
    ):
        assert set(schema.model_fields) == {field.name for field in dataclasses.fields(value)} - inner
    settings = {*RANGES, "resting", "motion", "adapt"}
    assert set(ExpressionSettings.model_fields) == settings
    assert set(ConfigureMessage.model_fields) == {*settings, "type", "reset"}
    for name, (low, high) in RANGES.items():
        assert ConfigureMessage.model_fields[name].description == f"clamped to {low:g} to {high:g}"


def test_the_types_of_the_page_are_current() -> None:
    """After a change of the schema: python -m tests.support.message_types."""
    assert message_types.FILE.read_text() == message_types.generate()
