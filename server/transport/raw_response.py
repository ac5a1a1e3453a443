"""An HTTP response in bytes, for cases in which there is no request that an application could answer."""

import http

from server.http.access.headers import SECURITY_HEADERS

_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in SECURITY_HEADERS.items())


def plain_response(status: int, text: str, headers: str = "") -> bytes:
    """Status line, headers and body. `headers` are whole lines with CR LF. Close the connection after sending it."""
    body = (text + "\n").encode()
    phrase = http.HTTPStatus(status).phrase
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{_HEADERS}{headers}Connection: close\r\n\r\n".encode() + body
