"""Emoji packs: the one we ship is whole, and a broken one is explained."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from server.errors import StartError
from server.http.packs import EXTRA_PICTURES, load_pack

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
DEFAULT = Path(__file__).parents[2] / "emojis" / "default"


def make_pack(folder: Path, **about: object) -> Path:
    folder.mkdir()
    (folder / "pack.json").write_text(json.dumps({"name": "N", "author": "A", "licence": "MIT", **about}))
    return folder


def test_the_default_pack_has_a_picture_for_everything() -> None:
    pack = load_pack(DEFAULT, LABELS)
    assert set(pack.pictures) == {*LABELS, *EXTRA_PICTURES}
    assert pack.pictures["happy"] == "/emojis/default/happy.svg"
    assert pack.name and pack.author and pack.licence


@pytest.mark.parametrize("name", [*LABELS, *EXTRA_PICTURES])
def test_default_pictures_are_plain_drawings(name: str) -> None:
    """No script, nothing loaded from elsewhere, no text that depends on a font."""
    source = (DEFAULT / f"{name}.svg").read_text()
    root = ElementTree.fromstring(source)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "text", "image", "foreignObject", "style", "a"}
    assert "href" not in source and root.get("viewBox") == "0 0 128 128"
    assert len(source) < 4096


def test_a_label_without_a_picture_is_left_out(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "own", files={"happy": "grin.png"})
    (folder / "grin.png").write_bytes(b"")
    assert load_pack(folder, LABELS).pictures == {"happy": "/emojis/own/grin.png"}


@pytest.mark.parametrize("file", ["../../etc/passwd", "a\\b.svg", "run.js", "https://evil.example/x.svg"])
def test_a_pack_cannot_point_outside_its_folder(tmp_path: Path, file: str) -> None:
    with pytest.raises(StartError, match=r"name of an \.svg or \.png"):
        load_pack(make_pack(tmp_path / "own", files={"happy": file}), LABELS)


def test_a_missing_pack_names_those_there_are(tmp_path: Path) -> None:
    make_pack(tmp_path / "one")
    with pytest.raises(StartError, match=r"no emoji pack 'two'.*there are: one"):
        load_pack(tmp_path / "two", LABELS)


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "x"}'])
def test_a_broken_description_says_where_to_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "pack.json").write_text(text)
    with pytest.raises(StartError, match=r"emojis/README\.md"):
        load_pack(tmp_path, LABELS)
