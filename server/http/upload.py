"""The picture in a request: raw or as a form's file, never more than is allowed, never on a disk."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from server.http.multipart import boundary_of, first_file
from server.http.problem_details import Problem

PICTURES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
# A form adds its boundaries and the headers of its parts to the picture.
FORM_BYTES = 8192
# Of what is too much, so many bytes are read and forgotten before the answer: who is still sending when the connection
# closes is told of a broken pipe, and never sees why. The photograph of a phone has 2 to 12 MB.
DRAINED = 2**24
TAKEN = f"send a picture as {', '.join(PICTURES[:3])}, or a form (multipart/form-data) with one file"


async def read_picture(request: Request, most: int) -> bytes:
    """The bytes of the picture, at most `most`.

    Raises:
        Problem: another content type, too many bytes, a form without a file.
    """
    content_type = request.headers.get("content-type", "")
    boundary = boundary_of(content_type)
    kind = content_type.split(";")[0].strip().lower()
    if kind == "multipart/form-data" and boundary is None:
        raise Problem(400, "bad_form", "The Content-Type of the form names no boundary; let your HTTP library set it.")
    if boundary is None and kind not in PICTURES:
        raise Problem(415, "wrong_content_type", f"Content-Type is {kind[:60] or 'missing'!r}; {TAKEN}.")
    if boundary is None:
        return await _body(request, most, most)
    picture = first_file(await _body(request, most + FORM_BYTES, most), boundary)
    if picture is None:
        raise Problem(400, "bad_form", 'The form has no file, or breaks off; send one as -F "picture=@photo.jpg" does.')
    if len(picture) > most:
        raise _too_large(most)
    return picture


async def _body(request: Request, most: int, allowed: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > DRAINED:
        raise _too_large(allowed)
    parts: list[bytes] = []
    total = 0
    try:
        async for part in request.stream():
            total += len(part)
            if total > DRAINED:
                raise _too_large(allowed)
            if total > most:
                parts.clear()
            else:
                parts.append(part)
    except ClientDisconnect:  # nobody hears this; it ends the request without a fault in the log
        raise Problem(400, "truncated", "The request broke off.") from None
    if total > most:
        raise _too_large(allowed)
    return b"".join(parts)


def _too_large(most: int) -> Problem:
    headers = {"connection": "close"}  # the rest is not read
    text = f"The picture has more than the {most} bytes allowed here (--frame-bytes)."
    return Problem(413, "too_many_bytes", text, headers)
