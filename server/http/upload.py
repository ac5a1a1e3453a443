"""The picture in a request, as the body or as a file of a form; limited in size, and kept in memory only."""

from dataclasses import dataclass

from fastapi import Request
from starlette.requests import ClientDisconnect

from server.http.multipart import boundary_of, first_file, start_of_first_file
from server.http.problem_details import Problem
from server.vision.images.kinds import PHOTO_KINDS, kind_of
from server.vision.images.picture_header import size_at_start

PICTURE_TYPES = tuple(kind.media_type for kind in PHOTO_KINDS)
FORM_TYPE = "multipart/form-data"
# Bytes that a form adds to the picture: its boundaries and the headers of its parts.
FORM_BYTES = 8192
# Bytes of a request that is too large which are read and discarded before the response. A client that is still sending
# when the connection is closed reports a broken pipe instead of the reason. A photograph of a phone has 2 to 60 MB. Not
# below the largest --picture-bytes.
MAX_DISCARDED = 2**26 + FORM_BYTES


@dataclass(frozen=True, slots=True)
class UploadSize:
    """The largest picture that is accepted, in bytes and in pixels."""

    max_bytes: int
    max_pixels: int


async def read_picture(request: Request, limit: UploadSize) -> bytes:
    """The bytes of the picture, at most `limit.max_bytes`, of whatever kind: the Content-Type is not looked at.

    Raises:
        Problem: too many bytes, a form without a file.
    """
    content_type = request.headers.get("content-type", "")
    boundary = boundary_of(content_type)
    if boundary is None:
        if content_type.split(";")[0].strip().lower() == FORM_TYPE:
            raise Problem("bad_form", "The Content-Type of the form names no boundary; let your HTTP library set it.")
        return await _body(request, limit, limit.max_bytes, None)
    picture = first_file(await _body(request, limit, limit.max_bytes + FORM_BYTES, boundary), boundary)
    if picture is None:
        raise Problem("bad_form", 'The form has no file or is incomplete; send one as -F "picture=@photo.jpg" does.')
    if len(picture) > limit.max_bytes:
        raise _too_many_bytes(limit, picture)
    return picture


async def _body(request: Request, limit: UploadSize, max_bytes: int, boundary: bytes | None) -> bytes:
    """The body of a request; `boundary` is that of a form."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_DISCARDED:  # a client that waits for `100 Continue` has not begun to send
        raise _too_many_bytes(limit, b"")
    parts: list[bytes] = []
    total = kept = 0
    try:
        async for part in request.stream():
            total += len(part)
            if kept <= max_bytes:
                parts.append(part)
                kept += len(part)
            if total > MAX_DISCARDED:
                break
    except ClientDisconnect:  # nobody receives this response; it ends the request without an error in the log
        raise Problem("truncated", "The request is incomplete.") from None
    body = b"".join(parts)
    if total > max_bytes:
        raise _too_many_bytes(limit, body if boundary is None else start_of_first_file(body, boundary))
    return body


def _too_many_bytes(limit: UploadSize, start: bytes) -> Problem:
    """The problem of a picture with too many bytes; `start` is at least its head, or nothing if it was not read."""
    kind = kind_of(start)
    size = size_at_start(start, kind) if kind else None
    wrong = f"more than {limit.max_bytes} bytes (--picture-bytes)"
    if size and size.width * size.height > limit.max_pixels:
        wrong += f", and with {size.width}x{size.height} more than {limit.max_pixels} pixels (--picture-pixels)"
    elif size is None:
        wrong += f"; the limit of pixels is {limit.max_pixels} (--picture-pixels)"
    headers = {"connection": "close"}  # the rest of the request is not read
    return Problem("too_many_bytes", f"The picture has {wrong}; send a smaller one.", headers)
