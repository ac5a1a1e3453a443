"""HTTP responses that are not messages of protocol 1, for /docs and for client generators; tests hold them true."""

from typing import Any

from pydantic import Field

from server.live.messages import Schema


class ModelServed(Schema):
    """The response of `GET /api/model`."""

    name: str
    labels: list[str] = Field(description="in the order of the scores")
    sha256: str = Field(description="of the weight file")
    accuracy: dict[str, float] = Field(description="0 to 1, by test set; see model/README.md")
    input_px: int = Field(description="side of the grey crop that the model takes, in pixels")
    engine: str
    detector: str
    limits: dict[str, float] = Field(description="maximum bytes and pixels of a picture")


class ProblemDocument(Schema):
    """An error (RFC 9457)."""

    type: str = Field(description="address of an explanation")
    title: str
    status: int
    detail: str = Field(description="what was wrong, what was expected, what to do")
    code: str = Field(description="for programs")
    reason: str | None = Field(default=None, description="of `forbidden`: `host` or `origin`")
    option: str | None = Field(default=None, description="of `forbidden`: the server's option that would allow it")
    request: str | None = Field(default=None, description="id of the request in the server's log")


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
            "quality": {"light": 0.5689, "width": 0.1916, "turn": -0.1006, "detail": 17.49},
        }
    ],
    "timing_ms": {"queue": 0.05, "decode": 1.81, "detect": 6.32, "classify": 0.71, "track": 0.09, "total": 9.4},
}
