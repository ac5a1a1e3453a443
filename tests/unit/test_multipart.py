"""The first file of a form, as browsers and curl send it."""

from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.multipart import MAX_PARTS, boundary_of, first_file

FIELD = 'Content-Disposition: form-data; name="note"\r\n\r\nhello'
FILE = 'Content-Disposition: form-data; name="picture"; filename="me.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'


def form(*parts: bytes, boundary: bytes = b"xYz", end: bytes = b"--\r\n") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + end


@given(content=st.binary(max_size=200).filter(lambda content: b"\r\n--xYz" not in b"\r\n" + content))
def test_any_content_is_returned_unchanged(content: bytes) -> None:
    assert first_file(form(FIELD.encode(), FILE.encode() + content), b"xYz") == content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        form(FIELD.encode()),
        form(FILE.encode() + b"cut")[:-20],
        form(b"no headers"),
        b"--xYz--\r\n",
        form(b"X: " + b"x" * 5000 + b"\r\n" + FILE.encode() + b"content"),
    ],
)
def test_a_body_without_a_file_is_none(body: bytes) -> None:
    assert first_file(body, b"xYz") is None


@given(st.binary(max_size=300))
def test_any_body_is_parsed_without_an_exception(body: bytes) -> None:
    first_file(body, b"x")


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('Multipart/Form-Data; charset=utf-8; boundary="a b"', b"a b"),
        ("multipart/form-data", None),
        ("multipart/mixed; boundary=abc", None),
        ("image/jpeg", None),
        ("", None),
        ("multipart/form-data; boundary=" + "a" * 71, None),
    ],
)
def test_the_boundary_is_found_in_the_header(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary


def test_a_form_of_pythons_email_library_is_parsed() -> None:
    message = EmailMessage()
    message.add_header("Content-Disposition", "form-data", name="picture", filename=quote("bäume.jpg"))
    assert first_file(form(message.as_bytes().replace(b"\n", b"\r\n").rstrip() + b"\r\n\r\nJPEG"), b"xYz") == b"JPEG"


@pytest.mark.parametrize(
    "header",
    [
        "multipart/form-data; boundary*0*=x\0y; boundary*1*=utf-8''%62",
        "multipart/form-data; boundary*0*=no-such-set''%62",
        "multipart/form-data; boundary*=utf-8''b",
        "multipart/form-data; boundary*" + "9" * 5000 + "=b",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 71,
    ],
)
def test_an_invalid_boundary_is_none(header: str) -> None:
    """The first two are from `make fuzz`: Python's parser raises ValueError and LookupError."""
    assert boundary_of(header) is None


def test_only_the_first_parts_are_looked_at() -> None:
    """A body of empty parts would otherwise hold up all connections for seconds."""
    fields = [FIELD.encode()] * 2 * MAX_PARTS
    file = FILE.encode() + b"content"
    assert first_file(form(file, *fields), b"xYz") == b"content"
    assert first_file(form(*fields[:20], file), b"xYz") == b"content"
    assert first_file(form(*fields, file), b"xYz") is None
