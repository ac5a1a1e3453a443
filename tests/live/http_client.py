"""HTTP requests with exactly the headers that a test gives."""

import http.client
import socket
from dataclasses import dataclass

from tests.support.running_server import TIMEOUT, RunningServer


@dataclass(frozen=True)
class Answer:
    """A response; header names in lower case, each once."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    server: RunningServer,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One request to 127.0.0.1, without TLS; `Host` is localhost and the port unless it is among the headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    try:
        given = {"Host": f"localhost:{server.port}", **(headers or {})}
        connection.request(method, path, body, {name: value for name, value in given.items() if value})
        response = connection.getresponse()
        pairs = [(name.lower(), value) for name, value in response.getheaders()]
        assert len(dict(pairs)) == len(pairs), f"a header comes twice: {pairs}"
        return Answer(response.status, dict(pairs), response.read())
    finally:
        connection.close()


def ask_raw(server: RunningServer, request: bytes) -> bytes:
    """Send the bytes of a request that no library would send; returns at least the head of the response."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT) as raw:
        raw.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := raw.recv(65536)):
            answer += part
        return answer


def handshake(server: RunningServer, headers: dict[str, str] | None = None, path: str = "/ws") -> Answer:
    """Send a WebSocket handshake and disconnect; the status is 101 if it was accepted."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    return ask(server, path, headers={**upgrade, **(headers or {})})
