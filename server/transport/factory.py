"""uvicorn creates a protocol object for each connection from a class: these classes have the limits of the settings."""

from server.live.observer import Observer
from server.settings import Settings
from server.transport.http_protocol import HttpConnections, HttpProtocol
from server.transport.websocket_protocol import WebSocketProtocol


def http_protocol(settings: Settings, observer: Observer) -> type[HttpProtocol]:
    """For HTTP. All connections of the class count towards one limit."""
    limits = {
        "observer": observer,
        "open_connections": HttpConnections(settings.http_connections),
        "header_bytes": settings.header_bytes,
        "request_timeout": settings.request_timeout,
    }
    return type("LimitedHttpProtocol", (HttpProtocol,), limits)


def websocket_protocol(settings: Settings, observer: Observer) -> type[WebSocketProtocol]:
    """For WebSockets."""
    limits = {"observer": observer, "control_rate": float(settings.control_rate)}
    return type("LimitedWebSocketProtocol", (WebSocketProtocol,), limits)
