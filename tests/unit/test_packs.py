"""Emoji packs: the shipped ones are complete, folders of pictures work, and broken packs are logged and skipped."""

import base64
import json
import logging
import os
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from server.errors import StartError
from server.packs.packs import EXTRA_PICTURES, BrokenPackError, Pack, find_packs, load_pack
from server.packs.picture_check import KINDS, media_type

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
PICTURES = (*LABELS, *EXTRA_PICTURES)
EMOJIS = Path(__file__).parents[2] / "emojis"
SHIPPED = sorted(folder.name for folder in EMOJIS.iterdir() if folder.is_dir())

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>'
GIF = base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")
GREY = np.full((48, 48), 128, np.uint8)


def picture(ending: str) -> bytes:
    """A real picture of this kind."""
    if ending in (".svg", ".gif"):
        return SVG if ending == ".svg" else GIF
    return cv2.imencode(ending, GREY)[1].tobytes()


def make_pack(folder: Path, *names: str, **about: object) -> Path:
    """A pack with these pictures, and a pack.json if there are fields for it."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(picture(Path(name).suffix.lower()))
    if about:
        (folder / "pack.json").write_text(json.dumps(about))
    return folder


def make_default(root: Path) -> Path:
    return make_pack(root / "default", *(f"{name}.svg" for name in PICTURES))


def find(*roots: Path, chosen: str = "default", labels: Sequence[str] = LABELS) -> dict[str, Pack]:
    return find_packs(roots, labels, chosen)


@pytest.mark.parametrize("id", SHIPPED)
def test_shipped_packs_have_all_pictures_author_and_licence(id: str) -> None:
    pack = load_pack(EMOJIS / id, LABELS)
    assert set(pack.emojis) == set(PICTURES)
    assert pack.emojis["happy"] == f"/emojis/{id}/happy.svg"
    assert pack.name and pack.author and pack.licence and pack.description


@pytest.mark.parametrize("path", sorted(EMOJIS.glob("*/*.svg")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_shipped_pictures_are_plain_drawings(path: Path) -> None:
    """No scripts, no requests, no text that depends on a font, and unique ids."""
    source = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(source)
    elements = list(root.iter())
    tags = {element.tag.rpartition("}")[2] for element in elements}
    assert not tags & {"script", "text", "image", "foreignObject", "style", "filter", "a", "animate", "set", "use"}
    assert not any(name == "style" or name.startswith("on") for element in elements for name in element.attrib)
    assert "href" not in source and root.get("viewBox") == "0 0 128 128" and "title" in tags
    assert all(id.startswith(path.stem + "-") for element in elements if (id := element.get("id")))
    assert len(source) < 4096


def test_there_are_three_packs_and_the_chosen_one_comes_first() -> None:
    packs = find(EMOJIS, chosen=SHIPPED[-1])
    assert len(packs) >= 3 and next(iter(packs)) == SHIPPED[-1] and set(packs) == set(SHIPPED)


def test_the_flat_folder_of_a_tutorial_is_a_pack(tmp_path: Path) -> None:
    """Seven JPEGs only: the default pack has the other pictures, and the folder gives the name."""
    make_default(tmp_path)
    make_pack(tmp_path / "my_emojis", *(f"{label}.jpg" for label in LABELS))
    pack = find(tmp_path)["my_emojis"]
    assert (pack.name, pack.author, pack.licence) == ("My emojis", "", "")
    assert pack.emojis["sad"] == "/emojis/my_emojis/sad.jpg"
    assert pack.emojis["no-face"] == "/emojis/default/no-face.svg"
    assert set(pack.emojis) == set(PICTURES)


@pytest.mark.parametrize("ending", KINDS)
def test_every_kind_of_picture_works(tmp_path: Path, ending: str) -> None:
    pack = load_pack(make_pack(tmp_path / "own", f"happy{ending}"), LABELS)
    assert pack.emojis == {"happy": f"/emojis/own/happy{ending}"}
    assert media_type(f"happy{ending}").startswith("image/")


def test_upper_case_names_adjectives_and_unusual_folders_are_found(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "My Pack v1.2", "HAPPY.JPG", "Surprised.png", "fearful.gif", "notes.txt.svg")
    pack = load_pack(folder, LABELS)
    assert set(pack.emojis) == {"happy", "surprise", "fear"}
    assert pack.emojis["happy"] == "/emojis/My%20Pack%20v1.2/HAPPY.JPG"


def test_a_drawing_wins_over_its_pixels(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "own", "happy.gif", "happy.png", "happy.svg"), LABELS)
    assert pack.emojis["happy"].endswith("happy.svg")


def test_a_description_may_name_files(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "own", "grin.png", name="Own", files={"happy": "grin.png"})
    pack = load_pack(folder, LABELS)
    assert pack.emojis == {"happy": "/emojis/own/grin.png"} and pack.name == "Own"


def broken_packs(root: Path) -> dict[str, str]:
    """A folder for each way to be broken, and the reason that the log must give."""
    make_pack(root / "not-json", "happy.svg").joinpath("pack.json").write_text("{")
    make_pack(root / "not-text", "happy.svg").joinpath("pack.json").write_bytes(b"\xff\xfe\x00")
    make_pack(root / "nested", "happy.svg").joinpath("pack.json").write_text("[" * 100_000)
    make_pack(root / "a-list", "happy.svg").joinpath("pack.json").write_text("[]")
    make_pack(root / "no-file", "happy.svg").joinpath("pack.json").mkdir()
    make_pack(root / "numbers", "happy.svg", name=5)
    make_pack(root / "two-lines", "happy.svg", name="a\nb")
    make_pack(root / "nothing")
    make_pack(root / "elsewhere", "happy.svg", files={"sad": "../default/sad.svg"})
    make_pack(root / "absent", "happy.svg", files={"sad": "gone.svg"})
    make_pack(root / "script", "happy.svg", files={"sad": "run.js"})
    make_pack(root / "no-name", "happy.svg", files={"sad": 7})
    make_pack(root / "html").joinpath("happy.svg").write_text("<html><script>alert(1)</script></html>")
    make_pack(root / "renamed").joinpath("happy.png").write_bytes(picture(".jpg"))
    make_pack(root / "empty").joinpath("happy.gif").write_bytes(b"")
    make_pack(root / "a-folder").joinpath("happy.gif").mkdir()
    return {
        "not-json": "pack.json is not JSON",
        "not-text": "pack.json is not JSON",
        "nested": "pack.json is not JSON",
        "a-list": "pack.json must be",
        "no-file": "pack.json is not a regular file",
        "numbers": "the name in its pack.json",
        "two-lines": "the name in its pack.json",
        "nothing": "no picture for any label",
        "elsewhere": "must be the name of a picture in its folder",
        "absent": "gone.svg cannot be read",
        "script": "run.js has no ending of a picture",
        "no-name": "must be the name of a picture",
        "html": "happy.svg is not image/svg+xml",
        "renamed": "happy.png is not image/png",
        "empty": "happy.gif is not image/gif",
        "a-folder": "happy.gif is not a regular file",
    }


def test_broken_packs_are_logged_with_the_reason_and_skipped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_default(tmp_path)
    make_pack(tmp_path / "good", "happy.svg")
    reasons = broken_packs(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert set(find(tmp_path)) == {"default", "good"}
    messages = [record.getMessage() for record in caplog.records]
    said = {Path(text.removeprefix("emoji pack ").split(" skipped: ")[0]).name: text for text in messages}
    assert set(said) == set(reasons)
    for name, reason in reasons.items():
        assert reason in said[name] and "emojis/README.md" in said[name]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes need rights of their own on Windows")
def test_links_out_of_the_folder_and_pipes_are_refused(tmp_path: Path) -> None:
    secret = make_pack(tmp_path / "secret", "happy.svg")
    linked = make_pack(tmp_path / "linked")
    (linked / "happy.svg").symlink_to(secret / "happy.svg")
    piped = make_pack(tmp_path / "piped")
    os.mkfifo(piped / "happy.svg")
    looping = make_pack(tmp_path / "looping")
    (looping / "happy.svg").symlink_to("happy.svg")
    for folder, reason in ((linked, "leads out"), (piped, "not a regular file"), (looping, "cannot be read")):
        with pytest.raises(BrokenPackError, match=reason):
            load_pack(folder, LABELS)
    inside = make_pack(tmp_path / "inside", "grin.svg")
    (inside / "happy.svg").symlink_to("grin.svg")
    assert load_pack(inside, LABELS).emojis["happy"] == "/emojis/inside/happy.svg"


@pytest.mark.skipif(os.name != "posix", reason="links need rights of their own on Windows")
def test_a_linked_folder_is_refused_with_a_remedy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    root = tmp_path / "emojis"
    make_default(root)
    (root / "mine").symlink_to(make_pack(tmp_path / "mine", "happy.svg"))
    assert set(find(root)) == {"default"}
    assert "--emojis" in caplog.text
    assert set(find(root, tmp_path / "mine")) == {"default", "mine"}


def test_hidden_folders_and_files_are_ignored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_default(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "README.md").write_text("")
    assert set(find(tmp_path)) == {"default"} and not caplog.records


def test_packs_of_a_second_folder_are_added_and_replace_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_default(tmp_path / "ours")
    make_pack(tmp_path / "theirs" / "cats", "happy.png")
    make_pack(tmp_path / "theirs" / "default", "happy.png")
    packs = find(tmp_path / "ours", tmp_path / "theirs", chosen="cats")
    assert list(packs) == ["cats", "default"]
    assert packs["default"].emojis["happy"] == "/emojis/default/happy.svg"
    assert "another pack has the same name" in caplog.text


def test_a_root_may_be_a_pack_itself_and_have_other_folders(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A picture beside packs does not hide the packs."""
    root = tmp_path / "emojis"
    make_default(root)
    (root / "happy.png").write_bytes(picture(".png"))
    own = make_pack(tmp_path / "own", "happy.svg")
    (own / "sketches").mkdir()
    assert set(find(root, own)) == {"default", "emojis", "own"} and not caplog.records


