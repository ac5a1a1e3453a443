"""Emoji packs on a real server: the list, the pictures, and malicious SVGs."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from server.packs.picture_check import KINDS
from tests.live.http_client import ask
from tests.live.test_lifecycle import get, refuse_to_start
from tests.support import ROOT
from tests.support.running_server import RunningServer
from tests.unit.test_packs import LABELS, PICTURES, SHIPPED, broken_packs, make_pack, picture

MALICIOUS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" onload="document.documentElement.id=\'ran\'">'
    "<script>document.documentElement.setAttribute('class', 'ran')</script>"
    '<image href="https://evil.example/beacon.png" width="8" height="8"/></svg>'
)


@pytest.fixture
def server(start_server: Callable[..., RunningServer], tmp_path: Path) -> RunningServer:
    """A server with further packs besides the shipped ones."""
    packs = tmp_path / "packs"
    make_pack(packs / "tutorial", *(f"{label}.jpg" for label in LABELS))
    make_pack(packs / "all kinds", *(f"{label}{kind}" for label, kind in zip(LABELS, KINDS, strict=False)))
    make_pack(packs / "evil", name="Evil", author="Mallory").joinpath("happy.svg").write_text(MALICIOUS)
    (packs / "evil" / "notes.txt").write_text("private")
    broken_packs(packs)
    return start_server("--emojis", str(packs))


def test_the_list_names_every_pack_and_picture(server: RunningServer) -> None:
    status, headers, body = get(server, "/api/emojis")
    listing = json.loads(body)
    assert status == 200 and headers["content-type"] == "application/json" and listing["default"] == "default"
    packs = {pack["id"]: pack for pack in listing["packs"]}
    assert set(packs) == {*SHIPPED, "tutorial", "all kinds", "evil"} and listing["packs"][0]["id"] == "default"
    for pack in packs.values():
        assert set(pack) - {"rig"} == {"id", "name", "author", "licence", "description", "emojis"}
        assert set(pack["emojis"]) == set(PICTURES), "of its own, or lent by the default pack"
    assert packs["tutorial"]["name"] == "Tutorial"
    assert packs["tutorial"]["emojis"]["no-face"] == "/emojis/default/no-face.svg"
    assert packs["evil"]["author"] == "Mallory"


def test_every_listed_picture_is_served_with_its_media_type(server: RunningServer) -> None:
    listing = json.loads(get(server, "/api/emojis")[2])
    for path in {path for pack in listing["packs"] for path in pack["emojis"].values()}:
        status, headers, body = get(server, path)
        assert status == 200 and body, path
        assert headers["content-type"].split(";")[0] == KINDS[Path(path).suffix].media_type
        assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-cache"
        assert headers["etag"]
    assert get(server, "/emojis/tutorial/happy.jpg")[2] == picture(".jpg")


def test_a_rig_is_served_checked_and_compressed_and_a_broken_one_not_at_all(
    start_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    rig = (ROOT / "emojis" / "default" / "rig.json").read_text()
    make_pack(tmp_path / "packs" / "lively one", "happy.svg").joinpath("rig.json").write_text(rig)
    make_pack(tmp_path / "packs" / "faulty", "happy.svg").joinpath("rig.json").write_text(rig.replace("eye-left", "#"))
    server = start_server("--emojis", str(tmp_path / "packs"))
    packs = {pack["id"]: pack for pack in json.loads(get(server, "/api/emojis")[2])["packs"]}
    assert packs["lively one"]["rig"] == "/emojis/lively%20one/rig.json" and "rig" not in packs["faulty"]
    assert get(server, "/emojis/faulty/rig.json")[0] == 404
    address = packs["lively one"]["rig"]
    plain, zipped = (ask(server, address, headers={"accept-encoding": kind}) for kind in ("", "gzip"))
    assert plain.headers["content-type"] == "application/json" and plain.headers["cache-control"] == "no-cache"
    served = json.loads(plain.body)
    assert served["labels"] == json.loads(rig)["expressions"] and "layers" not in served
    assert zipped.headers["content-encoding"] == "gzip" and gzip.decompress(zipped.body) == plain.body
    again = ask(server, address, headers={"if-none-match": plain.headers["etag"]})
    assert again.status == 304 and not again.body
    assert server.interrupt() == 0
    server.end()
    assert "faulty is shown by its pictures: rig.json: " in server.errors and "Traceback" not in server.errors


def test_an_svg_is_served_under_a_policy_that_forbids_scripts(server: RunningServer) -> None:
    for path in ("/emojis/evil/happy.svg", "/emojis/default/happy.svg"):
        status, headers, _ = get(server, path)
        assert status == 200
        assert headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/emojis/evil/notes.txt",
        "/emojis/evil/pack.json",
        "/emojis/default/pack.json",
        "/emojis/README.md",
        "/emojis/html/happy.svg",
        "/emojis/evil/",
        "/emojis/evil/../tutorial/happy.jpg",
        "/emojis/evil/%2e%2e/tutorial/happy.jpg",
        "/emojis/evil/..%2ftutorial%2fhappy.jpg",
    ],
)
def test_only_pictures_of_valid_packs_are_served(server: RunningServer, path: str) -> None:
    assert get(server, path)[0] == 404


def test_the_page_has_the_same_list_with_the_chosen_pack_first(
    start_server: Callable[..., RunningServer],
) -> None:
    server = start_server("--pack", SHIPPED[-1])
    listing = json.loads(get(server, "/api/emojis")[2])
    page = get(server, "/")[2].decode()
    config = json.loads(page.split('id="config">')[1].split("</script>")[0])
    for pack in config["packs"]["packs"]:  # the page may be below a path of a proxy
        pack["emojis"] = {label: address.removeprefix(".") for label, address in pack["emojis"].items()}
        pack |= {"rig": pack["rig"].removeprefix(".")} if "rig" in pack else {}
    assert config["packs"] == listing and listing["default"] == SHIPPED[-1]
    assert listing["packs"][0]["id"] == SHIPPED[-1]


def test_broken_packs_are_named_in_the_log(server: RunningServer, tmp_path: Path) -> None:
    assert server.interrupt() == 0
    server.end()
    for name, reason in broken_packs(tmp_path / "again").items():
        (line,) = (line for line in server.errors.splitlines() if f"/{name} skipped" in line)
        assert reason in line
    assert "Traceback" not in server.errors


def test_a_missing_folder_and_a_missing_pack_are_one_clear_line(tmp_path: Path) -> None:
    assert "cannot be read" in refuse_to_start("--port", "0", "--emojis", str(tmp_path / "gone"))
    assert f"only {', '.join(SHIPPED)}" in refuse_to_start("--port", "0", "--pack", "gone")


def test_a_picture_that_became_a_link_is_not_followed(
    start_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    happy = make_pack(tmp_path / "own", "happy.svg") / "happy.svg"
    server = start_server("--emojis", str(tmp_path / "own"))
    assert get(server, "/emojis/own/happy.svg")[0] == 200
    happy.unlink()
    happy.symlink_to(ROOT / "pyproject.toml")
    assert get(server, "/emojis/own/happy.svg")[0] == 404
