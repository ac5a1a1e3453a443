"""`POST /api/classify`: the faces in one picture, for programs."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from server.http.problem_details import MEDIA_TYPE, Problem, problem_fields
from server.http.schema import CLASSIFIED, Classified, ProblemDocument
from server.http.upload import read_picture
from server.live import protocol
from server.live.connection_limits import ConnectionLimits
from server.live.inference_pool import InferenceResult
from server.live.latest_frame import Drop, Frame, LatestFrame
from server.live.observer import Observer
from server.live.scheduler import ScheduledConnection, Scheduler
from server.settings.groups import Settings
from server.vision.errors import FrameError
from server.vision.state import State
from server.vision.types import ExpressionSettings

# What each problem is, for the documentation: status, and when it comes.
PROBLEMS: dict[str, tuple[int, str]] = {
    "empty": (400, "The request has no bytes."),
    "bad_form": (400, "A form without a file, or without a boundary."),
    "bad_token": (401, "The server has an access token: send it as `Authorization: Bearer ...`."),
    "forbidden": (403, "Sent by a page of another site, or to a name that is not this server's."),
    "too_many_bytes": (413, "More bytes than `limits.frame_bytes`."),
    "too_many_pixels": (413, "More pixels than `limits.frame_pixels`, by the picture's header."),
    "not_picture": (415, "The bytes are no JPEG, PNG or WebP, whatever the Content-Type says."),
    "wrong_content_type": (415, "The Content-Type is neither a picture's nor a form's."),
    "truncated": (422, "The picture breaks off."),
    "undecodable": (422, "The picture is damaged."),
    "internal": (500, "The fault is the server's; its log has more."),
    "full": (503, "As many pictures are in hand as may be at once; Retry-After says when to try again."),
    "overload": (503, "Too much to do; Retry-After says when to try again."),
    "timeout": (504, "The picture took too long and was given up."),
}
PICTURE = {"schema": {"type": "string", "format": "binary"}}
FORM = {"schema": {"type": "object", "properties": {"picture": PICTURE["schema"]}, "required": ["picture"]}}
BODY = {
    "required": True,
    "content": {"multipart/form-data": FORM, "image/jpeg": PICTURE, "image/png": PICTURE, "image/webp": PICTURE},
}


def add_classify(app: FastAPI, settings: Settings, scheduler: Scheduler, observer: Observer) -> None:
    """Add the route."""
    tuning = ExpressionSettings(smoothing_s=settings.smoothing, margin=settings.margin, floor=settings.floor)
    answers = _answers()
    # Half of them for one address at most, or whoever sends slowly could keep all others out.
    room = Room(ConnectionLimits(settings.uploads, max(1, settings.uploads // 2)), observer)

    @app.post(
        "/api/classify",
        response_model=Classified,
        responses={200: _example(CLASSIFIED), **answers},
        openapi_extra={"requestBody": BODY},
        tags=["api"],
    )
    async def classify(request: Request) -> Response:
        """The faces in one picture: JPEG, PNG or WebP, as it is or as the first file of a form.

        The answer is that of the socket to a frame. The picture is turned upright first, as its EXIF data says; boxes
        are fractions of its width and height.
        """
        with room.place(request.client.host if request.client else ""):
            picture = await read_picture(request, settings.frame_bytes)
            return Response(await _ask(scheduler, picture, tuning), media_type="application/json")


class Room:
    """For so many requests at once, each with its bytes in memory."""

    def __init__(self, places: ConnectionLimits, observer: Observer) -> None:
        """Let in as many as there are `places`."""
        self._places, self._observer = places, observer

    @contextlib.contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Be inside for a while, or raise Problem."""
        places = self._places
        if refusal := places.refusal(address):
            self._observer.limited("uploads")
            whose = "" if refusal == "clients" else " of your address"
            text = f"As many pictures{whose} are in hand as may be (--uploads {places.most}); try again later."
            raise Problem(503, "full", text, {"retry-after": "1"})
        places.enter(address)
        try:
            yield
        finally:
            places.leave(address)


async def _ask(scheduler: Scheduler, picture: bytes, tuning: ExpressionSettings) -> str:
    """Take a seat among the connections for one picture. Raises Problem."""
    done: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def fail(code: str, message: str, headers: dict[str, str] | None = None) -> None:
        if not done.done():
            done.set_exception(Problem(PROBLEMS.get(code, (500, ""))[0], code, message, headers))

    def answer(frame: Frame, outcome: InferenceResult | None) -> None:
        if outcome is None:
            fail("timeout", "This picture took too long and was given up; send another one.")
        elif isinstance(outcome.answer, FrameError):
            fail(outcome.answer.code, outcome.answer.message)
        elif not done.done():
            queue_ms = (outcome.started_at - frame.received_at) * 1000
            total_ms = (time.monotonic() - frame.received_at) * 1000
            done.set_result(protocol.result(frame.number, outcome.answer, queue_ms, total_ms))

    def drop(drop: Drop) -> None:
        seconds = str(max(1, -(-drop.retry_after_ms // 1000)))
        fail("overload", "The server has too much to do; try again a little later.", {"retry-after": seconds})

    slot = LatestFrame(tuning, fps=1.0, burst=1)
    slot.state = State.for_picture(tuning)
    slot.receive(picture, time.monotonic())
    scheduler.offer(ScheduledConnection(slot, answer, drop))
    try:
        return await done
    finally:
        slot.closed = True  # a client that has gone is not worked for


def _example(value: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": value}}}


def _answers() -> dict[int | str, dict[str, Any]]:
    """The problems by status, each with an example."""
    answers: dict[int | str, dict[str, Any]] = {}
    for code, (status, when) in PROBLEMS.items():
        entry = answers.setdefault(status, {"description": "", "content": {MEDIA_TYPE: {"examples": {}}}})
        entry["description"] = f"{entry['description']} {when}".strip()
        media = entry["content"][MEDIA_TYPE]
        media["schema"] = ProblemDocument.model_json_schema()
        media["examples"][code] = {"summary": when, "value": problem_fields(status, code, when)}
    return answers
