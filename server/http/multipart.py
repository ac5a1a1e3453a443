"""The first file of a `multipart/form-data` body (RFC 7578, RFC 2046 5.1), in memory (pure).

The usual parsers put what is larger than a megabyte into a temporary file; what a camera saw is not to touch a disk.
"""

import re
from email.message import Message

# Characters of the headers of a part: a browser sends some two hundred.
MAX_HEADERS = 4096
_DISPOSITION = re.compile(rb"^content-disposition:[ \t]*form-data\b(.*)$", re.IGNORECASE | re.MULTILINE)


def boundary_of(content_type: str) -> bytes | None:
    """The boundary that a Content-Type header names; None where it is no multipart, or names none."""
    header = Message()
    try:
        header["content-type"] = content_type
        boundary = header.get_param("boundary")
    except (ValueError, LookupError):  # parameters in parts or with a character set (RFC 2231), and those damaged
        return None
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        return None
    boundary = boundary.rstrip()
    return boundary.encode("latin-1", "replace") if 0 < len(boundary) <= 70 else None


def first_file(body: bytes, boundary: bytes) -> bytes | None:
    """The content of the first part that is a file; None where there is none, or the body breaks off before its end."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:  # before the first and after the last is no part
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank or len(head) > MAX_HEADERS:
            continue
        disposition = _DISPOSITION.search(head.replace(b"\r\n", b"\n"))
        if disposition and re.search(rb";[ \t]*filename\*?=", disposition[1], re.IGNORECASE):
            return content
    return None
