"""Emoji packs: one folder each, a picture for every label and a `pack.json` that says who made it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from server.errors import StartError

# Shown when there is nobody, and when the face is there but says nothing clearly.
EXTRA_PICTURES = ("no-face", "unsure")
PICTURE_ENDINGS = (".svg", ".png")


@dataclass(frozen=True)
class Pack:
    """A pack as the page needs it: who made it, and the address of each picture it has."""

    name: str
    author: str
    licence: str
    pictures: dict[str, str]


def load_pack(folder: Path, labels: Sequence[str]) -> Pack:
    """Read a pack; labels without a picture are left out (the page shows their names).

    Raises:
        StartError: no such pack, or a pack.json that does not name its maker, or that points out of the folder.
    """
    try:
        about = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
        named = {"name": str(about["name"]), "author": str(about["author"]), "licence": str(about["licence"])}
        files = dict(about.get("files", {}))
    except OSError as error:
        packs = sorted(path.parent.name for path in folder.parent.glob("*/pack.json"))
        raise StartError(f"no emoji pack {folder.name!r} ({error.strerror}); there are: {', '.join(packs)}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise StartError(f"{folder / 'pack.json'}: not a pack description ({error}); see emojis/README.md") from error
    pictures = {}
    for label in (*labels, *EXTRA_PICTURES):
        file = str(files.get(label, f"{label}.svg"))
        if "/" in file or "\\" in file or not file.endswith(PICTURE_ENDINGS):
            raise StartError(f"{folder / 'pack.json'}: {file!r} must be the name of an .svg or .png in the folder")
        if (folder / file).is_file():
            pictures[label] = f"/emojis/{quote(folder.name)}/{quote(file)}"
    return Pack(**named, pictures=pictures)
