"""Problem documents (RFC 9457), the form of every HTTP error."""

import http
import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from server.logs import fields as log_fields
from server.logs import new_id

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# The page that explains each problem, under its code.
EXPLAINED_AT = "/docs#"
# The problems by code, with status and explanation.
PROBLEMS: dict[str, tuple[int, str]] = {
    "empty": (400, "The request has no bytes."),
    "bad_form": (400, "The form has no file, or the Content-Type no boundary."),
    "bad_query": (400, "A parameter in the address has a value that is not allowed."),
    "bad_token": (401, "The server requires its access token: send it as `Authorization: Bearer ...`."),
    "no_motion": (400, "The server gives no motion values: ask without `motion`, or see its option `--living`."),
    "forbidden": (403, "The request came from a page of another site, or used a name that is not the server's."),
    "too_many_bytes": (413, "The picture has more bytes than `limits.picture_bytes`."),
    "too_many_pixels": (413, "The picture has more pixels than `limits.picture_pixels`, according to its header."),
    "not_picture": (415, "The bytes are no JPEG, PNG or WebP, whatever the Content-Type says."),
    "truncated": (422, "The picture is incomplete."),
    "undecodable": (422, "The picture is damaged."),
    "upgrade_required": (426, "The address is that of the WebSocket, and the request is no handshake."),
    "internal": (500, "The server failed; its log has the reason."),
    "full": (503, "The limit of pictures at once, or of connections, is reached; Retry-After says when to try again."),
    "overload": (503, "The server is overloaded; Retry-After says when to try again."),
    "timeout": (504, "Inference took too long and was aborted."),
}


class Problem(HTTPException):
    """An error that is explained in PROBLEMS."""

    def __init__(self, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        """`code` is for programs, `detail` for people: what was wrong, what was expected, what to do."""
        super().__init__(status_of(code), detail, headers)
        self.code = code


def status_of(code: str) -> int:
    """The HTTP status of a problem; 500 for a code that is not listed."""
    return PROBLEMS.get(code, PROBLEMS["internal"])[0]


def problem_fields(code: str, detail: str) -> dict[str, Any]:
    """The document: `type` is the address of an explanation, `title` the phrase of the status."""
    return _fields(status_of(code), code, detail, EXPLAINED_AT + code)


def plain_fields(status: int, detail: str) -> dict[str, Any]:
    """The document where the status explains enough (RFC 9457, section 4.2.1)."""
    return _fields(status, http.HTTPStatus(status).name.lower(), detail, "about:blank")


def _fields(status: int, code: str, detail: str, type: str) -> dict[str, Any]:
    return {"type": type, "title": http.HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code}


def add_problems(app: FastAPI) -> None:
    """Answer every error with a problem document, also those of unknown addresses and wrong methods."""

    @app.exception_handler(HTTPException)
    async def explain(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error, Problem):
            fields = problem_fields(error.code, error.detail)
        else:
            fields = plain_fields(error.status_code, error.detail)
        _log(fields)
        return JSONResponse(fields, error.status_code, dict(error.headers or {}), MEDIA_TYPE)


def _log(fields: dict[str, Any]) -> None:
    """Give a problem an id, and log it under that id."""
    fields["request"] = new_id()
    level = logging.ERROR if fields["status"] == 500 else logging.INFO
    log.log(level, "problem", extra=log_fields(**{name: fields[name] for name in ("request", "status", "code")}))


async def send_problem(send: Send, fields: dict[str, Any]) -> None:
    """Send a problem document from a middleware."""
    _log(fields)
    body = json.dumps(fields).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": fields["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse_handshake(scope: Scope, receive: Receive, send: Send, fields: dict[str, Any]) -> None:
    """Answer a WebSocket handshake with a problem document."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        # Without that extension, the ASGI server answers 403.
        await send({"type": "websocket.close", "code": 1008, "reason": fields["detail"]})
        return

    async def send_response(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await send_problem(send_response, fields)
