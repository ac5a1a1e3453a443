"""The messages of protocol 1 as one schema.

Made from it: the checks of what clients send (server/live/protocol.py), the HTTP documentation (/docs) and the types of
the page (web/messages.d.ts, by `python -m tests.support.message_types`). Messages to clients are plain dicts, which
orjson serialises faster; tests validate each of them against this schema.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from server.vision.types import NEUTRAL, STAGES, HoldFailure
from server.vision.types import ExpressionSettings as Settings

DropReason = Literal["superseded", "rate", "overload"]

# Why a hold gave no example: no face, several faces, or the face was turned or blurred in most frames; it left the
# frame or another one took its place; another request replaced this one.
ExampleReason = HoldFailure | Literal["replaced"]

# Ranges of the settings that a client may configure. Values outside are clamped, not refused.
RANGES: dict[str, tuple[float, float]] = {
    "smoothing_s": (0.0, 5.0),
    "margin": (0.0, 1.0),
    "floor": (0.0, 1.0),
    "expressiveness": (-1.0, 1.0),
}

# Maximum of a number in `resting`. Sums of scores are accepted as well as means.
MAX_WEIGHT = 1e6


class Schema(BaseModel):
    """A message, or a part of one. Unknown fields are errors."""

    model_config = ConfigDict(extra="forbid")


class Limits(Schema):
    """The limits of a connection."""

    frame_bytes: int = Field(description="maximum bytes of a frame")
    frame_pixels: int = Field(description="maximum pixels of a frame")
    fps: float = Field(description="maximum frames per second")
    credits: int = Field(description="maximum frames without an answer")


class ExpressionSettings(Schema):
    """Settings that a client may change with `configure`."""

    smoothing_s: float = Field(description="time constant of the smoothing, seconds")
    margin: float = Field(description="how far another expression must lead to replace the shown one, 0 to 1")
    floor: float = Field(description="smoothed score below which the label is `unsure`, 0 to 1")
    expressiveness: float = Field(description="how easily neutral gives way to the other labels, -1 to 1")
    resting: list[float] | None = Field(description="scores of the client's resting face; null without calibration")
    motion: bool = Field(description="whether the largest faces get motion values in `outputs`")
    adapt: bool = Field(description="whether the server gets to know each face while it is at rest")


class Teaching(Schema):
    """How much a client may teach."""

    labels: int = Field(description="maximum own expressions, which are labels that the model lacks")
    examples: int = Field(description="maximum examples of one label, own or the model's")


class ServedModel(Schema):
    """The expression model."""

    name: str
    sha256: str = Field(description="of the weight file")
    accuracy: float | None = Field(description="0 to 1; null if it was not measured")


class Quality(Schema):
    """How well a face can be read."""

    light: float = Field(description="mean grey of the face, 0 black to 1 white")
    width: float = Field(description="of the box, as a fraction of the frame's width")
    turn: float | None = Field(description="-1 to 1, 0 faces the camera; null from a detector without landmarks")
    detail: float = Field(description="0 flat, 10 to 30 a sharp face; with little, the face is blurred or too small")


class Face(Schema):
    """A face in a frame."""

    id: int = Field(description="from 1; the same for a person as long as the track lives")
    box: tuple[float, float, float, float] = Field(description="fractions of the frame: x, y, width, height")
    landmarks: list[tuple[float, float]] | None = Field(
        description="fractions of the frame, x and y of: eye at the left of the frame, eye at the right, nose tip, "
        "mouth, ear at the left, ear at the right; null from a detector without landmarks"
    )
    label: str = Field(description="one of the labels, or `unsure`")
    scores: list[float] = Field(description="probabilities of this frame alone, in the order of the labels")
    smoothed: list[float] = Field(
        description="scores smoothed over time, relative to the resting face and to what was taught; in the order of "
        "the labels of the last `taught`, before the first of the labels of `hello`"
    )
    confidence: float = Field(description="smoothed score of the label; if unsure, of the likeliest expression")
    quality: Quality
    outputs: dict[str, list[float]] = Field(
        default={},
        description="motion values (docs/motion.md), if asked for, and further values of the server, by name; missing "
        "if there are none",
    )


TimingMs = create_model(
    "TimingMs",
    __base__=Schema,
    __doc__="Milliseconds in each stage; `queue` is the wait for a thread, `total` from receipt to answer.",
    **{stage: (float, ...) for stage in ("queue", *STAGES, "total")},  # type: ignore[call-overload]
)


class HelloMessage(Schema):
    """The first message of a connection."""

    type: Literal["hello"]
    protocol: Literal[1]
    labels: list[str] = Field(description="in the order of the scores")
    model: ServedModel
    detector: str
    limits: Limits
    settings: ExpressionSettings = Field(description="in force at the start")
    motion: bool = Field(description="whether the server gives motion values to clients that configure `motion`")
    teaching: Teaching | None = Field(description="null if this server cannot be taught")
    connection: str = Field(description="id of the connection in the server's log")


class ResultMessage(Schema):
    """The answer to a frame."""

    type: Literal["result"]
    frame: int = Field(description="number of the frame on its connection, from 1")
    faces: list[Face] = Field(description="largest first")
    timing_ms: TimingMs  # type: ignore[valid-type]  # a class made from the list of stages


class DroppedMessage(Schema):
    """The answer to a frame that was not analysed."""

    type: Literal["dropped"]
    frame: int
    reason: DropReason
    retry_after_ms: int = Field(description="send no frame before")


class ErrorMessage(Schema):
    """The answer to a message with an error, or the reason for a close."""

    type: Literal["error"]
    frame: int | None = Field(description="null if the error is not about a frame")
    code: str = Field(description="for programs")
    message: str = Field(description="what was wrong, what was expected, what to do")


class ConfiguredMessage(Schema):
    """The answer to `configure`."""

    type: Literal["configured"]
    settings: ExpressionSettings = Field(description="now in force")


class Closest(Schema):
    """The taught expression that an example looks like."""

    label: str
    share: float = Field(description="0 to 1; small if the example looks like nothing that was taught")


class ExampleMessage(Schema):
    """The answer to a request for an example, sent after the `result` of the frame that ended the hold."""

    type: Literal["example"]
    example: str | None = Field(description="base64, to be sent with `teach`; null if none could be measured")
    reason: ExampleReason | None = Field(description="why there is no example; null if there is one")
    frames: int = Field(description="frames that counted")
    closest: Closest | None = Field(description="null while nothing is taught, and without an example")


class TaughtMessage(Schema):
    """The answer to `teach` and `forget`. The results after it follow it."""

    type: Literal["taught"]
    labels: list[str] = Field(
        description="in the order of `smoothed`: those of the model, then own ones in the order of teaching"
    )
    examples: list[int] = Field(description="how many examples each label has")


Message = (
    HelloMessage
    | ResultMessage
    | DroppedMessage
    | ErrorMessage
    | ConfiguredMessage
    | ExampleMessage
    | TaughtMessage
)


def _clamp(value: Any, info: ValidationInfo) -> float:
    low, high = RANGES[str(info.field_name)]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise PydanticCustomError("bad_value", f"{info.field_name} must be a number from {low:g} to {high:g}.")
    return float(min(max(value, low), high))


def _check_flag(value: Any, info: ValidationInfo) -> bool:
    if not isinstance(value, bool):
        raise PydanticCustomError("bad_value", f"{info.field_name} must be true or false.")
    return value


def _granted_motion(value: Any, info: ValidationInfo) -> bool:
    """What was asked for, where the server has it: the context of the validation has `motion`, as in `hello`."""
    return _check_flag(value, info) and bool((info.context or {}).get("motion", False))


def _distribution(value: Any, info: ValidationInfo) -> tuple[float, ...] | None:
    """A resting face as probabilities that sum to 1. The context of the validation has the `labels` of the model."""
    if value is None:
        return None
    labels = (info.context or {}).get("labels", ())
    if NEUTRAL not in labels:
        raise PydanticCustomError("bad_value", f"resting must be null: this model has no label {NEUTRAL}.")
    numbers = value if isinstance(value, list) else []
    if len(numbers) != len(labels) or not all(_is_weight(number) for number in numbers):
        expected = f"null or {len(labels)} numbers that are not negative"
        raise PydanticCustomError("bad_value", f"resting must be {expected}: the mean scores of a resting face.")
    total = math.fsum(numbers)
    if total <= 0:
        raise PydanticCustomError("bad_value", "resting must not be all zeros: send the mean scores of a resting face.")
    return tuple(number / total for number in numbers)


def _is_weight(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= MAX_WEIGHT


Clamped = Annotated[float | None, PlainValidator(_clamp), WithJsonSchema({"type": "number"})]
Flag = Annotated[bool, PlainValidator(_check_flag), WithJsonSchema({"type": "boolean"})]
Motion = Annotated[bool, PlainValidator(_granted_motion), WithJsonSchema({"type": "boolean"})]
Distribution = Annotated[
    tuple[float, ...] | None,
    PlainValidator(_distribution),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "number"}}, {"type": "null"}]}),
]


class ConfigureMessage(BaseModel):
    """Sent by clients, with the fields to change. Unknown fields are ignored."""

    type: Literal["configure"]
    smoothing_s: Clamped = Field(default=None, description="clamped to 0 to 5")
    margin: Clamped = Field(default=None, description="clamped to 0 to 1")
    floor: Clamped = Field(default=None, description="clamped to 0 to 1")
    expressiveness: Clamped = Field(default=None, description="clamped to -1 to 1")
    resting: Distribution = Field(
        default=None, description="mean scores of the client's resting face, one for each label; null undoes it"
    )
    motion: Motion = Field(
        default=False, description="whether to add motion values; stays false if `hello.motion` is false"
    )
    adapt: Flag = Field(
        default=False, description="whether to get to know each face while it is at rest; a change forgets it again"
    )
    reset: Flag = Field(default=False, description="forget the tracked faces")

    def changes(self) -> Mapping[str, Any]:
        """The settings that the message names, clamped."""
        names = (*RANGES, "resting", "motion", "adapt")
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}

    def apply(self, settings: Settings) -> Settings:
        """The settings after these changes."""
        return replace(settings, **self.changes())
