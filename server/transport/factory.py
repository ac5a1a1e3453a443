"""uvicorn makes a protocol object for each connection, from a class: here the classes get this server's limits."""

from server.live.observer import Observer
from server.settings.groups import Settings
from server.transport.http_protocol import HttpConnections, HttpProtocol
from server.transport.websocket_protocol import WebSocketProtocol


def http_transport(settings: Settings, observer: Observer) -> type[HttpProtocol]:
    """For HTTP; its connections share one lobby."""

    class LimitedRequests(HttpProtocol):
        pass

    LimitedRequests.observer, LimitedRequests.lobby = observer, HttpConnections(settings.http_connections)
    LimitedRequests.header_bytes, LimitedRequests.request_timeout = settings.header_bytes, settings.request_timeout
    return LimitedRequests


def socket_transport(settings: Settings, observer: Observer) -> type[WebSocketProtocol]:
    """For WebSockets."""

    class LimitedTransport(WebSocketProtocol):
        pass

    LimitedTransport.observer, LimitedTransport.control_rate = observer, float(settings.control_rate)
    return LimitedTransport
