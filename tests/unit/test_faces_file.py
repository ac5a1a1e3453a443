"""Files of taught faces: what is written is read, and anything else is explained."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from server.vision.expression.faces_file import FacesFileError, TaughtExpression, read_faces, write_faces

MODEL, FEATURES = "a" * 64, 5
EXAMPLE = b"\x01\0" + bytes(2 * FEATURES)
TEXT = base64.b64encode(EXAMPLE).decode()
WINK = TaughtExpression("wink", "Wink 😉", "data:image/png;base64,AAAA", (EXAMPLE, EXAMPLE))
HAPPY = TaughtExpression("happy", "happy", None, (EXAMPLE,))


def read(path: Path) -> tuple[TaughtExpression, ...]:
    return read_faces(path, {MODEL}, FEATURES)


def file(**changes: Any) -> str:
    """A file with one expression, some of whose fields are changed."""
    expression = {"label": "wink", "name": "Wink", "emoji": None, "examples": [TEXT], **changes}
    return json.dumps({"format": 1, "model": MODEL, "expressions": [expression]})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_faces(tmp_path / "faces.json", MODEL, [WINK, HAPPY])
    assert read(tmp_path / "faces.json") == (WINK, HAPPY)


def test_name_and_emoji_may_be_missing(tmp_path: Path) -> None:
    entry = {"label": "wink", "examples": [TEXT]}
    (tmp_path / "faces.json").write_text(json.dumps({"format": 1, "model": MODEL, "expressions": [entry]}))
    assert read(tmp_path / "faces.json") == (TaughtExpression("wink", "wink", None, (EXAMPLE,)),)


def test_a_file_of_another_model_says_that_faces_must_be_taught_again(tmp_path: Path) -> None:
    write_faces(tmp_path / "faces.json", "b" * 64, [WINK])
    with pytest.raises(FacesFileError, match="another model; teach the faces again"):
        read(tmp_path / "faces.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ("{}", "damaged"),
        ("[" * 100_000, "damaged"),
        (json.dumps({"format": 2}), "format 2"),
        (json.dumps({"format": 1, "model": MODEL, "expressions": 7}), "damaged"),
        (json.dumps({"format": 1, "model": [], "expressions": []}), "damaged"),
        (file(label="unsure"), "unsure"),
        (file(label=7), "label"),
        (file(name="a" * 200), "name"),
        (file(emoji=7), "emoji"),
        (file(examples=[]), "0 examples"),
        (file(examples=[TEXT] * 6), "6 examples"),
        (file(examples=[None]), "base64"),
        (file(examples=["*"]), "base64"),
        (file(examples=["AAAA"]), "damaged"),
        (file().replace("}]", '}, {"label": "wink", "examples": ["' + TEXT + '"]}]'), "twice"),
    ],
)
def test_a_damaged_file_is_explained_in_a_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "faces.json").write_text(text)
    with pytest.raises(FacesFileError, match=words) as caught:
        read(tmp_path / "faces.json")
    assert "\n" not in str(caught.value) and "faces.json" in str(caught.value)


def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.json"):
        with pytest.raises(FacesFileError, match="name a file of taught faces"):
            read(path)
