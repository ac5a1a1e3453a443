"""`POST /api/classify`: the faces in one picture, for programs."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from server.http.large_pictures import LargePictures
from server.http.problem_details import MEDIA_TYPE, PROBLEMS, Problem, problem_fields
from server.http.schema import CLASSIFIED, ProblemDocument
from server.http.upload import FORM_TYPE, PICTURE_TYPES, UploadSize, read_picture
from server.live.answers import FrameAnswers
from server.live.connection_limits import ConnectionLimits
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.messages import ResultMessage
from server.live.observer import Observer
from server.live.scheduler import ScheduledConnection, Scheduler
from server.settings import Settings
from server.vision.errors import FrameError
from server.vision.state import State
from server.vision.types import ExpressionSettings

PICTURE = {"schema": {"type": "string", "format": "binary"}}
FORM_BODY = {"schema": {"type": "object", "properties": {"picture": PICTURE["schema"]}, "required": ["picture"]}}
MOTION = {
    "name": "motion",
    "in": "query",
    "description": "whether to add the motion values of the largest faces (docs/motion.md)",
    "schema": {"type": "boolean", "default": False},
}
BODY = {"required": True, "content": {FORM_TYPE: FORM_BODY, **dict.fromkeys(PICTURE_TYPES, PICTURE)}}


def add_classify(
    app: FastAPI, settings: Settings, scheduler: Scheduler, observer: Observer, motion_granted: bool = False
) -> None:
    """Add the route; `motion_granted`: whether the server gives motion values."""
    expression = settings.expression
    # At most half of them from one address, or one client that sends slowly could block all others.
    uploads = UploadLimit(ConnectionLimits(settings.uploads, max(1, settings.uploads // 2)), observer)
    large = LargePictures(settings.picture_pixels)
    answers = FrameAnswers(observer.frames("http"))

    @app.post(
        "/api/classify",
        response_model=ResultMessage,
        responses={200: {"content": {"application/json": {"example": CLASSIFIED}}}, **_problem_responses()},
        openapi_extra={"requestBody": BODY, "parameters": [MOTION]},
        tags=["api"],
    )
    async def classify(request: Request) -> Response:
        """The faces in one picture: JPEG, PNG or WebP, as the body or as the first file of a form.

        The kind of the picture is read from its bytes, whatever the Content-Type says.

        The response is the `result` message of the WebSocket. The picture is first turned upright as its EXIF data
        says; boxes are fractions of its width and height.
        """
        motion = asked_for_motion(request, motion_granted)
        with uploads.reserved(request.client.host if request.client else ""):
            try:
                picture = await read_picture(request, UploadSize(settings.picture_bytes, settings.picture_pixels))
                picture = await large.shrunk(picture)
            except Problem as problem:
                observer.error("request", problem.code)
                raise
            answer = await infer(picture, replace(expression, motion=motion), scheduler, answers)
            return Response(answer, media_type="application/json")


def asked_for_motion(request: Request, granted: bool) -> bool:
    """Whether the address asks for motion values; raises Problem if the server gives none, or if it is misspelt."""
    asked = request.query_params.get("motion", "false").lower()
    if asked not in ("true", "false"):
        raise Problem("bad_query", f"motion is {asked[:40]!r}; it must be true or false.")
    if asked == "true" and not granted:
        raise Problem("no_motion", "This server gives no motion values (--living, --detector); ask without motion.")
    return asked == "true"


class UploadLimit:
    """Limits the requests that are handled at once, since each has its picture in memory."""

    def __init__(self, limits: ConnectionLimits, observer: Observer) -> None:
        """Count requests as `limits` counts connections."""
        self._limits, self._observer = limits, observer

    @contextlib.contextmanager
    def reserved(self, address: str) -> Iterator[None]:
        """Count a request of this client while it is handled; raises Problem when the limit is reached."""
        limits = self._limits
        if reached := limits.reached(address):
            self._observer.limited("uploads")
            self._observer.error("request", "full")
            whose = "" if reached == "clients" else " from your address"
            number = limits.max_connections if reached == "clients" else limits.per_address
            text = f"The limit of {number} pictures{whose} at once is reached (--uploads); try again later."
            raise Problem("full", text, {"retry-after": "1"})
        limits.add(address)
        try:
            yield
        finally:
            limits.remove(address)


async def infer(picture: bytes, expression: ExpressionSettings, scheduler: Scheduler, answers: FrameAnswers) -> str:
    """The `result` message for one picture, which is scheduled like the first frame of a connection.

    Raises:
        Problem: the picture cannot be analysed, or the server is overloaded.
    """
    done: asyncio.Future[str | Problem] = asyncio.get_running_loop().create_future()

    def finish(answer: str | Problem) -> None:
        if not done.done():  # else the request was cancelled
            done.set_result(answer)

    def on_answer(frame: Frame, inference: InferenceResult | None) -> None:
        answer = answers.answer(frame, inference)
        finish(Problem(answer.code, answer.message) if isinstance(answer, FrameError) else answer)

    def on_drop(drop: Drop) -> None:
        answers.dropped(drop)
        seconds = str(max(1, -(-drop.retry_after_ms // 1000)))
        finish(Problem("overload", "The server is overloaded; try again later.", {"retry-after": seconds}))

    latest = LatestFrame(expression, fps=1.0, burst=1)
    latest.state = State.for_picture(expression)
    answers.received()
    latest.receive(picture, time.monotonic())
    scheduler.schedule(ScheduledConnection(latest, on_answer, on_drop))
    try:
        answer = await done
    finally:
        answers.close(latest)  # if the request was cancelled, its picture need not be analysed
    if isinstance(answer, Problem):
        raise answer
    return answer


def _problem_responses() -> dict[int | str, dict[str, Any]]:
    """The problems by status for the OpenAPI document, each with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code, (status, when) in PROBLEMS.items():
        entry = responses.setdefault(status, {"description": "", "content": {MEDIA_TYPE: {"examples": {}}}})
        entry["description"] = f"{entry['description']} {when}".strip()
        media = entry["content"][MEDIA_TYPE]
        media["schema"] = ProblemDocument.model_json_schema()
        media["examples"][code] = {"summary": when, "value": problem_fields(code, when)}
    return responses
