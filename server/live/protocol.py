"""The messages of protocol 1: pure functions between Python values and JSON text. Does no I/O.

A client may send, with any of the fields, and is answered `configured` with all the settings in force:

    {"type": "configure", "smoothing_s": 0.3, "margin": 0.1, "floor": 0.4, "resting": null, "reset": false}

`resting` is null or the client's face at rest: the mean of the raw `scores` of some seconds, one per label of `hello`.
From the next frame on that face counts as neutral, and `smoothed`, `label` and `confidence` are read relative to it,
while `scores` stay the frame's own (server/vision/expression/calibration.py); null undoes it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from server.vision.types import NEUTRAL, STAGES, Analysis, ExpressionSettings, Face, Quality

PROTOCOL = 1

DropReason = Literal["superseded", "rate", "overload"]

# Ranges a client may choose from; values outside are clamped, not refused.
RANGES: dict[str, tuple[float, float]] = {"smoothing_s": (0.0, 5.0), "margin": (0.0, 1.0), "floor": (0.0, 1.0)}

# What a share of a resting face may be at most. Sums of scores rather than their means are fine too.
MAX_WEIGHT = 1e6

# Characters of a text message, unless the server is told otherwise: reading them must not hold up the others.
MAX_TEXT = 4096


class ProtocolError(Exception):
    """A text message that cannot be obeyed. Carries the `code` and the `message` of the answer."""

    def __init__(self, code: str, message: str) -> None:
        """Name the fault for programs (`code`) and for people (`message`)."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server grants a connection: bytes and pixels of a frame, frames a second, frames on the way."""

    frame_bytes: int
    frame_pixels: int
    fps: float
    credits: int


@dataclass(frozen=True, slots=True)
class Configure:
    """A client's wishes: the fields of Tuning that it named, clamped, and whether to forget the faces seen so far."""

    changes: Mapping[str, Any]
    reset: bool

    def apply(self, tuning: ExpressionSettings) -> ExpressionSettings:
        """The settings in force after these wishes."""
        return replace(tuning, **self.changes)


def hello(
    labels: Sequence[str], model: Mapping[str, Any], detector: str, limits: Limits, tuning: ExpressionSettings
) -> str:
    """The first message of a connection: what answers will look like and what the server allows."""
    return _dump(
        {
            "type": "hello",
            "protocol": PROTOCOL,
            "labels": list(labels),
            "model": dict(model),
            "detector": detector,
            "limits": limits,
            "settings": tuning,
        }
    )


def greeting(hello: str, connection: str) -> str:
    """The `hello` of one connection: the text that all get, with an id by which the server's log knows this one."""
    return f'{hello[:-1]},"connection":"{connection}"}}'


def result(frame: int, analysis: Analysis, queue_ms: float, total_ms: float) -> str:
    """The answer to a frame. Times in milliseconds: `total` is from receipt to this answer.

    The fields of a face are those of `Face`, its `quality` is `Quality`: light 0 to 1, width as a fraction of the
    frame's, turn -1 to 1 or null.
    """
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
    """A frame was not looked at; the client may send again after `retry_after_ms`."""
    return _dump({"type": "dropped", "frame": frame, "reason": reason, "retry_after_ms": retry_after_ms})


def error(frame: int | None, code: str, message: str) -> str:
    """Something about a message was wrong; `frame` is None when it was no frame."""
    return _dump({"type": "error", "frame": frame, "code": code, "message": message})


def configured(tuning: ExpressionSettings) -> str:
    """The settings now in force on this connection."""
    return _dump({"type": "configured", "settings": tuning})


def parse_text(text: str, labels: Sequence[str], longest: int = MAX_TEXT) -> Configure:
    """Read a text message of at most `longest` characters to a server whose model has these labels.

    Raises:
        ProtocolError: `too_long`, `not_json`, `unknown_type` or `bad_value`.
    """
    if len(text) > longest:
        raise ProtocolError(
            "too_long", f"A text message may have {longest} characters (--text-chars); send frames as binary."
        )
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError("not_json", 'A text message must be JSON such as {"type": "configure"}.') from None
    kind = message.get("type") if isinstance(message, dict) else None
    if kind != "configure":
        shown = json.dumps(kind)[:40]
        raise ProtocolError("unknown_type", f'Messages of type {shown} are not known; send "configure" or a JPEG.')
    changes: dict[str, Any] = {name: _number(message, name) for name in RANGES if name in message}
    if "resting" in message:
        changes["resting"] = _resting(message["resting"], labels)
    return Configure(changes, _flag(message, "reset"))


def _number(message: Mapping[str, Any], name: str) -> float:
    value = message[name]
    low, high = RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise ProtocolError("bad_value", f"{name} must be a number from {low:g} to {high:g}.")
    return float(min(max(value, low), high))


def _resting(value: Any, labels: Sequence[str]) -> tuple[float, ...] | None:
    """A resting face as probabilities that sum to 1."""
    if value is None:
        return None
    if NEUTRAL not in labels:
        raise ProtocolError("bad_value", f"resting must be null: this model has no {NEUTRAL} for a resting face to be.")
    numbers = value if isinstance(value, list) else []
    if len(numbers) != len(labels) or not all(_is_weight(number) for number in numbers):
        wanted = f"null or {len(labels)} numbers that are not negative"
        raise ProtocolError("bad_value", f"resting must be {wanted}: the mean scores of a face at rest.")
    total = math.fsum(numbers)
    if total <= 0:
        raise ProtocolError("bad_value", "resting must not be all zeros: send the mean scores of a face at rest.")
    return tuple(number / total for number in numbers)


def _is_weight(value: Any) -> bool:
    """A number that can be a share of something; those of scores lie from 0 to 1."""
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= MAX_WEIGHT


def _flag(message: Mapping[str, Any], name: str) -> bool:
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise ProtocolError("bad_value", f"{name} must be true or false.")
    return value


def face_fields(face: Face) -> dict[str, Any]:
    """A face as JSON has it, here and wherever else faces are told of."""
    return {
        "id": face.id,
        "box": _rounded(face.box),
        "landmarks": [_rounded(point) for point in face.landmarks] if face.landmarks is not None else None,
        "label": face.label,
        "scores": _rounded(face.scores),
        "smoothed": _rounded(face.smoothed),
        "confidence": round(face.confidence, 4),
        "quality": _quality(face.quality),
    }


def _quality(quality: Quality) -> dict[str, float | None]:
    turn = quality.turn
    return {
        "light": round(quality.light, 4),
        "width": round(quality.width, 4),
        "turn": None if turn is None else round(turn, 4),
    }


def _rounded(values: Sequence[float]) -> list[float]:
    """Four places: a tenth of a pixel in a 1000 px frame, and half the bytes."""
    return [round(value, 4) for value in values]


def _dump(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
