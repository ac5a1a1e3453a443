"""The picture in a request, as the body or as a file of a form; limited in size, and kept in memory only."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from server.http.multipart import boundary_of, first_file
from server.http.problem_details import Problem
from server.vision.images.kinds import PHOTO_KINDS

PICTURE_TYPES = tuple(kind.media_type for kind in PHOTO_KINDS)
FORM_TYPE = "multipart/form-data"
ACCEPTED_TYPES = (*PICTURE_TYPES, "application/octet-stream")
# Bytes that a form adds to the picture: its boundaries and the headers of its parts.
FORM_BYTES = 8192
# Bytes of a request that is too large which are read and discarded before the response. A client that is still sending
# when the connection is closed reports a broken pipe instead of the reason. A photograph of a phone has 2 to 12 MB.
MAX_DISCARDED = 2**24
EXPECTED = f"send a picture as {', '.join(PICTURE_TYPES)}, or a form ({FORM_TYPE}) with one file"


async def read_picture(request: Request, max_bytes: int) -> bytes:
    """The bytes of the picture, at most `max_bytes`.

    Raises:
        Problem: another content type, too many bytes, a form without a file.
    """
    content_type = request.headers.get("content-type", "")
    boundary = boundary_of(content_type)
    kind = content_type.split(";")[0].strip().lower()
    if kind == FORM_TYPE and boundary is None:
        raise Problem("bad_form", "The Content-Type of the form names no boundary; let your HTTP library set it.")
    if boundary is None and kind not in ACCEPTED_TYPES:
        raise Problem("wrong_content_type", f"Content-Type is {kind[:60] or 'missing'!r}; {EXPECTED}.")
    if boundary is None:
        return await _body(request, max_bytes, max_bytes)
    picture = first_file(await _body(request, max_bytes + FORM_BYTES, max_bytes), boundary)
    if picture is None:
        raise Problem("bad_form", 'The form has no file or is incomplete; send one as -F "picture=@photo.jpg" does.')
    if len(picture) > max_bytes:
        raise _too_many_bytes(max_bytes)
    return picture


async def _body(request: Request, max_bytes: int, max_picture: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_DISCARDED:
        raise _too_many_bytes(max_picture)
    parts: list[bytes] = []
    total = 0
    try:
        async for part in request.stream():
            total += len(part)
            if total > MAX_DISCARDED:
                raise _too_many_bytes(max_picture)
            if total > max_bytes:
                parts.clear()
            else:
                parts.append(part)
    except ClientDisconnect:  # nobody receives this response; it ends the request without an error in the log
        raise Problem("truncated", "The request is incomplete.") from None
    if total > max_bytes:
        raise _too_many_bytes(max_picture)
    return b"".join(parts)


def _too_many_bytes(max_picture: int) -> Problem:
    headers = {"connection": "close"}  # the rest of the request is not read
    text = f"The picture has more than {max_picture} bytes (--frame-bytes); send a smaller one."
    return Problem("too_many_bytes", text, headers)
