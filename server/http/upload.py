"""The picture in a request: raw or as a form's file, never more than is allowed, never on a disk."""

from fastapi import Request

from server.http.multipart import boundary_of, first_file
from server.http.problem import Problem

PICTURES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
# A form adds its boundaries and the headers of its parts to the picture.
FORM_BYTES = 8192
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
    if length.isdigit() and int(length) > most:  # before it is read: it may be large
        raise _too_large(allowed)
    parts, total = [], 0
    async for part in request.stream():
        total += len(part)
        if total > most:
            raise _too_large(allowed)
        parts.append(part)
    return b"".join(parts)


def _too_large(most: int) -> Problem:
    headers = {"connection": "close"}  # the rest is not read
    return Problem(413, "too_many_bytes", f"The picture has more than the {most} bytes allowed here.", headers)
