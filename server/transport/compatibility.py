"""Checks at start that the installed uvicorn and websockets have every attribute that this package uses.

Both call these attributes internals and may rename them in any version. `ATTRIBUTES` is the complete list; a test
compares it with the code of this package.
"""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.server import ServerProtocol

from server.transport.frame_parser import FrameParser

ATTRIBUTES: Mapping[type, tuple[str, ...]] = {
    uvicorn.Server: ("config", "handle_exit", "server_state", "should_exit", "shutdown", "startup"),
    ServerState: ("connections",),
    HttpToolsProtocol: (
        "_should_upgrade", "_start_asgi_task", "_unsupported_upgrade_warning", "connection_lost", "connection_made",
        "cycle", "data_received", "flow", "handle_websocket_upgrade", "loop", "on_body", "on_header",
        "on_headers_complete", "on_message_begin", "on_message_complete", "on_response_complete", "parser",
        "pause_writing", "pipeline", "resume_writing", "timeout_keep_alive_handler", "transport", "url",
    ),
    RequestResponseCycle: ("disconnected", "message_event", "response_complete"),
    FlowControl: ("write_paused",),
    WebSocketsSansIOProtocol: (
        "app", "close_sent", "close_timer", "conn", "connection_lost", "connection_made", "curr_msg_data_type",
        "data_received", "disconnected", "frames", "handle_parser_exception", "handshake_complete",
        "handshake_initiated", "initial_response", "keepalive_timeout", "loop", "on_task_complete", "queue",
        "read_paused", "receive", "run_asgi", "send_receive_event_to_app", "stop_keepalive", "transport",
    ),
    ServerProtocol: (
        "close_rcvd", "close_sent", "data_to_send", "fail", "handshake_exc", "parser_exc", "recv_frame", "send_close",
    ),
}  # fmt: skip


def problem() -> str | None:
    """Why this package cannot be used with the installed versions; None if it can."""
    try:
        versions = f"uvicorn {version('uvicorn')} and websockets {version('websockets')}"
        FrameParser(max_size=None, control_rate=1.0, can_answer_pings=lambda: True)
        missing = [
            f"{kind.__name__}.{name}"
            for kind, names in ATTRIBUTES.items()
            for instance in [_MAKE.get(kind, kind)()]
            for name in names
            if not hasattr(instance, name)
        ]
    except Exception as error:  # whatever a constructor of another version raises, the server starts without this
        return f"it does not fit the installed uvicorn and websockets: {error!r}"
    return f"it does not fit {versions}: no {', '.join(missing)}" if missing else None


async def _application(scope: Any, receive: Any, send: Any) -> None:
    pass


def _config() -> uvicorn.Config:
    config = uvicorn.Config(
        _application, http=HttpToolsProtocol, ws=WebSocketsSansIOProtocol, log_config=None, lifespan="off"
    )
    config.load()
    return config


def _connection(kind: Callable[..., Any]) -> Any:
    return kind(_config(), ServerState(), {}, cast(asyncio.AbstractEventLoop, object()))


def _http_connection() -> HttpToolsProtocol:
    connection: HttpToolsProtocol = _connection(HttpToolsProtocol)
    connection.on_message_begin()  # sets the attributes of a request
    return connection


def _cycle() -> Any:
    make: Callable[..., Any] = RequestResponseCycle
    return make(**dict.fromkeys(inspect.signature(make).parameters))


# How to make an instance, where the class alone does not do: most attributes are set in the constructors.
_MAKE: Mapping[type, Callable[[], Any]] = {
    uvicorn.Server: lambda: uvicorn.Server(_config()),
    HttpToolsProtocol: _http_connection,
    RequestResponseCycle: _cycle,
    FlowControl: lambda: FlowControl(cast(asyncio.Transport, None)),
    WebSocketsSansIOProtocol: lambda: _connection(WebSocketsSansIOProtocol),
}
