"""The last resort: whatever goes wrong in a handler is a plain answer for the client and an entry in the log.

Starlette's own last resort stands outside of all middleware, so its answers would lack the headers.
"""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.problem_details import answer, problem_fields

log = logging.getLogger(__name__)

DETAIL = "The fault is the server's; its log has more."


class ServerErrors:
    """Answers 500 without a word on what it was: traces and paths are for the log."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; sockets have their own way to say it, once they are open."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            if begun:  # too late for an answer: uvicorn ends the connection, which tells that this one is not whole
                raise
            log.exception("a request failed by a fault of the server")
            await answer(send, 500, problem_fields(500, "internal", DETAIL))
