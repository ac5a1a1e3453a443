"""What clients send to teach expressions: `example`, `teach` and `forget`. Their answers are in messages.py."""

import base64
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from server.vision.expression.example_format import ExampleError, check_example, example_bytes
from server.vision.expression.taught_examples import MAX_LABEL_CHARS, label_problem

MAX_HOLD_S = 5.0


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_HOLD_S:
        raise PydanticCustomError("bad_value", f"seconds must be a number from 0 to {MAX_HOLD_S:g}.")
    return float(value)


def _label(value: Any) -> str:
    if problem := label_problem(value):
        raise PydanticCustomError("bad_value", "label {problem}.", {"problem": problem})
    return str(value)


def _example(value: Any, info: ValidationInfo) -> bytes:
    """The bytes of an example. The context of the validation has the number of `features` of the model."""
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        data = b""
    if not data:
        raise PydanticCustomError("bad_value", "example must be base64, as the answer to a request for an example has.")
    try:
        check_example(data, (info.context or {}).get("features", 0))
    except ExampleError as error:
        raise PydanticCustomError("bad_value", "{problem}", {"problem": str(error)}) from None
    return data


Seconds = Annotated[float, PlainValidator(_seconds), WithJsonSchema({"type": "number"})]
Label = Annotated[str, PlainValidator(_label), WithJsonSchema({"type": "string"})]
ExampleBytes = Annotated[bytes, PlainValidator(_example), WithJsonSchema({"type": "string"})]


class ExampleRequest(BaseModel):
    """Asks for an example of the only face in the frames of some seconds. Unknown fields are ignored."""

    type: Literal["example"]
    seconds: Seconds = Field(default=0.0, description="0 to 5, from the next frame on; 0: the next frame alone")


class TeachMessage(BaseModel):
    """Teaches one more example of a label. Unknown fields are ignored."""

    type: Literal["teach"]
    label: Label = Field(description="of the model or an own one: 1 to 40 printable characters")
    example: ExampleBytes = Field(description="base64, from an answer to a request for an example")


class ForgetMessage(BaseModel):
    """Forgets the examples of one label, or of all. Unknown fields are ignored."""

    type: Literal["forget"]
    label: Label | None = Field(default=None, description="without it, everything taught is forgotten")


def max_teach_chars(features: int) -> int:
    """Characters of the longest `teach` of a model with this many features.

    In JSON a character of the label may be two escapes of six; the names of the fields get what they need with spaces.
    """
    return 4 * -(-example_bytes(features) // 3) + 12 * MAX_LABEL_CHARS + 60


TeachingMessage = ExampleRequest | TeachMessage | ForgetMessage
