"""The messages of protocol 1: pure functions between Python values and JSON text. Does no I/O.

server/live/messages.py has the schema of the messages. A client may send `configure` with any of its fields:

    {"type": "configure", "smoothing_s": 0.2, "margin": 0.1, "floor": 0.4, "expressiveness": 0, "resting": null,
     "motion": false, "adapt": false, "reset": false}

It is answered `configured` with all settings in force. `resting` is the client's resting face: the mean `scores` of
some seconds, one for each label of `hello`. From the next frame on that face counts as neutral: `smoothed`, `label` and
`confidence` are relative to it (server/vision/expression/calibration.py), while `scores` stay those of the frame.

To teach expressions it sends `example`, `teach` and `forget` (server/live/teaching_messages.py; docs/protocol.md).
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from server.live.messages import ConfigureMessage, DropReason, Limits, Teaching
from server.live.teaching_messages import ExampleRequest, ForgetMessage, TeachingMessage, TeachMessage
from server.vision.types import STAGES, Analysis, ExpressionSettings, Face, HoldResult, Quality

PROTOCOL = 1

# Default maximum characters of a text message: parsing a longer one would delay other connections.
MAX_TEXT = 4096


CLIENT_MESSAGES: dict[str, type[ConfigureMessage | TeachingMessage]] = {
    "configure": ConfigureMessage,
    "example": ExampleRequest,
    "teach": TeachMessage,
    "forget": ForgetMessage,
}


class ProtocolError(Exception):
    """An invalid text message. Carries the `code` and the `message` of the answer."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is for programs, `message` for people."""
        super().__init__(message)
        self.code = code
        self.message = message


def hello(
    labels: Sequence[str],
    model: Mapping[str, Any],
    detector: str,
    limits: Limits,
    settings: ExpressionSettings,
    motion: bool = False,
    teaching: Teaching | None = None,
) -> str:
    """The first message of a connection, without its id."""
    return _dump(
        {
            "type": "hello",
            "protocol": PROTOCOL,
            "labels": list(labels),
            "model": dict(model),
            "detector": detector,
            "limits": limits.model_dump(),
            "settings": settings,
            "motion": motion,
            "teaching": teaching and teaching.model_dump(),
        }
    )


def greeting(hello: str, connection: str) -> str:
    """The `hello` of one connection: the text that all have in common, and the id of this one in the server's log."""
    return f'{hello[:-1]},"connection":"{connection}"}}'


def result(frame: int, analysis: Analysis, queue_ms: float, total_ms: float) -> str:
    """The answer to a frame. `total_ms` is from its receipt to this answer."""
    return _dump(
        {
            "type": "result",
            "frame": frame,
            "faces": [face_fields(face) for face in analysis.faces],
            "timing_ms": {
                "queue": round(queue_ms, 2),
                **{stage: round(analysis.timing[stage], 2) for stage in STAGES},
                "total": round(total_ms, 2),
            },
        }
    )


def dropped(frame: int, reason: DropReason, retry_after_ms: int) -> str:
    """The answer to a frame that was not analysed."""
    return _dump({"type": "dropped", "frame": frame, "reason": reason, "retry_after_ms": retry_after_ms})


def error(frame: int | None, code: str, message: str) -> str:
    """The answer to an invalid message; `frame` is None if it was not a frame."""
    return _dump({"type": "error", "frame": frame, "code": code, "message": message})


def configured(settings: ExpressionSettings) -> str:
    """The settings in force on this connection."""
    return _dump({"type": "configured", "settings": settings})


def example(result: HoldResult) -> str:
    """The answer to a request for an example."""
    return _dump(
        {
            "type": "example",
            "example": None if result.example is None else base64.b64encode(result.example).decode(),
            "reason": result.reason,
            "frames": result.frames,
            "closest": result.closest and {"label": result.closest.label, "share": round(result.closest.share, 4)},
        }
    )


def taught(labels: Sequence[str], counts: Sequence[int]) -> str:
    """All labels from now on, and how many examples each has."""
    return _dump({"type": "taught", "labels": list(labels), "examples": list(counts)})


def parse_text(
    text: str,
    labels: Sequence[str],
    max_chars: int = MAX_TEXT,
    motion: bool = False,
    features: int | None = None,
) -> ConfigureMessage | TeachingMessage:
    """Parse a text message of at most `max_chars` characters.

    Args:
        text: the message.
        labels: those of the server's model.
        max_chars: its maximum length.
        motion: whether the server gives motion values; if not, `configure` cannot turn them on.
        features: number of features of the model; None if the server cannot be taught.

    Raises:
        ProtocolError: `too_long`, `not_json`, `unknown_type`, `no_teaching` or `bad_value`.
    """
    if len(text) > max_chars:
        raise ProtocolError(
            "too_long",
            f"A text message may have at most {max_chars} characters (--text-chars); send frames as binary messages.",
        )
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError("not_json", 'A text message must be JSON, such as {"type": "configure"}.') from None
    kind = message.get("type") if isinstance(message, dict) else None
    schema = CLIENT_MESSAGES.get(kind) if isinstance(kind, str) else None
    if schema is None:
        shown, known = json.dumps(kind)[:40], ", ".join(f'"{name}"' for name in CLIENT_MESSAGES)
        raise ProtocolError("unknown_type", f"Messages of type {shown} are unknown; send {known}, or a JPEG.")
    if features is None and schema is not ConfigureMessage:
        raise ProtocolError(
            "no_teaching", "This server cannot be taught (`hello.teaching` is null); show the model's expressions only."
        )
    try:
        context = {"labels": labels, "motion": motion, "features": features}
        return schema.model_validate(message, context=context)
    except ValidationError as error:
        raise ProtocolError("bad_value", error.errors()[0]["msg"]) from None


def face_fields(face: Face) -> dict[str, Any]:
    """A face as JSON fields (`Face` in server/live/messages.py)."""
    fields = {
        "id": face.id,
        "box": _rounded(face.box),
        "landmarks": [_rounded(point) for point in face.landmarks] if face.landmarks is not None else None,
        "label": face.label,
        "scores": _rounded(face.scores),
        "smoothed": _rounded(face.smoothed),
        "confidence": round(face.confidence, 4),
        "quality": _quality(face.quality),
    }
    if face.outputs:
        fields["outputs"] = {name: _rounded(values) for name, values in face.outputs.items()}
    return fields


def _quality(quality: Quality) -> dict[str, float | None]:
    turn = quality.turn
    return {
        "light": round(quality.light, 4),
        "width": round(quality.width, 4),
        "turn": None if turn is None else round(turn, 4),
        "detail": round(quality.detail, 2),
    }


def _rounded(values: Sequence[float]) -> list[float]:
    """Four decimal places: a tenth of a pixel in a frame of 1000 px, and half the bytes."""
    return [round(value, 4) for value in values]


def _dump(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
