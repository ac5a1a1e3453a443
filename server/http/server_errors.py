"""Answers 500 to a request whose handler raised an exception.

Starlette's own handler stands outside of all middleware, so its responses would lack the security headers.
"""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.problem_details import problem_fields, send_problem

log = logging.getLogger(__name__)

DETAIL = "The server failed; its log has the reason."


class ServerErrors:
    """Answers 500 without details: traceback and paths go to the log only. Pure ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. An open WebSocket reports errors in its own protocol."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            if started:  # too late for a response; uvicorn closes the connection, so the client sees it incomplete
                raise
            log.exception("a request failed by an internal error")
            await send_problem(send, problem_fields("internal", DETAIL))
