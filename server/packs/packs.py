"""Emoji packs: a pack is a folder with a picture for each label, and perhaps a `pack.json` and a `rig.json`.

`pack.json` says who made it; `rig.json` makes it move (docs/rigs.md). Packs are found at the start of the server. A
broken pack is logged and skipped; only the chosen pack and the default pack must be complete.
"""

import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from server.errors import StartError
from server.packs.picture_check import ENDINGS, KINDS, NotAPictureError, check_picture
from server.packs.rig import FILE_NAME as RIG_FILE
from server.packs.rig import BrokenRigError, load_rig
from server.packs.rig.drawing import Rig
from server.packs.synonyms import SYNONYMS, picture_names

log = logging.getLogger(__name__)

# Its pictures stand in for those that other packs lack.
DEFAULT = "default"
# Shown when there is no face, and when no expression is likely enough.
EXTRA_PICTURES = ("no-face", "unsure")
# Names that the folder of a pack may have, since they become part of URLs.
FOLDER_NAME = re.compile(r"[^\W_][\w .-]{0,63}")
# Maximum characters of a name or a description: each is shown in one line.
MAX_TEXT = 300


class BrokenPackError(Exception):
    """A folder that is not a pack; the message says why."""


@dataclass(frozen=True)
class Pack:
    """A pack as the page needs it.

    Attributes:
        id: the name of its folder.
        name: for people.
        author: of the pictures; may be empty.
        licence: of the pictures; may be empty.
        description: one line; may be empty.
        files: its own pictures by label.
        emojis: the URL path of each picture by label, with those of the default pack where it has none of its own.
        rig: makes it move; None: it has pictures only.
    """

    id: str
    name: str
    author: str
    licence: str
    description: str
    files: Mapping[str, Path]
    emojis: Mapping[str, str]
    rig: Rig | None = None

    def about(self) -> dict[str, Any]:
        """Its fields in the page and in `/api/emojis`; `rig` only where it has one."""
        fields = ("id", "name", "author", "licence", "description")
        about = {name: getattr(self, name) for name in fields} | {"emojis": dict(self.emojis)}
        return about | ({"rig": f"/emojis/{quote(self.id)}/{RIG_FILE}"} if self.rig else {})


def find_packs(roots: Sequence[Path], labels: Sequence[str], chosen: str) -> dict[str, Pack]:
    """All packs in some folders, by id: the chosen one first, then by name.

    Args:
        roots: folders of packs, or packs themselves; of two packs with the same id the first is used.
        labels: of the model.
        chosen: id of the pack to show first.

    Raises:
        StartError: the chosen or the default pack is missing or broken.
    """
    found: dict[str, Pack] = {}
    broken: dict[str, str] = {}
    for folder in _folders(roots, labels):
        try:
            if folder.name in found:
                raise BrokenPackError("another pack has the same name")
            if folder.is_symlink():
                raise BrokenPackError("it is a link; name the folder that it leads to with --emojis")
            found[folder.name] = load_pack(folder, labels)
        except BrokenPackError as error:
            broken.setdefault(folder.name, str(error))
            if folder.name in found or folder.name not in (chosen, DEFAULT):
                log.warning("emoji pack %s skipped: %s; see emojis/README.md", folder, error)
    for id in (chosen, DEFAULT):
        if id in found:
            continue
        if id in broken:
            raise StartError(f"emoji pack {id!r}: {broken[id]}; see emojis/README.md")
        raise StartError(f"there is no emoji pack {id!r}, only {', '.join(sorted(found)) or 'none'}")
    default = found[DEFAULT].emojis
    complete = {id: replace(pack, emojis={**default, **pack.emojis}) for id, pack in found.items()}
    _name_missing(complete[chosen], labels)
    order = sorted(complete, key=lambda id: (id != chosen, complete[id].name.lower()))
    return {id: complete[id] for id in order}


