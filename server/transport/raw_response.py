"""An HTTP answer in bytes, for where there is no request that an application could answer."""

import http

from server.http.access.headers import SECURITY_HEADERS

ALWAYS = "".join(f"{name}: {value}\r\n" for name, value in SECURITY_HEADERS.items())


def refusal(status: int, text: str, headers: str = "") -> bytes:
    """Head and body; `headers` are whole lines, each with its CR LF. The connection is to be closed after it."""
    body = (text + "\n").encode()
    phrase = http.HTTPStatus(status).phrase
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{ALWAYS}{headers}Connection: close\r\n\r\n".encode() + body
