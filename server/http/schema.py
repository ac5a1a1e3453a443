"""The answers of the HTTP doors as models, for /docs and for those who generate clients; a test holds them true."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from server.vision.types import STAGES


class Answer(BaseModel):
    """Knows all of its fields."""

    model_config = ConfigDict(extra="forbid")


class QualityOfFace(Answer):
    """How well a face can be read."""

    light: float = Field(description="mean grey of the face, 0 black to 1 white")
    width: float = Field(description="of the box, as a fraction of the picture's width")
    turn: float | None = Field(description="-1 to 1, 0 looks into the camera; null from a detector without landmarks")


class FaceFound(Answer):
    """A face, as in a `result` of the socket."""

    id: int = Field(description="from 1, largest face first")
    box: tuple[float, float, float, float] = Field(description="x, y, width, height: fractions of the upright picture")
    landmarks: list[tuple[float, float]] | None = Field(
        description="x, y of: eye at the left of the picture, eye at the right, nose tip, mouth, ear left, ear right"
    )
    label: str = Field(description="one of the labels, or unsure")
    scores: list[float] = Field(description="probabilities in the order of the labels")
    smoothed: list[float] = Field(description="the same as scores: there is nothing to smooth over")
    confidence: float = Field(description="the score of the label; of the likeliest expression when unsure")
    quality: QualityOfFace


_MILLISECONDS: dict[str, Any] = dict.fromkeys(("queue", *STAGES, "total"), (float, ...))
TimingMs = create_model("TimingMs", __base__=Answer, __doc__="Milliseconds.", **_MILLISECONDS)


class Classified(Answer):
    """What `POST /api/classify` answers: what the socket answers to a frame."""

    type: Literal["result"]
    frame: Literal[1]
    faces: list[FaceFound]
    timing_ms: TimingMs  # type: ignore[valid-type]  # mypy cannot know a class made from the list of stages


class ModelServed(Answer):
    """What `GET /api/model` answers."""

    name: str
    labels: list[str] = Field(description="in the order of scores")
    sha256: str = Field(description="of the weight file")
    accuracy: dict[str, float] = Field(description="shares from 0 to 1 by test set: model/README.md")
    input_px: int = Field(description="side of the grey crop that the model sees")
    engine: str
    detector: str
    limits: dict[str, float] = Field(description="bytes and pixels of a picture")


class ProblemDocument(Answer):
    """An error (RFC 9457)."""

    type: str = Field(description="address that explains it")
    title: str
    status: int
    detail: str = Field(description="what was wrong, what was expected, what to do")
    code: str = Field(description="for programs")
    request: str | None = Field(None, description="an id by which the server's log has this request")


CLASSIFIED: dict[str, Any] = {
    "type": "result",
    "frame": 1,
    "faces": [
        {
            "id": 1,
            "box": [0.3449, 0.1952, 0.1916, 0.2555],
            "landmarks": [
                [0.3833, 0.2539],
                [0.4717, 0.2728],
                [0.412, 0.3161],
                [0.411, 0.3738],
                [0.3474, 0.2761],
                [0.5363, 0.3119],
            ],
            "label": "happy",
            "scores": [0.0, 0.0, 0.0, 0.9961, 0.0, 0.0, 0.0],
            "smoothed": [0.0, 0.0, 0.0, 0.9961, 0.0, 0.0, 0.0],
            "confidence": 0.9961,
            "quality": {"light": 0.5689, "width": 0.1916, "turn": -0.1006},
        }
    ],
    "timing_ms": {"queue": 0.05, "decode": 1.81, "detect": 6.32, "classify": 0.71, "track": 0.09, "total": 9.4},
}
