"""The first file of a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1), in memory. Pure.

The usual parsers write parts of more than a megabyte to temporary files; pictures must not be stored.
"""

import re
from email.message import Message

# Maximum bytes of the headers of a part. Browsers send about two hundred.
MAX_HEADERS = 4096
# Parts that are looked at, since each costs time: 12 MB can hold two million, which took seconds of the event loop.
MAX_PARTS = 100
_DISPOSITION = re.compile(rb"^content-disposition:[ \t]*form-data\b(.*)$", re.IGNORECASE | re.MULTILINE)


def boundary_of(content_type: str) -> bytes | None:
    """The boundary in a Content-Type header; None if there is none, or if the type is another one."""
    header = Message()
    try:
        header["content-type"] = content_type
        boundary = header.get_param("boundary")
    except (ValueError, LookupError):  # parameters that are split, encoded (RFC 2231) or malformed
        return None
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        return None
    boundary = boundary.rstrip()
    return boundary.encode("latin-1", "replace") if 0 < len(boundary) <= 70 else None


def start_of_first_file(body: bytes, boundary: bytes) -> bytes:
    """As much as has arrived of the first file, from the beginning of a body; empty if it has not begun."""
    end = b"\r\n--" + boundary + b"--"
    return first_file(body + b"\r\n--" + boundary + end, boundary) or b""


def first_file(body: bytes, boundary: bytes) -> bytes | None:
    """The content of the first part that is a file; None if there is none among MAX_PARTS, or if it is incomplete."""
    # The first is a preamble, the last an epilogue.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary, MAX_PARTS)[1:-1]:
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank or len(head) > MAX_HEADERS:
            continue
        disposition = _DISPOSITION.search(head.replace(b"\r\n", b"\n"))
        if disposition and re.search(rb";[ \t]*filename\*?=", disposition[1], re.IGNORECASE):
            return content
    return None
