"""Errors as problem documents (RFC 9457): one for whatever goes wrong over HTTP."""

import http
import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from server.logs import fields as facts
from server.logs import new_id

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# Every problem has its line on this page.
EXPLAINED_AT = "/docs#"


class Problem(HTTPException):
    """Something that the client should be told of."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        """`code` is for programs, `detail` for people: what was wrong, what was expected, what to do."""
        super().__init__(status, detail, headers)
        self.code = code


def problem_fields(status: int, code: str, detail: str) -> dict[str, Any]:
    """The document: `type` is an address that explains it, `title` the same for all problems of a status."""
    title = http.HTTPStatus(status).phrase
    return {"type": EXPLAINED_AT + code, "title": title, "status": status, "detail": detail, "code": code}


def plain_fields(status: int, detail: str) -> dict[str, Any]:
    """The same where there is nothing to explain beyond the status (RFC 9457, 4.2.1)."""
    return problem_fields(status, http.HTTPStatus(status).name.lower(), detail) | {"type": "about:blank"}


def add_problems(app: FastAPI) -> None:
    """Answer every error with a problem document, those of unknown addresses and wrong methods too."""

    @app.exception_handler(HTTPException)
    async def explain(request: Request, error: HTTPException) -> JSONResponse:
        status, detail = error.status_code, error.detail
        if isinstance(error, Problem):
            fields = problem_fields(status, error.code, detail)
        else:
            fields = plain_fields(status, detail)
        _log(fields)
        return JSONResponse(fields, error.status_code, dict(error.headers or {}), MEDIA_TYPE)


def _log(fields: dict[str, Any]) -> None:
    """Give a problem an id by which it is found in the log, and write it there."""
    fields["request"] = new_id()
    level = logging.ERROR if fields["status"] == 500 else logging.INFO
    log.log(level, "problem", extra=facts(request=fields["request"], status=fields["status"], code=fields["code"]))


async def answer(send: Send, status: int, fields: dict[str, Any]) -> None:
    """Send a problem document where there is no application yet to do so."""
    _log(fields)
    body = json.dumps(fields).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse_handshake(scope: Scope, receive: Receive, send: Send, fields: dict[str, Any]) -> None:
    """Answer a WebSocket's handshake with a problem document instead of a connection."""
    await receive()  # the client's "connect"
    if "websocket.http.response" not in scope.get("extensions", {}):
        # The ASGI server makes a 403 of it.
        await send({"type": "websocket.close", "code": 1008, "reason": fields["detail"]})
        return

    async def deny(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await answer(deny, fields["status"], fields)
