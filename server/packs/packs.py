"""Emoji packs: a folder with a picture for each label is one; a `pack.json` may say who made it.

Packs are found at the start. A broken one is named in the log and left out; only the two that the server cannot do
without, the chosen one and the default one, must be whole.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from server.errors import StartError
from server.packs.picture_kinds import ENDINGS, KINDS, NotAPictureError, check_picture

log = logging.getLogger(__name__)

# The pack that lends its pictures to the others.
DEFAULT = "default"
# Shown when there is nobody, and when the face is there but says nothing clearly.
EXTRA_PICTURES = ("no-face", "unsure")
# Other names that pictures have in packs of tutorials.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "disgust": ("disgusted",),
    "fear": ("fearful",),
    "surprise": ("surprised",),
}
# What a folder may be called: its name is part of addresses. Others, and hidden ones, are no packs.
FOLDER_NAME = re.compile(r"[^\W_][\w .-]{0,63}")
# Characters of a name or a description: they are shown in one line each.
MAX_TEXT = 300


class BrokenPackError(Exception):
    """A folder that is no pack; the message says why."""


@dataclass(frozen=True)
class Pack:
    """A pack as the page needs it.

    Attributes:
        id: the name of its folder.
        name: for people.
        author: who drew it, may be empty.
        licence: under which it may be used, may be empty.
        description: one line, may be empty.
        files: its pictures by label.
        emojis: the address of each picture by label; of the default pack where it has none of its own.
    """

    id: str
    name: str
    author: str
    licence: str
    description: str
    files: Mapping[str, Path]
    emojis: Mapping[str, str]

    def about(self) -> dict[str, Any]:
        """What the page and `/api/emojis` say of it."""
        fields = ("id", "name", "author", "licence", "description")
        return {name: getattr(self, name) for name in fields} | {"emojis": dict(self.emojis)}


def find_packs(roots: Sequence[Path], labels: Sequence[str], chosen: str) -> dict[str, Pack]:
    """All the packs in some folders, by id: the chosen one first, then by name.

    Args:
        roots: folders of packs, or packs themselves; of two packs with one id the first counts.
        labels: of the model.
        chosen: id of the pack that is to be shown at first.

    Raises:
        StartError: the chosen or the default pack is missing or broken.
    """
    found: dict[str, Pack] = {}
    broken: dict[str, str] = {}
    for folder in _folders(roots, labels):
        try:
            if folder.name in found:
                raise BrokenPackError("there is a pack of that name already")
            if folder.is_symlink():
                raise BrokenPackError("it is a link; name the place that it leads to with --emojis")
            found[folder.name] = load_pack(folder, labels)
        except BrokenPackError as error:
            broken.setdefault(folder.name, str(error))
            if folder.name in found or folder.name not in (chosen, DEFAULT):
                log.warning("emoji pack %s left out: %s; see emojis/README.md", folder, error)
    for id in (chosen, DEFAULT):
        if id in found:
            continue
        if id in broken:
            raise StartError(f"emoji pack {id!r}: {broken[id]}; see emojis/README.md")
        raise StartError(f"no emoji pack {id!r}; there are: {', '.join(sorted(found)) or 'none'}")
    lent = found[DEFAULT].emojis
    whole = {id: replace(pack, emojis={**lent, **pack.emojis}) for id, pack in found.items()}
    order = sorted(whole, key=lambda id: (id != chosen, whole[id].name.lower()))
    return {id: whole[id] for id in order}


def load_pack(folder: Path, labels: Sequence[str]) -> Pack:
    """Read one pack; labels without a picture are left out.

    Raises:
        BrokenPackError: no pictures, a pack.json that cannot be read, or a file that is no picture of the folder.
    """
    if not FOLDER_NAME.fullmatch(folder.name):
        raise BrokenPackError("its folder may be called by letters, digits, spaces, dots and hyphens only")
    about, named = _description(folder / "pack.json")
    try:
        beside = {path.name.lower(): path for path in sorted(folder.iterdir())}
    except OSError as error:
        raise BrokenPackError(f"its folder cannot be read ({error.strerror})") from error
    files: dict[str, Path] = {}
    for label in (*labels, *EXTRA_PICTURES):
        path = folder / _own_file(named[label]) if label in named else _picture(label, beside)
        if path is not None:
            files[label] = path
    if not files:
        raise BrokenPackError(f"it has no picture for any label, such as {labels[0]}.svg (or {ENDINGS})")
    try:
        for path in files.values():
            check_picture(path, folder)
    except NotAPictureError as error:
        raise BrokenPackError(str(error)) from error
    emojis = {label: f"/emojis/{quote(folder.name)}/{quote(path.name)}" for label, path in files.items()}
    name = about.pop("name") or folder.name.replace("-", " ").replace("_", " ").strip().capitalize()
    return Pack(folder.name, name, **about, files=files, emojis=emojis)


def _folders(roots: Sequence[Path], labels: Sequence[str]) -> Iterator[Path]:
    """The folders that may be packs: those in the roots, and a root that has pictures itself."""
    for root in roots:
        try:
            inside = sorted(root.iterdir())
        except OSError as error:
            raise StartError(f"the folder of emoji packs {root} cannot be read: {error.strerror}") from error
        if is_pack := _has_pictures(inside, labels):
            yield root.resolve()
        for path in inside:
            hidden = path.name.startswith((".", "_"))
            # Beside the pictures of a pack other folders are nothing to complain about.
            if path.is_dir() and not hidden and (not is_pack or _has_pictures(path.glob("*"), labels)):
                yield path


def _has_pictures(paths: Iterable[Path], labels: Sequence[str]) -> bool:
    beside = {path.name.lower(): path for path in paths}
    return any(_picture(label, beside) for label in labels)


def _picture(label: str, beside: Mapping[str, Path]) -> Path | None:
    """The best picture for a label among files by their names in small letters."""
    for name in (label, *ALIASES.get(label, ())):
        for ending in KINDS:
            if path := beside.get(name.lower() + ending):
                return path
    return None


def _description(path: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Name, author, licence and description, empty where not given, and the files it names by label."""
    if path.exists() and not path.is_file():  # reading from a pipe could last for ever
        raise BrokenPackError("its pack.json is no plain file")
    try:
        fields = json.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    except OSError as error:
        raise BrokenPackError(f"its pack.json cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise BrokenPackError(f"its pack.json is not JSON ({error})") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("files", {}), dict):
        raise BrokenPackError('its pack.json must be {"name": "...", "author": "...", ...}')
    about = {name: fields.get(name, "") for name in ("name", "author", "licence", "description")}
    for name, text in about.items():
        if not isinstance(text, str) or len(text) > MAX_TEXT or not text.isprintable():
            raise BrokenPackError(f"the {name} in its pack.json must be a line of at most {MAX_TEXT} characters")
    return about, fields.get("files", {})


def _own_file(name: Any) -> str:
    if not isinstance(name, str) or "/" in name or "\\" in name or name in ("", ".", ".."):
        raise BrokenPackError(f"{name!r:.80} in its pack.json must be the name of a picture in its folder")
    return name