def test_the_error_for_a_missing_pack_lists_the_others(tmp_path: Path) -> None:
    make_default(tmp_path)
    with pytest.raises(StartError, match=r"no emoji pack 'two', only default"):
        find(tmp_path, chosen="two")
    with pytest.raises(StartError, match="cannot be read"):
        find(tmp_path, tmp_path / "gone")


@pytest.mark.parametrize("broken", ["default", "chosen"])
def test_without_the_default_or_the_chosen_pack_the_server_does_not_start(tmp_path: Path, broken: str) -> None:
    make_default(tmp_path)
    make_pack(tmp_path / "chosen", "happy.svg")
    (tmp_path / broken / "happy.svg").write_bytes(b"junk")
    with pytest.raises(StartError, match=f"emoji pack '{broken}': happy.svg"):
        find(tmp_path, chosen="chosen")


def test_labels_of_another_model_without_pictures_are_skipped(tmp_path: Path) -> None:
    make_default(tmp_path)
    assert set(find(tmp_path, labels=("glad", "sad"))["default"].emojis) == {"sad", *EXTRA_PICTURES}


FERPLUS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
AFFECTNET = ("Neutral", "Happy", "Sad", "Surprise", "Fear", "Disgust", "Anger", "Contempt")


@pytest.mark.parametrize("labels", [FERPLUS, AFFECTNET])
def test_the_labels_of_other_models_find_the_pictures_and_the_start_names_those_without(
    labels: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    emojis = find(EMOJIS, labels=labels)["default"].emojis
    assert set(emojis) == {*labels[:7], *EXTRA_PICTURES}
    shown = [Path(emojis[label]).stem for label in labels[:7]]
    assert shown == [{"happiness": "happy", "sadness": "sad", "anger": "angry"}.get(name.lower(), name.lower())
                     for name in labels[:7]]  # fmt: skip
    (record,) = caplog.records
    assert f"picture for {labels[7]}" in record.getMessage()
    assert f"{labels[7]}.png into a folder and run python -m server --emojis FOLDER --pack NAME" in record.getMessage()


def test_the_pictures_of_the_tutorial_are_all_used_its_misspelt_one_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surpriced")
    pack = load_pack(make_pack(tmp_path / "tutorial", *(f"{name}.png" for name in names)), LABELS)
    assert [pack.files[label].stem for label in LABELS] == list(names) and not caplog.records


def test_a_picture_with_an_unknown_name_is_named_if_a_label_has_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make_pack(tmp_path / "mine", "happy.png", "suprrise.png", "contempt.png", "cover.png")
    assert set(load_pack(folder, LABELS).files) == {"happy"}
    (record,) = caplog.records
    told = record.getMessage()
    assert "which expression cover.png, suprrise.png shows" in told and "surprise; rename the file" in told
    caplog.clear()
    complete = make_pack(tmp_path / "complete", *(f"{label}.png" for label in LABELS), "cover.png")
    load_pack(complete, LABELS)
    assert not caplog.records, "nothing is missing"