def load_pack(folder: Path, labels: Sequence[str]) -> Pack:
    """Load one pack; labels without a picture are skipped.

    Raises:
        BrokenPackError: no pictures, an unreadable pack.json, or a file that is not a picture of the folder.
    """
    if not FOLDER_NAME.fullmatch(folder.name):
        raise BrokenPackError("its folder's name may have letters, digits, spaces, dots, hyphens and underscores only")
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
        raise BrokenPackError(f"it has no picture for any label, such as {labels[0]}.svg ({ENDINGS})")
    try:
        for path in files.values():
            check_picture(path, folder)
    except NotAPictureError as error:
        raise BrokenPackError(str(error)) from error
    emojis = {label: f"/emojis/{quote(folder.name)}/{quote(path.name)}" for label, path in files.items()}
    _name_unused(folder, labels, files, beside)
    name = about.pop("name") or folder.name.replace("-", " ").replace("_", " ").strip().capitalize()
    return Pack(folder.name, name, **about, files=files, emojis=emojis, rig=_rig(folder / RIG_FILE))


def _folders(roots: Sequence[Path], labels: Sequence[str]) -> Iterator[Path]:
    """The folders that may be packs: those in the roots, and each root that has pictures itself."""
    for root in roots:
        try:
            inside = sorted(root.iterdir())
        except OSError as error:
            raise StartError(f"the folder of emoji packs {root} cannot be read: {error.strerror}") from error
        if is_pack := _has_pictures(inside, labels):
            yield root.resolve()
        for path in inside:
            hidden = path.name.startswith((".", "_"))
            # A folder beside the pictures of a pack is no broken pack, unless it has pictures too.
            if path.is_dir() and not hidden and (not is_pack or _has_pictures(path.glob("*"), labels)):
                yield path


def _has_pictures(paths: Iterable[Path], labels: Sequence[str]) -> bool:
    beside = {path.name.lower(): path for path in paths}
    return any(_picture(label, beside) for label in labels)


def _picture(label: str, beside: Mapping[str, Path]) -> Path | None:
    """The best picture for a label; `beside` has the files of the folder by their lower-case names."""
    for name in picture_names(label):
        for ending in KINDS:
            if path := beside.get(name + ending):
                return path
    return None


def _rig(path: Path) -> Rig | None:
    """The rig of a pack; a broken one is named in the log, and the pack is shown by its pictures."""
    if not os.path.lexists(path):
        return None
    try:
        return load_rig(path)
    except BrokenRigError as error:
        log.warning("emoji pack %s is shown by its pictures: %s: %s; see docs/rigs.md", path.parent, path.name, error)
        return None


def _name_missing(pack: Pack, labels: Sequence[str]) -> None:
    """Warn of labels without a picture: they are shown as a tile with the name of the label."""
    if missing := [label for label in labels if label not in pack.emojis]:
        log.warning(
            "no emoji pack has a picture for %s: the name is shown instead. To add one, put %s into a folder and run "
            "python -m server --emojis FOLDER --pack NAME-OF-THE-FOLDER; see emojis/README.md",
            ", ".join(missing),
            ", ".join(f"{label}.png" for label in missing),
        )


def _name_unused(folder: Path, labels: Sequence[str], files: Mapping[str, Path], beside: Mapping[str, Path]) -> None:
    """Warn of pictures that are not used while a label has none: one of the names is probably misspelt."""
    missing = [label for label in labels if label not in files]
    # Pictures of labels that another model has are no mistake.
    known = {name for label in (*SYNONYMS, *labels, "neutral", *EXTRA_PICTURES) for name in picture_names(label)}
    unused = [
        path.name
        for name, path in beside.items()
        if path.suffix.lower() in KINDS and Path(name).stem not in known and path not in files.values()
    ]
    if missing and unused:
        log.warning(
            "emoji pack %s: it is not clear which expression %s shows, and there is no picture for %s; rename the "
            "file, or name it in pack.json; see emojis/README.md",
            folder,
            ", ".join(unused),
            ", ".join(missing),
        )


def _description(path: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Name, author, licence and description (empty where not given), and the files that it names, by label."""
    if path.exists() and not path.is_file():  # reading from a pipe could block for ever
        raise BrokenPackError("its pack.json is not a regular file")
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
