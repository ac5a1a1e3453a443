"""What plain http on the port of https is answered: a redirect to the same address with https."""

from typing import Any


async def https_redirect(scope: Any, receive: Any, send: Any) -> None:
    """Answer 307 with the address of the request, or 400 without a Host header.

    The redirect leads to the name that the client itself used, so it cannot be made to lead elsewhere.
    """
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"")
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    is_valid = host and target.startswith(b"/")
    words = b"This port speaks https. Open " + (b"https://" + host + target if is_valid else b"https://") + b"\n"
    start = {
        "type": "http.response.start",
        "status": 307 if is_valid else 400,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(words)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
            *([(b"location", b"https://" + host + target)] if is_valid else []),
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": words})
